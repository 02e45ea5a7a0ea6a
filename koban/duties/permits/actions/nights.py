"""What happens to permits by the clock: suspended when nobody endorsed them, and reminded of before."""

from datetime import date, datetime

from django.db import transaction

from koban.duties.permits import rules, telling
from koban.duties.permits.actions import papers
from koban.duties.permits.actions.cards import years_of
from koban.duties.permits.actions.people import KIND
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Pause, Permit, Reminder
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.matters import actions as matters
from koban.matters.models import Matter


@transaction.atomic
def lapse(today: date, *, by: Actor, at: datetime, limit: int = 500) -> int:
    """Suspend permits whose year is over and that nobody endorsed (CN-RES-7B). How many."""
    require(by, "permits.lapse")
    found = list(Permit.objects.lapsed(today).select_for_update(of=("self",)).order_by("due_on")[:limit])
    for permit in found:
        permit.state = Permit.State.SUSPENDED
        permit.save(update_fields=["state"])
        pause = Pause.objects.create(permit=permit, clause=rules.LATE, from_on=today)
        facts = {"permit": permit.printed, "clause": rules.LATE}
        papers.suspend(permit, by=by, at=at)
        book.write(
            "permits.lapse",
            by=by,
            at=at,
            matter_id=permit.matter_id,
            subject=permit,
            facts=facts,
            rows=[permit, pause],
        )
    return len(found)


@transaction.atomic
def remind(today: date, *, by: Actor, at: datetime, station: Station, limit: int = 500) -> int:
    """Remind holders whose window opens or closes soon, each once. How many reminders were written."""
    law = Law.of(station, at)
    window, last = law.months(rules.WINDOW), law.value(REMIND)
    first = rules.Years(today).opens_on(0, -window)  # the furthest day for which a window is open today
    due = Permit.objects.filter(state=Permit.State.VALID, due_on__gte=today, due_on__lte=first).order_by(
        "due_on"
    )
    told_already = set(
        Reminder.objects.filter(permit__in=due[:limit]).values_list("permit_id", "due_on", "ordinal")
    )
    count = 0
    for permit in due.select_related("matter__station")[:limit]:
        days = rules.reminders(years_of(permit), months=law.months(rules.YEARLY), window=window, last=last)
        ordinal = sum(day <= today for day in days)
        if ordinal and (permit.pk, permit.due_on, ordinal) not in told_already:
            _remind(permit, ordinal, by=by, at=at)
            count += 1
    return count


@transaction.atomic
def drop_begun(before: datetime, *, by: Actor, at: datetime, limit: int = 500) -> int:
    """Close what was begun at the desk and finished by nobody, and with it the right to look. How many."""
    require(by, "permits.lapse")
    left = Matter.objects.filter(kind=KIND, state="begun", opened_at__lt=before).order_by("opened_at")[:limit]
    return len([matters.move(matter, "drop", by=by, at=at) for matter in left])


REMIND = "OFFICE-PERMIT-3"


def _remind(permit: Permit, ordinal: int, *, by: Actor, at: datetime) -> None:
    row = Reminder.objects.create(permit=permit, due_on=permit.due_on, ordinal=ordinal, at=at)
    facts = {"permit": permit.printed, "due": permit.due_on.isoformat(), "ordinal": ordinal}
    book.write(
        "permits.remind", by=by, at=at, matter_id=permit.matter_id, subject=permit, facts=facts, rows=[row]
    )
    telling.tell(permit.matter, "permits.due", by=by, at=at)
