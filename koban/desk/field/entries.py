"""Entries are taken one by one: each in a transaction of its own, once, whatever order they come in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from koban.desk.field import arriving, kinds, phones, rules, told
from koban.desk.field.models import Awaited, Entry
from koban.desk.field.told import Told
from koban.kernel.access.models import Device
from koban.kernel.access.refusing import status_of
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Conflict, KobanError, Refused

State = Entry.State
OTHER_WORDS = _("An entry with this UUID came before and said something else.")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who sends, by which phone, and when: by our clock (`at`) and by the phone's own (`sent`)."""

    device: Device
    by: Actor
    at: datetime
    sent: str
    station: Station


@dataclass(frozen=True, slots=True)
class Answer:
    """status: 201 done, 202 kept and waits, else why not. page: of the ledger. waits: files that are still to come."""

    key: str
    status: int
    sentence: str = ""
    page: int | None = None
    flags: Sequence[str] = ()
    waits: Sequence[str] = ()
    ours: dict[str, Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        told = {
            "id": self.key, "status": self.status, "sentence": self.sentence, "page": self.page,
            "flags": list(self.flags), "waits": list(self.waits), "ours": self.ours, **self.more,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value not in (None, "", [])}


def take_all(raw: Sequence[Any], hand: Hand) -> list[Answer]:
    """An answer for each entry, in the order of the batch."""
    require(hand.by, "field.work")
    return [_answered(one, hand) for one in raw]


def _answered(raw: Any, hand: Hand) -> Answer:
    key = str(raw.get("id", ""))[:64] if isinstance(raw, dict) else ""
    try:
        return take(told.entry(raw), hand)
    except kinds.Clash as clash:
        return Answer(key, 409, str(clash), ours=clash.ours)
    except KobanError as why:
        return Answer(key, status_of(why) or 422, str(why), more={"clause": why.clause})


@transaction.atomic
def take(entry: Told, hand: Hand) -> Answer:
    """Take one entry. The same again changes nothing and gets the same answer. Raises what a rule says no with."""
    row, is_new = _claimed(entry, hand)
    if row.post_id != hand.by.at_post:
        raise Conflict(OTHER_WORDS)
    if row.state != State.WAITING and row.told_sha256 != entry.digest:
        return Answer(str(row.key), 409, str(OTHER_WORDS), ours={"body": row.body})
    if not is_new:
        # A repeat writes: what commits nothing is confirmed by no standby.
        Entry.objects.filter(pk=row.pk).update(repeats=F("repeats") + 1)
    if row.state == State.WAITING:
        _go_on(row, entry, hand, is_new=is_new)
    return _answer(row)


def _go_on(row: Entry, entry: Told, hand: Hand, *, is_new: bool) -> None:
    """Do what was not done yet, or keep it until the one before it is done."""
    is_changed = not is_new and _tell(row, entry, hand)
    if entry.give_up:
        _close(row, State.GIVEN_UP, "field.give_up", hand)
    elif _waits(row):
        if is_new or is_changed:
            _page("field.keep", row, hand)
        return
    else:
        _do(row, entry, hand)
    for later in (
        Entry.objects.waiting_for(row.key).filter(post_id=row.post_id).select_for_update(of=("self",))
    ):
        _follow(later, hand)


def _waits(row: Entry) -> bool:
    if row.after is None:
        return False
    return not Entry.objects.filter(key=row.after).exclude(state=State.WAITING).exists()


def _do(row: Entry, entry: Told, hand: Hand) -> None:
    before = Entry.objects.filter(key=row.after, state=State.DONE).first() if row.after else None
    expected = before.left_state if before and before.left_state else entry.seen_state
    doing = kinds.Doing(entry, row, expected, hand.by, hand.at, hand.station)
    left = kinds.do(doing)
    row.left_state = left.state if left is not None and entry.kind in ("step", "visit") else ""
    if left is not None:
        row.matter_id = left.pk
    _close(row, State.DONE, "field.entry", hand)
    arriving.attach_here(row, by=hand.by, at=hand.at)


def _follow(row: Entry, hand: Hand) -> None:
    """Do an entry that waited. What says no leaves it waiting with its sentence; the phone asks again and hears it."""

    entry = told.entry(json.loads(row.body))
    try:
        with transaction.atomic():
            _go_on(row, entry, hand, is_new=False)
    except KobanError as why:
        Entry.objects.filter(pk=row.pk).update(trouble=str(why)[:300])


def _claimed(entry: Told, hand: Hand) -> tuple[Entry, bool]:
    """The row of this UUID, locked, and whether it was made now. Two at once: the second waits for the first."""
    if found := _locked(entry.key):
        return found, False
    row = Entry(
        key=entry.key, post_id=phones.own_post(hand.by), device=hand.device, kind=entry.kind, matter_id=entry.matter_id,
        state=State.WAITING, received_at=hand.at,
    )  # fmt: skip
    _describe(row, entry, hand)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if found := _locked(entry.key):
            return found, False
        raise
    Awaited.objects.bulk_create(_wanted(row, entry, hand))
    return row, True


def _locked(key: UUID) -> Entry | None:
    found: Entry | None = Entry.objects.select_for_update(of=("self",)).filter(key=key).first()
    return found


def _tell(row: Entry, entry: Told, hand: Hand) -> bool:
    """A kept entry came again, perhaps with a choice made: what it says now holds. Whether it says something else."""
    if row.told_sha256 == entry.digest:
        return False
    _describe(row, entry, hand)
    Awaited.objects.filter(entry=row).delete()
    Awaited.objects.bulk_create(_wanted(row, entry, hand))
    return True


def _describe(row: Entry, entry: Told, hand: Hand) -> None:
    moment = _moment(entry.at, hand)
    row.after, row.told_sha256 = entry.after, entry.digest
    row.device_at, row.at = entry.at, moment.at
    row.flags = [*moment.flags, *entry.spot.flags]
    row.seal_body(entry.raw)


def _moment(at: str, hand: Hand) -> rules.Moment:
    near = phones.tolerance(hand.station, hand.at)
    return rules.believed(at, sent=hand.sent, received=hand.at, since=hand.device.made_at, tolerance=near)


def _wanted(row: Entry, entry: Told, hand: Hand) -> list[Awaited]:
    return [
        Awaited(
            entry=row, sha256=one.sha256, name=one.name, taken_at=_moment(one.at, hand).at,
            lon=one.spot.lon, lat=one.spot.lat, bearing=one.bearing,
        )
        for one in entry.files
    ]  # fmt: skip


def _close(row: Entry, state: str, verb: str, hand: Hand) -> None:
    row.state, row.trouble = state, ""
    _page(verb, row, hand)


def _page(verb: str, row: Entry, hand: Hand) -> None:
    row.save()
    facts = {"entry": str(row.key), "kind": row.kind, "device_at": row.device_at, "flags": row.flags}
    page = book.write(
        verb, by=hand.by, at=hand.at, matter_id=row.matter_id, subject=row, facts=facts, rows=[row]
    )
    row.page = page.number
    Entry.objects.filter(pk=row.pk).update(page=page.number)


def _answer(row: Entry) -> Answer:
    if row.state == State.WAITING and row.trouble:
        raise Refused(row.trouble)
    wanted = Awaited.objects.filter(entry=row, attachment_id=None).values_list("sha256", flat=True)
    waits = sorted(set(wanted)) if row.state != State.GIVEN_UP else []
    status = 202 if row.state == State.WAITING else 201
    return Answer(str(row.key), status, page=row.page, flags=row.flags, waits=waits)
