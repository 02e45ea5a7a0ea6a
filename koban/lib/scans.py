"""Scanned files: which codes stand on which page, and where one piece ends and the next begins. Plain Python."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop as _

SECONDS = 600
UNREADABLE = _("%(file)s cannot be read: it is damaged, locked, or no PDF or picture")
NO_CODE = _("%(file)s: page %(page)s belongs to nothing, because no page before it has a code")
TWO_CODES = _("%(file)s: page %(page)s has the codes of two volumes")


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that belong together. code: of their first page. first: from 0."""

    code: str
    first: int
    count: int


def codes(path: Path) -> list[list[str]]:
    """The codes on each page. Raises Mistake for what cannot be read."""
    told = _child("codes", str(path), file=path.name)
    found: list[list[str]] = json.loads(told)
    return found


def parts(pages: Sequence[Sequence[str]], wanted: str, file: str = "") -> list[Part]:
    """A page with a code that begins with `wanted` begins a part; pages without one belong to the part before.

    Raises Mistake for a page that belongs to nothing, and for one with two codes.
    """
    found: list[tuple[str, int]] = []
    for number, on_page in enumerate(pages):
        ours = sorted({code for code in on_page if code.startswith(wanted)})
        if len(ours) > 1:
            raise Mistake("two codes", TWO_CODES, file=file, page=number + 1)
        if ours and (not found or found[-1][0] != ours[0]):
            found.append((ours[0], number))
        if not found:
            raise Mistake("no code", NO_CODE, file=file, page=number + 1)
    ends = [first for _code, first in found[1:]] + [len(pages)]
    return [Part(code, first, end - first) for (code, first), end in zip(found, ends, strict=True)]


def cut(path: Path, part: Part) -> bytes:
    """The pages of a part as a PDF of their own. Raises Mistake."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "part.pdf"
        _child("cut", str(path), str(out), str(part.first), str(part.count), file=path.name)
        return out.read_bytes()


def _child(*arguments: str, file: str) -> str:
    command = [sys.executable, "-m", "koban.lib.scan_child", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603  our own module
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise Mistake("unreadable", UNREADABLE, file=file) from None
    return done.stdout.decode()
