"""What a phone sends, taken apart: the shape of entries. What is wrong with one is a sentence about that one."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koban.desk.field import rules
from koban.lib import text
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake

MOST_ENTRIES = 60
MOST_FILES = 12
LONGEST = 400_000  # characters of one entry: a form with many questions has its whole XML in it
NO_SPOT = rules.Spot()
HEX = frozenset("0123456789abcdef")

NO_ENTRIES = _('Send a list under "entries", with "now", the clock of the phone.')
TOO_MANY = _("Send at most %(most)s entries at once.")
NO_UUID = _("This entry has no UUID of its own.")
NO_ENTRY = _("This is no entry.")
TOO_LONG = _("This entry is too long. Write less, or in two entries.")
NO_HASH = _("A file of this entry has no SHA-256 in hexadecimal.")
TOO_MANY_FILES = _("An entry takes at most %(most)s files.")
TWICE = _("Two files of this entry have the same name.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that an entry tells of. at: as the phone's clock said."""

    sha256: str
    name: str
    at: str
    spot: rules.Spot
    bearing: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """One entry. raw: canonical JSON of it. seen_state: the state of the matter that the writer saw, "" for any."""

    key: UUID
    kind: str
    at: str
    raw: str
    matter_id: UUID | None = None
    after: UUID | None = None
    seen_state: str = ""
    spot: rules.Spot = NO_SPOT
    give_up: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    files: tuple[Picture, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw.encode()).hexdigest()

    def words(self, name: str, limit: int = 4000) -> str:
        """A text of the body, cleaned. Raises Refused."""
        told = self.body.get(name, "")
        try:
            return text.clean(told if isinstance(told, str) else "", limit, lines=limit > 200)
        except Mistake as wrong:
            raise Refused(wrong.sentence.said(gettext)) from wrong


def batch(raw: bytes) -> tuple[list[Any], str]:
    """The entries of a body, not yet looked at, and what the phone's clock said. Raises Refused."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(NO_ENTRIES) from None
    entries = told.get("entries") if isinstance(told, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Refused(NO_ENTRIES)
    if len(entries) > MOST_ENTRIES:
        raise Refused(TOO_MANY % {"most": MOST_ENTRIES})
    return entries, str(told.get("now", ""))[:40]


def entry(told: Any) -> Told:
    """One entry. Raises Refused with a sentence about it."""
    if not isinstance(told, dict) or not isinstance(told.get("body", {}), dict):
        raise Refused(NO_ENTRY)
    key = uuid_of(told.get("id"))
    if key is None:
        raise Refused(NO_UUID)
    raw = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(raw) > LONGEST:
        raise Refused(TOO_LONG)
    position, seen = _mapping(told.get("position")), _mapping(told.get("seen"))
    return Told(
        key=key, kind=str(told.get("kind", ""))[:12], at=str(told.get("at", ""))[:40], raw=raw,
        matter_id=uuid_of(told.get("matter")), after=uuid_of(told.get("after")),
        seen_state=str(seen.get("state", ""))[:32], spot=rules.spot(position.get("lon"), position.get("lat")),
        give_up=told.get("give_up") is True, body=told.get("body", {}), files=_files(told.get("files", [])),
    )  # fmt: skip


def uuid_of(told: Any) -> UUID | None:
    """A UUID, None for what is none."""
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _files(told: Any) -> tuple[Picture, ...]:
    if not isinstance(told, list):
        raise Refused(NO_ENTRY)
    if len(told) > MOST_FILES:
        raise Refused(TOO_MANY_FILES % {"most": MOST_FILES})
    found = tuple(_picture(_mapping(one)) for one in told)
    if len({one.name for one in found}) < len(found):
        raise Refused(TWICE)
    return found


def _picture(told: dict[str, Any]) -> Picture:
    sha256 = told.get("sha256")
    if not isinstance(sha256, str) or len(sha256) != 64 or not set(sha256) <= HEX:
        raise Refused(NO_HASH)
    position = _mapping(told.get("position"))
    bearing = rules.number(position.get("bearing"))
    return Picture(
        sha256, str(told.get("name") or f"{sha256[:12]}.jpg")[:120], str(told.get("at", ""))[:40],
        rules.spot(position.get("lon"), position.get("lat")), bearing % 360 if bearing is not None else None,
    )  # fmt: skip


def _mapping(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}
