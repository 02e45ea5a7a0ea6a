"""Templates of papers as data: TOML files with fields and a text in each language. Pure but for reading the files.

A text is plain: `# heading`, paragraphs, `{field}` for a value, `{table:field}` on a line of its own for a list, and
`{>block}` for words that several papers share. A file with an unknown field, a block that contains itself, or a language
left out is refused when it is read, with its name and what is wrong.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from koban.kernel.law import Pack, load
from koban.kernel.law.packs import folders
from koban.lib.sentence import Words

HOUSE = Path(__file__).resolve().parents[2]
LANGUAGES = {"zh": "zh-hans", "en": "en"}
KINDS = ("line", "text", "day", "table")
FORMS = ("letter", "official")
REGISTERS = ("receipt", "list", "letter", "notice", "order")
ALWAYS = {"recipient", "copies"}  # every paper has them, and they stand beside its text
MARK = re.compile(r"\{([^{}\n]*)\}")


class LetterError(ValueError):
    """A template that cannot be used. The message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Blank:
    """One field. kind: line, text, day or table. source: fact that fills it, "" for none. needed: not issued without it."""

    key: str
    label: Words
    kind: str = "line"
    source: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """One template. approvals: how many deciders beside the author must agree: 0 (handed out at once), 1 or 2.

    register: where its number counts. reference: how the number is printed, with {year} and {number}.
    form: of koban.lib.typeset. has_recipient: it is addressed to somebody.
    """

    key: str
    pack: str
    register: str
    form: str
    approvals: int
    title: Words
    reference: Words
    text: Words
    blanks: tuple[Blank, ...]
    has_recipient: bool = True
    clause: str = ""

    def blank(self, key: str) -> Blank | None:
        return next((blank for blank in self.blanks if blank.key == key), None)

    def in_language(self, words: Words, language: str) -> str:
        return words.zh if language.startswith("zh") else words.en


def letters(pack: str) -> Mapping[str, Letter]:
    """Every template that a station of `pack` uses: the nearest pack that has one of a key wins."""
    order = _order(load(pack))
    return _chosen(order)


@cache
def _chosen(order: tuple[str, ...]) -> Mapping[str, Letter]:
    found: dict[str, Letter] = {}
    for key in order:
        for letter in every():
            if letter.pack == key:
                found.setdefault(letter.key, letter)
    return dict(sorted(found.items()))


def _order(pack: Pack) -> tuple[str, ...]:
    """The pack and what it builds on, nearest first."""
    names = [pack.key]
    for base in pack.bases:
        names += [name for name in _order(base) if name not in names]
    return tuple(names)


@cache
def every() -> tuple[Letter, ...]:
    """Every template of this house: shipped with a room, or with an office's own pack. Raises LetterError."""
    files = sorted(HOUSE.glob("matters/documents/wording/*.toml")) + sorted(
        HOUSE.glob("duties/*/wording/*.toml")
    )
    for folder in folders():
        files += sorted(folder.glob("*/wording/*.toml"))
    blocks: dict[str, Words] = {}
    told = [(file, _toml(file)) for file in files]
    for _file, one in told:
        blocks |= {key: Words(**words) for key, words in one.get("block", {}).items()}
    return tuple(read(one, blocks, file.name) for file, one in told if "key" in one)


def read(told: Mapping[str, Any], blocks: Mapping[str, Words], where: str) -> Letter:
    """The template in a TOML table. Raises LetterError."""
    try:
        letter = _letter(told, blocks, where)
    except (KeyError, TypeError) as lacking:
        raise LetterError(f"{where}: {lacking} is missing or of another kind") from None
    for fault in faults(letter):
        raise LetterError(f"{where}: {fault}")
    return letter


def _letter(told: Mapping[str, Any], blocks: Mapping[str, Words], where: str) -> Letter:
    blanks = tuple(
        Blank(
            one["key"],
            Words(**one["label"]),
            one.get("kind", "line"),
            one.get("from", ""),
            one.get("needed", True),
        )
        for one in told.get("field", [])
    )
    text = Words(**{tongue: whole(told["text"][tongue], blocks, tongue, where) for tongue in LANGUAGES})
    return Letter(
        told["key"], told["pack"], told["register"], told["form"], told["approvals"], Words(**told["title"]),
        Words(**told["reference"]), text, blanks, told.get("has_recipient", True), told.get("clause", ""),
    )  # fmt: skip


def whole(
    text: str, blocks: Mapping[str, Words], tongue: str, where: str, inside: tuple[str, ...] = ()
) -> str:
    """`text` with its blocks put in. Raises LetterError for a block that is unknown or contains itself."""

    def put(mark: re.Match[str]) -> str:
        name = mark[1]
        if not name.startswith(">"):
            return mark[0]
        if name[1:] in inside:
            raise LetterError(f"{where}: the block {' > '.join((*inside, name[1:]))} contains itself")
        if name[1:] not in blocks:
            raise LetterError(f"{where}: there is no block {name[1:]}")
        return whole(getattr(blocks[name[1:]], tongue), blocks, tongue, where, (*inside, name[1:]))

    return MARK.sub(put, text.strip())


def faults(letter: Letter) -> Iterator[str]:
    """What is wrong with a template, one sentence each."""
    if letter.form not in FORMS or letter.register not in REGISTERS or letter.approvals not in (0, 1, 2):
        yield "form, register or approvals is none of those that there are"
    for blank in letter.blanks:
        if blank.kind not in KINDS:
            yield f"the field {blank.key} is of an unknown kind: {blank.kind}"
    for words in (letter.text.zh, letter.text.en):
        yield from (
            f"the text names the field {name}, which is not declared" for name in unknown(letter, words)
        )
    for words in (letter.reference.zh, letter.reference.en):
        if set(MARK.findall(words)) != {"year", "number"}:
            yield "the reference needs {year} and {number}, and nothing else"


def unknown(letter: Letter, text: str) -> list[str]:
    """Names in braces that the template does not know, also in a text that somebody has edited."""
    known = {blank.key for blank in letter.blanks if blank.kind != "table"} | ALWAYS
    known |= {f"table:{blank.key}" for blank in letter.blanks if blank.kind == "table"}
    return [name for name in dict.fromkeys(MARK.findall(text)) if name not in known]


def filled(letter: Letter, text: str, values: Mapping[str, Any]) -> str:
    """`text` with the values put in. A needed one that is still empty stays in braces, to be seen; a table stays."""

    def put(mark: re.Match[str]) -> str:
        blank = letter.blank(mark[1])
        if blank is None or (blank.needed and not values.get(blank.key)):
            return mark[0]
        return str(values.get(blank.key, ""))

    return MARK.sub(put, text)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise LetterError(f"{file.name}: {wrong}") from None
