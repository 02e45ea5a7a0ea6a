"""Deciding about one file: holding it, keeping it longer, opening its catalogue entry, reading it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.archive import retention, rules
from koban.duties.archive.models import Appraisal, Dossier, Hold, Line, Reading
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.lib.errors import Absent, Denied, Refused
from koban.lib.sentence import Sentence
from koban.matters import looks
from koban.matters.models import Matter

SAY_PURPOSE = _("Say for what it is read. It stands in the ledger.")
NO_GROUND = _("A file that is not open to the public is read for an open matter that you hold.")
NOT_HERE = _("The file is no longer here.")
ON_A_LIST = _("The file stands on the list %(number)s. Drop that list first.")


def refuse_if(verdict: Sentence | None) -> None:
    if verdict:
        raise Refused(spoken(verdict), clause=verdict.clause)


def locked(dossier: Dossier) -> Dossier:
    """The row as it is now, held until the transaction ends."""
    found: Dossier = (
        Dossier.objects.select_for_update(of=("self",)).select_related("matter").get(pk=dossier.pk)
    )
    return found


def standing(dossier: Dossier, today: date) -> rules.Standing:
    """What the rules ask of a file."""
    hold = Hold.objects.running(today).filter(dossier=dossier).order_by("-until_on").first()
    return rules.Standing(
        dossier.matter.printed, dossier.state, dossier.retention, dossier.ends_on, dossier.hand_over_on,
        hold.reason if hold else "", bool(dossier.package),
    )  # fmt: skip


def _page(
    verb: str, dossier: Dossier, *, by: Actor, at: datetime, rows: list[StationRow], **facts: Any
) -> None:
    told = {"number": dossier.matter.printed, **facts}
    book.write(verb, by=by, at=at, matter_id=dossier.matter_id, subject=dossier, facts=told, rows=rows)


@transaction.atomic
def hold(
    dossier: Dossier, reason: str, until: date, *, asked_by: str, by: Actor, at: datetime, station: Station
) -> Hold:
    """Nobody disposes of the file or hands it over until the day. Raises Refused."""
    require(by, "archive.hold")
    dossier = locked(dossier)
    _here(dossier)
    today = retention.day(at, station)
    days = law.clause(rules.HOLD, station.pack, on=today).value
    refuse_if(rules.unfit_hold(reason, until, today, today + timedelta(days=days)))
    made: Hold = Hold.objects.create(
        dossier=dossier, reason=reason.strip(), asked_by=asked_by.strip() or by.label, from_on=today, until_on=until,
        label=by.label,
    )  # fmt: skip
    _page("archive.hold", dossier, by=by, at=at, rows=[made], until=until.isoformat())
    return made


@transaction.atomic
def end_hold(held: Hold, *, by: Actor, at: datetime, station: Station) -> Hold:
    """Nobody needs the file for this any more. Ending it again changes nothing."""
    require(by, "archive.hold")
    dossier = locked(held.dossier)
    held = Hold.objects.get(pk=held.pk)
    if held.ended_on is None:
        held.ended_on = retention.day(at, station)
        held.save(update_fields=["ended_on"])
        _page("archive.end_hold", dossier, by=by, at=at, rows=[held])
    return held


@transaction.atomic
def keep_longer(
    dossier: Dossier, reason: str, until: date, *, by: Actor, at: datetime, station: Station
) -> Appraisal:
    """Deviate from the term with a reason (CN-ARC-6). Raises Refused, also while the file stands on a list."""
    require(by, "archive.appraise")
    dossier = locked(dossier)
    _here(dossier)
    _on_no_list(dossier)
    today, ends_on = retention.day(at, station), dossier.ends_on
    last = retention.after(rules.LONGER, today, station, today) or today
    refuse_if(rules.unfit_longer(reason, until, ends_on, last))
    made = Appraisal(
        dossier=dossier, reason=reason.strip(), was_on=ends_on or until, until_on=until, at=at, label=by.label
    )
    made.save(force_insert=True)
    dossier.ends_on = until
    dossier.save(update_fields=["ends_on"])
    _page("archive.keep_longer", dossier, by=by, at=at, rows=[made, dossier], until=until.isoformat())
    return made


@transaction.atomic
def open_up(dossier: Dossier, *, by: Actor, at: datetime, station: Station) -> Dossier:
    """Show the entry of a file in the public catalogue, when its day has come. Opening it again changes nothing."""
    require(by, "archive.open")
    dossier = locked(dossier)
    _here(dossier)
    today = retention.day(at, station)
    if dossier.opens_on is None or dossier.opens_on >= today:
        raise Refused(_("The file is not due to be opened yet."), clause=rules.OPEN)
    if dossier.opened_on is None:
        dossier.opened_on = today
        dossier.save(update_fields=["opened_on"])
        _page("archive.open_up", dossier, by=by, at=at, rows=[dossier])
    return dossier


def read(dossier: Dossier, purpose: str, ground: Matter | None, *, by: Actor, at: datetime) -> Reading:
    """Enter the reading room: the page is committed before anything of the file is handed out. Not inside a transaction.

    ground: the open matter in hand that the file is read for; none for what is open to the public.
    Raises Refused without words, Denied without a ground.
    """
    require(by, "archive.look")
    if not purpose.strip():
        raise Refused(SAY_PURPOSE)
    if not dossier.package:
        raise Absent
    if dossier.opened_on is None and not _is_ground(ground, by):
        raise Denied(NO_GROUND, matter_id=dossier.matter_id)
    made = Reading(
        dossier=dossier, ground=ground, purpose=purpose.strip(), post_id=by.at_post, at=at, label=by.label
    )
    with transaction.atomic(durable=True):
        made.save(force_insert=True)
        _page("archive.look", dossier, by=by, at=at, rows=[made], ground=ground.printed if ground else "")
    return made


def _is_ground(ground: Matter | None, by: Actor) -> bool:
    return ground is not None and ground.is_open and looks.holds(by, ground.pk)


def reading_of(dossier: Dossier, reading_id: Any, *, by: Actor, today: date, station: Station) -> Reading:
    """A reading of the reader's own, of today. Raises Absent."""
    found = Reading.objects.filter(pk=reading_id, dossier=dossier, post_id=by.at_post).first()
    if found is None or by.at_post is None or retention.day(found.at, station) != today:
        raise Absent
    mine: Reading = found
    return mine


def _here(dossier: Dossier) -> None:
    if dossier.state != Dossier.State.KEPT:
        raise Refused(NOT_HERE)


def _on_no_list(dossier: Dossier) -> None:
    line = (
        Line.objects.filter(dossier=dossier, roll__matter__is_open=True)
        .select_related("roll__matter")
        .first()
    )
    if line is not None:
        raise Refused(ON_A_LIST % {"number": line.roll.matter.printed})
