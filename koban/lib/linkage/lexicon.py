"""The words of a register, each once: as it is written, and in every form in which it may be found again."""

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from koban.lib.linkage import folding
from koban.lib.text import surname_reading

Codes = NDArray[np.int32]
Levels = NDArray[np.uint8]

# How two words agree, best first; 0 is reserved for "one is not known".
WORDS = (
    "missing", "same", "variant", "sound", "order", "look", "typo", "near", "similar", "initial", "differ"
)  # fmt: skip
AT = {level: number for number, level in enumerate(WORDS)}
SPOKEN_AS_SURNAME = "\0"
FORMS = ("folded", "sound", "ordered", "shape", "dialect", "start", "stem")
NEAR, SIMILAR = 0.92, 0.82
STEM = 4  # letters by which a word with a slip near its end is still found
SHORT = 4  # letters; in a shorter word one other letter makes another word


class Lexicon:
    """Numbers for words, and for their forms. Word 0 is the empty one."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._columns = {form: array("i") for form in FORMS}
        self._spoken: list[str] = []
        self._sounds: list[str] = []
        self._han = array("b")
        self._length = array("i")
        self.code("")

    def __len__(self) -> int:
        return len(self._spoken)

    def code(self, text: str, *, surname: bool = False) -> int:
        """The number of `text`, a new one if it has not been seen. surname: it may be read in a way of its own."""
        found = self._codes.get(text)
        if surname and text and surname_reading(text):
            found = self._codes.get(text := SPOKEN_AS_SURNAME + text)
        return self._add(text) if found is None else found

    def form(self, name: str) -> Codes:
        """For each word the number of one of its forms; two words with the same number have that form in common."""
        return np.frombuffer(self._columns[name], dtype=np.int32)

    def _add(self, text: str) -> int:
        code = self._codes[text] = len(self._spoken)
        written = text.removeprefix(SPOKEN_AS_SURNAME)
        folded = folding.simplified(written)
        spoken = folding.syllables(folded, surname=written != text)
        han = folding.has_han(folded)
        sound = "".join(spoken)
        forms = {
            "folded": folded, "sound": sound, "shape": folding.shape(folded),
            "ordered": "".join(sorted(folded)) if han else " ".join(sorted(spoken)),
            "dialect": folding.dialect(spoken) if han else sound,
            "start": sound[:1], "stem": sound[:STEM],
        }  # fmt: skip
        for name, form in forms.items():
            self._columns[name].append(self._forms.setdefault(form, len(self._forms)))
        # In Chinese a slip changes a character, in Latin script a letter: that is what is counted.
        self._spoken.append(folded if han else sound)
        self._sounds.append(sound)
        self._han.append(han)
        self._length.append(len(folded))
        return code

    def form_of(self, code: int, name: str) -> int:
        return self._columns[name][code]

    def sound(self, code: int) -> str:
        """How a word is spoken, in letters."""
        return self._sounds[code]

    def compared(self, left: Codes, right: Codes) -> Levels:
        """How each pair of words agrees; the same pair is looked at once."""
        if not len(left):
            return np.zeros(0, np.uint8)
        joined = left.astype(np.int64) * len(self) + right
        unique, back = np.unique(joined, return_inverse=True)
        return self._levels((unique // len(self)).astype(np.int32), (unique % len(self)).astype(np.int32))[
            back
        ]

    def _levels(self, left: Codes, right: Codes) -> Levels:
        levels = np.full(len(left), AT["differ"], np.uint8)
        self._by_letters(left, right, levels)
        han = np.frombuffer(self._han, np.int8)
        both = (han[left] & han[right]).astype(bool)
        for name, level, only_han in (
            ("dialect", "typo", True), ("shape", "look", True), ("ordered", "order", False),
            ("sound", "sound", False), ("folded", "variant", False),
        ):  # fmt: skip
            form = self.form(name)
            same = form[left] == form[right]
            levels[same & both if only_han else same] = AT[level]
        levels[left == right] = AT["same"]
        levels[(left == 0) | (right == 0)] = AT["missing"]
        return levels

    def _by_letters(self, left: Codes, right: Codes, levels: Levels) -> None:
        han, length = np.frombuffer(self._han, np.int8), np.frombuffer(self._length, np.int32)
        start, sound = self.form("start"), self.form("sound")
        chinese = (han[left] & han[right]).astype(bool)
        open_ = np.flatnonzero((sound[left] != sound[right]) & (left != 0) & (right != 0))
        if not len(open_):
            return
        a, b = self._texts(left[open_], right[open_])
        slips = cpdist(a, b, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        alike = cpdist(a, b, scorer=JaroWinkler.similarity, score_cutoff=SIMILAR, dtype=np.float32)
        shorter = np.minimum(length[left[open_]], length[right[open_]])
        longer = np.maximum(length[left[open_]], length[right[open_]])
        found = levels[open_]
        latin = ~chinese[open_]
        first = (start[left[open_]] == start[right[open_]]) & (shorter == 1) & latin
        found[first] = AT["initial"]
        found[latin & (alike >= SIMILAR)] = AT["similar"]
        found[latin & ((alike >= NEAR) | ((slips == 2) & (shorter > SHORT + 1)))] = AT["near"]
        found[latin & (slips == 1) & (longer >= SHORT)] = AT["typo"]
        found[~latin & (slips == 1) & (longer > 1)] = AT["near"]
        levels[open_] = found

    def _texts(self, left: Codes, right: Codes) -> tuple[Sequence[str], Sequence[str]]:
        # A Chinese name beside a Latin one is compared as it is spoken.
        han = np.frombuffer(self._han, np.int8)
        word: Callable[[int], str] = self._spoken.__getitem__
        a, b = [*map(word, left.tolist())], [*map(word, right.tolist())]
        for at in np.flatnonzero(han[left] != han[right]).tolist():
            a[at], b[at] = self._sounds[left[at]], self._sounds[right[at]]
        return a, b
