"""Lists for disposal and for the next archive: begun by one person, approved by another, carried out whole."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koban.duties.archive import retention, rules
from koban.duties.archive.certificates import DISPOSAL
from koban.duties.archive.erasing import erase
from koban.duties.archive.flow import FLOW
from koban.duties.archive.keeping import locked, refuse_if, standing
from koban.duties.archive.models import Dossier, Line, Roll
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters.documents import actions as documents
from koban.matters.models import Matter

KIND = "archive"
MOST = 200  # files of one list: it is carried out in one transaction
SAY_BODY = _("Say which archive takes the files.")
SAY_NUMBER = _("Write the number of the receipt that the other archive gave.")
TAKEN = _("%(file)s stands on another open list.")
NOT_READY = _("Not every package is ready yet. Wait until all are written.")
TOO_MANY = _("A list holds at most %(most)s files. Begin a second one for the rest.")


@transaction.atomic
def begin(
    kind: str, dossiers: Sequence[Dossier], *, by: Actor, at: datetime, station: Station, body: str = ""
) -> Roll:
    """Draft a list of files whose day has come. Raises Refused for the first one that may not be on it."""
    require(by, "archive.propose")
    if kind == Roll.Kind.TRANSFER and not body.strip():
        raise Refused(SAY_BODY)
    if len(dossiers) > MOST:
        raise Refused(TOO_MANY % {"most": MOST})
    refuse_if(None if dossiers else Sentence(rules.EMPTY))
    files = [locked(one) for one in sorted(dossiers, key=lambda one: one.pk)]
    _check(kind, files, retention.day(at, station))
    _on_no_other(files)
    made: list[Roll] = []

    def roll(matter: Matter) -> Roll:
        made.append(Roll(matter=matter, kind=kind, body=body.strip()))
        return made[0]

    def line(one: Dossier) -> Any:
        return lambda _matter: Line(roll=made[0], dossier=one, printed=one.matter.printed)

    matters.open_matter(
        KIND, by=by, at=at, station=station, type=kind, rows=[roll, *map(line, files)], holder_id=by.at_post,
        facts={"count": len(files)},
    )  # fmt: skip
    return made[0]


def lines(roll: Roll) -> list[Line]:
    return list(Line.objects.filter(roll=roll).select_related("dossier__matter").order_by("dossier_id"))


def _check(kind: str, files: Sequence[Dossier], today: date) -> None:
    unfit = rules.unfit_to_dispose if kind == Roll.Kind.DISPOSAL else rules.unfit_to_hand_over
    for one in files:
        refuse_if(unfit(standing(one, today), today))


def _on_no_other(files: Sequence[Dossier]) -> None:
    taken = Line.objects.filter(dossier__in=files, roll__matter__is_open=True).first()
    if taken is not None:
        raise Refused(TAKEN % {"file": taken.printed})


@transaction.atomic
def propose(roll: Roll, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Give the list to the second person. Every file is looked at again."""
    roll = _held(roll)
    _check(roll.kind, _files(roll), retention.day(at, station))
    roll.proposed_by, roll.proposed_label = by.account_id, by.label
    roll.save(update_fields=["proposed_by", "proposed_label"])
    return matters.move(roll.matter, "propose", by=by, at=at, rows=[roll])


@transaction.atomic
def send_back(roll: Roll, reason: str, *, by: Actor, at: datetime) -> Matter:
    """Not like this, and why."""
    roll = _held(roll)
    roll.proposed_by, roll.proposed_label = None, ""
    roll.save(update_fields=["proposed_by", "proposed_label"])
    return matters.move(roll.matter, "back", by=by, at=at, reason=reason, rows=[roll])


@transaction.atomic
def drop(roll: Roll, reason: str, *, by: Actor, at: datetime) -> Matter:
    """End the list without an effect; its files are free again."""
    return matters.move(_held(roll).matter, "drop", by=by, at=at, reason=reason)


@transaction.atomic
def approve(roll: Roll, *, by: Actor, at: datetime, station: Station) -> Roll:
    """The second person says yes: what is to be disposed of is gone with this, the rest is written for the next archive.

    Raises Refused for who proposed it, and where a file may no longer go (a hold since): then nothing has happened.
    """
    require(by, "archive.approve")
    roll = _held(roll)
    duty_step(roll)
    refuse_if(rules.unfit_second(roll.proposed_by, by.account_id))
    today = retention.day(at, station)
    files = _files(roll)
    _check(roll.kind, files, today)
    roll.approved_by, roll.approved_label = by.account_id, by.label
    roll.save(update_fields=["approved_by", "approved_label"])
    matters.move(roll.matter, "approve", by=by, at=at, rows=[roll])
    if roll.kind == Roll.Kind.DISPOSAL:
        _end(roll, files, Dossier.State.DISPOSED, by=by, at=at, today=today)
        _certify(roll, by=by, at=at, station=station)
        matters.move(roll.matter, "finish", by=by, at=at, facts={"count": len(files)})
    return roll


def duty_step(roll: Roll) -> None:
    """Raises Refused where the list does not wait for approval: the second of two who approve at once learns it here."""
    FLOW.step(roll.matter.state, "approve")


@transaction.atomic
def receipt(roll: Roll, number: str, *, by: Actor, at: datetime, station: Station) -> Roll:
    """The next archive has them: what is here goes, its number and that of the receipt stay."""
    require(by, "archive.approve")
    roll = _held(roll)
    if not number.strip():
        raise Refused(SAY_NUMBER)
    files = _files(roll)
    if roll.written < len(files):
        raise Refused(NOT_READY)
    today = retention.day(at, station)
    _check(roll.kind, files, today)
    roll.their_number = number.strip()
    roll.save(update_fields=["their_number"])
    matters.move(roll.matter, "finish", by=by, at=at, rows=[roll], facts={"count": len(files)})
    _end(roll, files, Dossier.State.TRANSFERRED, by=by, at=at, today=today)
    return roll


def _held(roll: Roll) -> Roll:
    """The list as it is now, its matter locked first: of two who act at once, the second sees what the first did."""
    matter = matters.locked(roll.matter)
    found: Roll = Roll.objects.select_for_update(of=("self",)).get(pk=roll.pk)
    found.matter = matter
    return found


def _files(roll: Roll) -> list[Dossier]:
    """In one order, so that two lists never wait for each other."""
    return [locked(line.dossier) for line in lines(roll)]


def _end(roll: Roll, files: Sequence[Dossier], state: str, *, by: Actor, at: datetime, today: date) -> None:
    for one in files:
        erase(one, state, roll.matter.printed, by=by, at=at, today=today)


def _certify(roll: Roll, *, by: Actor, at: datetime, station: Station) -> None:
    """The certificate keeps the numbers and nothing else."""
    ground = law.clause(rules.TWO, station.pack, on=retention.day(at, station)).title
    language = "zh-hans" if not translation.get_language() else translation.get_language() or ""
    language = "zh-hans" if language.startswith("zh") else "en"
    numbers = [line.printed for line in lines(roll)]
    values = {
        "list": roll.matter.printed, "count": str(len(numbers)), "numbers": ", ".join(numbers),
        "proposed": roll.proposed_label or "–", "approved": roll.approved_label or "–", "ground": ground.said(language),
    }  # fmt: skip
    issued = documents.issue(
        DISPOSAL, values, by=by, at=at, station=station, matter=roll.matter, language=language
    )
    roll.certificate_id = issued.certificate.pk
    roll.save(update_fields=["certificate_id"])
    matters.change(
        roll.matter,
        "archive.certify",
        by=by,
        at=at,
        rows=[roll],
        facts={"number": issued.certificate.printed},
    )
