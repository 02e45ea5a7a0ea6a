"""What was typed, as values. No Django, no database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koban.lib import text

LONGEST = 80
_NUMBER = re.compile(r"(?:(\d{4})\s*[-–－—/]\s*)?0*(\d{1,9})", re.ASCII)
_SEND = re.compile(
    r"(?:send|派出|派遣|派|pai)\s*(?P<who>.+?)\s*(?:\bto\b|\bqu\b|->|→|去|到|往)\s*(?P<where>[\d\s\-–－—/]+)",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"(?:new|report|新建|新接报|新|接报|xin)(?:\s+|(?=[^\x00-\x7f])|$)(?P<what>.*)", re.IGNORECASE
)
_PARTS = re.compile(r"[\s,，、;；+&]+|\band\b|和", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """year: None where only the number was typed."""

    year: int | None
    number: int


@dataclass(frozen=True, slots=True)
class Order:
    """Send these badges to this matter."""

    badges: tuple[str, ...]
    where: Number


def number(typed: str) -> Number | None:
    """A matter's number as people write it: 2026-000123, 2026-123, 123."""
    found = _NUMBER.fullmatch(typed.strip())
    return Number(int(found[1]) if found[1] else None, int(found[2])) if found else None


def order(typed: str) -> Order | None:
    """ "send 003 to 2026-000123", "send 002 and 003 to 123", "派003去123"."""
    found = _SEND.fullmatch(typed.strip())
    where = number(found["where"]) if found else None
    if found is None or where is None:
        return None
    badges = tuple(part for part in _PARTS.split(found["who"]) if part)
    return Order(badges, where) if badges else None


def wish(typed: str) -> str | None:
    """What a new report is about: "new noise" gives "noise", "new" gives ""; None where no new one was asked for."""
    found = _NEW.fullmatch(typed.strip())
    return found["what"].strip() if found else None


@dataclass(frozen=True, slots=True)
class Findable:
    """Something with a name. tokens: of text.search_text over its names in both languages."""

    key: str
    tokens: tuple[str, ...]

    def fits(self, wanted: Sequence[str]) -> bool:
        """Whether every wanted token begins one of its own."""
        return all(any(token.startswith(one) for token in self.tokens) for one in wanted)


def findable(key: str, names: Iterable[str]) -> Findable:
    return Findable(key, tuple(text.search_text(*names).split()))


def matching(typed: str, known: Iterable[Findable]) -> list[str]:
    """Keys of what fits everything that was typed; nothing for nothing typed."""
    wanted = text.query_tokens(typed)
    return [one.key for one in known if one.fits(wanted)] if wanted else []
