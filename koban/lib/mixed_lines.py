"""The lines of a text whose encoding nobody promises: one that was written in another encoding than the rest is told apart."""

import io
from collections.abc import Iterator
from typing import BinaryIO

LONGEST_LINE = 4_000_000  # bytes
UNREADABLE = "\ufffd"
CHINESE_FROM = "\u2e80"
SINGLE = "latin-1"  # gives back every byte as it was


class TooMuch(Exception):
    """More bytes than were allowed."""


class Lines:
    """Lines of `plain`, decoded one by one. After each, `is_foreign` and `is_too_long` say what it was.

    encoding: of most of them. most_bytes: of all together. Raises TooMuch.
    """

    def __init__(self, plain: BinaryIO, encoding: str, most_bytes: int) -> None:
        self.encoding, self._left = encoding, most_bytes
        self._is_wide = encoding.startswith("utf-16")
        self._text = io.TextIOWrapper(
            plain, encoding if self._is_wide else SINGLE, errors="replace", newline=""
        )
        self.is_foreign = self.is_too_long = False

    def __iter__(self) -> Iterator[str]:
        first = True
        while line := self._text.readline(LONGEST_LINE):
            self._left -= len(line)
            if self._left < 0:
                raise TooMuch
            self.is_too_long |= self._skipped(line)
            said = line if self._is_wide else self._decoded(line.encode(SINGLE))
            yield said.removeprefix("\ufeff") if first else said
            first = False

    def begin_row(self) -> None:
        self.is_foreign = self.is_too_long = False

    def _skipped(self, line: str) -> bool:
        """Whether the line is longer than one may be; then its rest is passed over."""
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return False
        while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            self._left -= len(rest)
            if self._left < 0:
                raise TooMuch
        return True

    def _decoded(self, line: bytes) -> str:
        if line.isascii():
            return line.decode("ascii")
        other = _in_gb(line) if self.encoding.startswith("utf-8") else _in_utf8(line)
        self.is_foreign |= other is not None
        return line.decode(self.encoding, "replace") if other is None else other


def _in_utf8(line: bytes) -> str | None:
    """The line where it is Chinese in UTF-8 beyond doubt: what is Chinese in another encoding never decodes so."""
    try:
        said = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return said if all(char < "\x80" or char >= CHINESE_FROM for char in said) else None


def _in_gb(line: bytes) -> str | None:
    """The line where it is Chinese in GB 2312 beyond doubt: not one character of it can be read as UTF-8."""
    as_utf8 = line.decode("utf-8", "replace")
    if UNREADABLE not in as_utf8 or any(char >= CHINESE_FROM and char != UNREADABLE for char in as_utf8):
        return None
    try:
        return line.decode("gb2312")
    except UnicodeDecodeError:
        return None


def is_mostly_utf8(sample: bytes) -> bool:
    """Whether more of the lines that are not plain ASCII are Chinese in UTF-8 than not."""
    lines = [line for line in sample.split(b"\n")[:-1] if not line.isascii()]
    return sum(_in_utf8(line) is not None for line in lines) * 2 > len(lines)
