"""Papers as PDF/A-3a: a form of ours, filled with values that are data and never markup.

    typeset("certificate", {"title": "…", "rows": […]}, language="zh-hans", at=now)

Fonts are embedded and are only our own; the work is done by a child process with limits (`press`). A character that
the typeface does not have is an error that names it, because a paper with a gap in a name is worse than none.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from koban.lib.typeset import glyphs
from koban.lib.typeset.press import BadForm, Job, Press, Unset, press

__all__ = ["BadForm", "NoGlyph", "Press", "Unset", "marked", "typeset"]

LIBRARY = "lib/typeset/forms"
MARK = "〓"  # what a Chinese compositor sets for a sign that the case does not hold


class NoGlyph(ValueError):
    """The typeface lacks characters. characters: each once, in the order of the text."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__("The typeface has no sign for " + ", ".join(map(named, self.characters)) + ".")


def named(character: str) -> str:
    """`“𠮷” (U+20BB7)`."""
    return f"“{character}” (U+{ord(character):04X})"


def typeset(
    form: str,
    told: Mapping[str, Any],
    *,
    language: str,
    at: datetime,
    drawings: Mapping[str, str] | None = None,
    attached: Iterable[Mapping[str, str]] = (),
    where: Press | None = None,
) -> bytes:
    """The PDF of `form`: a name in our library, or a path below `koban/` that ends in `.typ`.

    told: the values (strings, numbers, lists, mappings), each string checked for signs that cannot be set.
    drawings: name -> SVG of our own making. attached: files inside the PDF: name, text, kind (media type), what.
    at: the moment that the PDF gives for its making; language: "zh-hans" or "en".
    Raises NoGlyph; BadForm where form and values do not fit; Unset where it took too much time or memory.
    """
    clean = glyphs.tidy(told)
    if lacking := glyphs.lacking(clean):
        raise NoGlyph(lacking)
    values = {**clean, "language": language, "drawings": dict(drawings or {}), "attached": list(attached)}
    path = form if form.endswith(".typ") else f"{LIBRARY}/{form}.typ"
    job = Job(path, json.dumps(values, ensure_ascii=False), int(at.timestamp()))
    try:
        return (where or press()).set(job)
    except BadForm as wrong:
        if found := glyphs.named_in(str(wrong)):
            raise NoGlyph(found) from None
        raise


def marked(text: str) -> str:
    """`text` with 〓 in place of each sign that cannot be set: for long texts of others, never for names."""
    lacking = set(glyphs.lacking(text))
    return "".join(MARK if letter in lacking else letter for letter in text)
