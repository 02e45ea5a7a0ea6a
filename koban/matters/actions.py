"""Everything that is done to the cover sheet. `move` is the only code that changes a state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel import stations
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import numbers
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.kernel.stations.storing import insert
from koban.lib.errors import Refused, Stale
from koban.matters import deadlines, receipts
from koban.matters.duty import duty, is_ours
from koban.matters.models import Deadline, Holding, Link, Matter, Note
from koban.matters.places import NOWHERE, Place

REGISTER = "matter"


@transaction.atomic
def open_matter(
    kind: str,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    type: str = "",
    summary: str = "",
    priority: int = 3,
    place: Place = NOWHERE,
    language: str = "zh-hans",
    secret: str = "",
    holder_id: Any = None,
    terms: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
    rows: Iterable[Any] = (),
    state: str = "",
) -> Matter:
    """Open a matter of duty `kind` in `station`, the scope's home, and write its first page.

    secret: the resident's, of `receipts.new_secret`; only its fingerprint is kept.
    terms: deadline key -> clause id; each starts now.
    rows: callables that take the new matter and return unsaved station rows, stored and sealed with it.
    state: one of the flow's `begins`, where it is not the initial one.
    """
    matter = Matter(
        kind=kind,
        type=type,
        summary=summary,
        priority=priority,
        language=language,
        opened_at=at,
        holder_id=holder_id,
    )
    matter.state, matter.state_since = duty(kind).flow.first(state), at
    _set(matter, place.fields())
    matter.receipt = receipts.fingerprint(secret) if secret else b""
    matter.year = at.astimezone(ZoneInfo(station.tz)).year
    matter.number = numbers.take(REGISTER, matter.year)
    running = [
        deadlines.started(matter, key, clause, at=at, station=station)
        for key, clause in (terms or {}).items()
    ]
    deadlines.set_next(matter, running)
    more = [make(matter) for make in rows]
    insert([matter, *running, *more])
    told = {"number": matter.printed, "type": type, "priority": priority, **(facts or {})}
    book.write(
        f"{kind}.open",
        by=by,
        at=at,
        matter_id=matter.id,
        subject=matter,
        facts=told,
        rows=[matter, *running, *more],
    )
    return matter


def owned(matter: Matter) -> None:
    """Raises OutsideScope for the matter of another station: it can be read from above, and changed by its own only."""
    if not is_ours(matter):
        raise stations.OutsideScope(f"matter {matter.pk} belongs to another station than the open scope")


def locked(matter: Matter, version: int | None = None) -> Matter:
    """The matter as it is now, held until the transaction ends. Raises Stale if it is no longer `version`.

    Every action takes this lock before it reads or writes anything that hangs on the matter: a row that was read
    before could be sealed as it was, and two that lock in different orders wait for each other.
    """
    # no_key: rows that only point at the matter (a note) need not wait for it.
    owned(matter)
    now: Matter = Matter.objects.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)
    if version is not None and now.version != version:
        raise Stale(_("Somebody changed this in the meantime. Look at both versions before you save."))
    return now


@transaction.atomic
def move(
    matter: Matter,
    key: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    rows: Sequence[StationRow] = (),
    changes: Mapping[str, Any] | None = None,
    met: Sequence[str] = (),
    waived: Sequence[str] = (),
) -> Matter:
    """Take the step `key` of the duty's flow, with its page.

    reason: kept as a note where the step asks for one. rows: station rows already saved in this transaction.
    changes: further columns of the cover sheet. met: keys of deadlines that this step meets; waived: that lose their
    object by it.
    Raises Refused (no such step now, no reason given) and Denied.
    """
    matter = locked(matter)
    flow = duty(matter.kind).flow
    step = flow.step(matter.state, key)
    require(by, step.action)
    if step.needs_reason and not reason.strip():
        raise Refused(_("Say why: this step is kept with its reason."))
    told = {"from": matter.state, "to": step.target, **(facts or {})}
    _set(matter, changes or {})
    matter.state, matter.state_since = step.target, at
    matter.is_open, matter.closed_at = _open_or_closed(matter, flow.is_closed(step.target), at)
    written = [*rows, *deadlines.meet(matter, met, at=at, waived=waived)]
    if reason.strip():
        written.append(_note(matter, reason, by=by, at=at, purpose="reason"))
        told["note"] = str(written[-1].pk)
    _changed(matter)
    book.write(
        f"{matter.kind}.{key}",
        by=by,
        at=at,
        matter_id=matter.id,
        subject=matter,
        facts=told,
        rows=[matter, *written],
    )
    return matter


@transaction.atomic
def change(
    matter: Matter,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    rows: Sequence[StationRow] = (),
    facts: Mapping[str, Any] | None = None,
    met: Sequence[str] = (),
    waived: Sequence[str] = (),
) -> Matter:
    """Change columns of the cover sheet, or only what hangs on it, without changing its state. Raises Stale."""
    matter = locked(matter, version)
    _set(matter, changes or {})
    written = [*rows, *deadlines.meet(matter, met, at=at, waived=waived)]
    _changed(matter)
    told = {"fields": sorted(changes or ()), **(facts or {})}
    book.write(verb, by=by, at=at, matter_id=matter.id, subject=matter, facts=told, rows=[matter, *written])
    return matter


@transaction.atomic
def note(
    matter: Matter, text: str, *, by: Actor, at: datetime, direction: str = "inside", purpose: str = "note"
) -> Note:
    """Write words on the matter. Raises Refused for empty ones."""
    owned(matter)
    if not text.strip():
        raise Refused(_("Write something first."))
    written = _note(matter, text, by=by, at=at, direction=direction, purpose=purpose)
    facts = {"direction": direction, "purpose": purpose}
    book.write(
        "matters.note", by=by, at=at, matter_id=matter.id, subject=written, facts=facts, rows=[written]
    )
    return written


@transaction.atomic
def hold(matter: Matter, post_id: Any, *, by: Actor, at: datetime) -> Matter:
    """Put the matter into the hands of a post; the first one becomes its holder. Taking it again changes nothing."""
    require(by, "matters.hold")
    matter = locked(matter)
    held = [
        Holding.objects.get_or_create(matter=matter, post_id=post_id, to_at=None, defaults={"from_at": at})[
            0
        ],
    ]
    matter.holder_id = matter.holder_id or post_id
    _changed(matter)
    facts = {"post": str(post_id)}
    book.write(
        "matters.hold", by=by, at=at, matter_id=matter.id, subject=matter, facts=facts, rows=[matter, *held]
    )
    return matter


@transaction.atomic
def release(matter: Matter, post_id: Any, *, by: Actor, at: datetime) -> Matter:
    """Take the matter out of the hands of a post; with it goes the right to look at its people."""
    require(by, "matters.hold")
    matter = locked(matter)
    held = list(Holding.objects.filter(matter=matter, post_id=post_id, to_at=None))
    for holding in held:
        holding.to_at = at
        holding.save(update_fields=["to_at"])
    if matter.holder_id == post_id:
        left = Holding.objects.filter(matter=matter, to_at=None).order_by("from_at").first()
        matter.holder_id = left.post_id if left else None
    _changed(matter)
    facts = {"post": str(post_id)}
    book.write(
        "matters.release",
        by=by,
        at=at,
        matter_id=matter.id,
        subject=matter,
        facts=facts,
        rows=[matter, *held],
    )
    return matter


@transaction.atomic
def link(source: Matter, target: Matter, kind: str, *, by: Actor, at: datetime) -> Link:
    """Tie two matters together. Tying them again changes nothing."""
    owned(source)
    if source.pk == target.pk:
        raise Refused(_("A matter cannot be linked to itself."))
    tied, new = Link.objects.get_or_create(source=source, target=target, kind=kind, defaults={"at": at})
    if new:
        facts = {"kind": kind, "to": target.printed, "target": str(target.pk)}
        book.write("matters.link", by=by, at=at, matter_id=source.id, subject=tied, facts=facts, rows=[tied])
    return tied


@transaction.atomic
def set_deadline(
    matter: Matter, key: str, clause: str, *, by: Actor, at: datetime, station: Station
) -> Deadline:
    """Start a term on the matter; a term of the same key is replaced."""
    matter = locked(matter)
    fresh = deadlines.started(matter, key, clause, at=at, station=station)
    old = Deadline.objects.filter(matter=matter, key=key).first()
    if old:
        fresh.id, fresh.salt = old.id, old.salt
    fresh.save(force_insert=old is None, force_update=old is not None)
    deadlines.set_next(matter, Deadline.objects.filter(matter=matter))
    _changed(matter)
    facts = {"key": key, "clause": clause, "due": fresh.due_at.isoformat()}
    book.write(
        "matters.term", by=by, at=at, matter_id=matter.id, subject=matter, facts=facts, rows=[matter, fresh]
    )
    return fresh


def _note(
    matter: Matter, text: str, *, by: Actor, at: datetime, direction: str = "inside", purpose: str = "note"
) -> Note:
    return Note.objects.create(
        matter=matter,
        direction=direction,
        purpose=purpose,
        text=text.strip(),
        at=at,
        label=by.label,
        post_id=by.at_post,
    )


def _open_or_closed(matter: Matter, closed: bool, at: datetime) -> tuple[bool, datetime | None]:
    if not closed:
        return True, None
    return False, matter.closed_at or at


def _set(matter: Matter, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(matter, name, value)


def _changed(matter: Matter) -> None:
    matter.version += 1
    matter.save(force_update=True)
