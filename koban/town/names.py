"""Invented names: streets, people, shops. Common characters put together by chance, never a list of real ones."""

from __future__ import annotations

import csv
import gzip
import random
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pypinyin import Style, pinyin
from python_calamine import CalamineWorkbook

from koban.town.chance import Weighted

DATA = Path(__file__).parent / "data"
DOTTED_SHARE, RARE_SHARE = 0.008, 0.006
MIN_SURNAME_LENGTH_OF_TWO = 2


@dataclass(frozen=True, slots=True)
class Name:
    """One name in three spellings: characters, pinyin with tone marks, and what an English page shows."""

    text: str
    pinyin: str
    english: str


@cache
def words() -> dict[str, Any]:
    """The parts of all names, from `data/words.toml`."""
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def read_as(text: str) -> str:
    """Pinyin with tone marks, written as one capitalised word: 灯湖 → Dēnghú."""
    return "".join(syllable[0] for syllable in pinyin(text)).capitalize()


def plain(text: str) -> str:
    """Pinyin without tone marks, as on an English sign: 灯湖 → Denghu."""
    return "".join(syllable[0] for syllable in pinyin(text, style=Style.NORMAL)).capitalize()


@cache
def _township_names() -> tuple[frozenset[str], Counter[str]]:
    """Stems of all real townships and street offices, and how often each character is in them."""
    with gzip.open(DATA / "names" / "streets.csv.gz", "rt", encoding="utf-8", newline="") as file:
        stems = [
            row["name"].removesuffix("街道").removesuffix("镇").removesuffix("乡")
            for row in csv.DictReader(file)
        ]
    return frozenset(stems), Counter(character for stem in stems for character in stem)


def stems() -> Callable[[random.Random], str]:
    """Draws words of two characters that sound like a place: frequent in real names, yet no real township."""
    real, counts = _township_names()
    table = words()["streets"]
    first, second = (
        Weighted(list(dict.fromkeys(table[part])), [counts[c] ** 0.5 + 1 for c in dict.fromkeys(table[part])])
        for part in ("first", "second")
    )

    def draw(chance: random.Random) -> str:
        while True:
            stem: str = first.draw(chance) + second.draw(chance)
            if stem[0] != stem[1] and stem not in real:
                return stem

    return draw


def streets(originals: Iterable[tuple[str, str]], chance: random.Random) -> dict[str, Name]:
    """An invented name for each (real name, kind of street), none twice; the kind decides the last word."""
    draw, suffixes = stems(), words()["streets"]["suffix"]
    taken: set[str] = set()
    named = {}
    for original, kind in originals:
        stem = _unused(draw, chance, taken)
        suffix, suffix_pinyin, english = chance.choice(suffixes.get(kind) or suffixes["residential"])
        named[original] = Name(stem + suffix, f"{read_as(stem)} {suffix_pinyin}", f"{plain(stem)} {english}")
    return named


def _unused(draw: Callable[[random.Random], str], chance: random.Random, taken: set[str]) -> str:
    stem = next(stem for stem in iter(lambda: draw(chance), "") if stem not in taken)
    taken.add(stem)
    return stem


class Titles:
    """Names for shops, firms and buildings by kind; a name is given once, then with a number of the branch."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.draw, self.surnames = chance, stems(), surnames()
        self.given: Counter[str] = Counter()

    def shop(self, kind: str) -> Name:
        patterns = words()["shops"]
        return self._from(patterns.get(kind) or patterns["shop"])

    def building(self, *, flats: bool) -> Name:
        return self._from(words()["buildings"]["flats" if flats else "other"])

    def _from(self, patterns: list[list[str]]) -> Name:
        text, english = self.chance.choice(patterns)
        stem, surname = self.draw(self.chance), self.surnames.draw(self.chance)
        title = text.format(n=stem, s=surname)
        self.given[title] += 1
        if self.given[title] > 1:
            return self._from(patterns)
        return Name(title, read_as(title), english.format(n=plain(stem), s=plain(surname)))


@cache
def surnames() -> Weighted[str]:
    """Surnames by their weight in the reference list."""
    book = CalamineWorkbook.from_path(str(DATA / "names" / "chinese_family_name_1k.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    return Weighted([str(row[0]) for row in rows], [float(str(row[1])) for row in rows])


def surname_pinyin(surname: str) -> str:
    known: dict[str, str] = words()["surname_pinyin"]
    return known.get(surname) or read_as(surname)


def person(surname: str, sex: str, born: int, chance: random.Random) -> Name:
    """A person's name after the fashion of the year of birth. sex: "f" or "m"."""
    called = given(sex, born, chance)
    spelled = f"{surname_pinyin(surname)} {read_as(called)}"
    return Name(surname + called, spelled, f"{without_marks(surname_pinyin(surname))} {plain(called)}")


def dotted(chance: random.Random) -> Name:
    """A name of two parts with a middle dot (U+00B7), as many in the west and from abroad are written."""
    table = words()["dotted"]
    (first, first_latin), (second, second_latin) = (
        chance.choice(table["first"]),
        chance.choice(table["second"]),
    )
    spelled = f"{first_latin} {second_latin}"
    return Name(f"{first}·{second}", spelled, without_marks(spelled))


def without_marks(spelled: str) -> str:
    """Tone marks off: Lǚ → Lü → Lu, as passports do it nearly."""
    plain_vowels = str.maketrans(
        "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿĀÁǍÀĒÉĚÈŌÓǑÒ", "aaaaeeeeiiiioooouuuuuuuuunnnmAAAAEEEEOOOO"
    )
    return spelled.translate(plain_vowels)


def given(sex: str, born: int, chance: random.Random) -> str:
    """A given name after the fashion of the year of birth. sex: "f" or "m"."""
    fashion = _fashion(born)
    pool: str = fashion[sex]
    if chance.random() < RARE_SHARE:
        pool = words()["rare"]["given"]
    count = 2 if chance.random() < fashion["two"] else 1
    return "".join(chance.choice(pool) for _ in range(count))


@cache
def _fashion(born: int) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = words()["given"]
    started = [year for year in sorted(tables) if int(year) <= born]
    return tables[started[-1] if started else min(tables)]
