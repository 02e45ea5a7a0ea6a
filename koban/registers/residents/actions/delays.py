"""Holding back the notice of looks: a named ground, a second person, and an end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.registers.residents.models import Delay, Person

GROUNDS, LONGEST = "CN-PI-1A", "OFFICE-DELAY-1"
NO_GROUND = _("Choose the ground: the law lists them all.")
NO_END = _("Choose an end after now.")
TOO_LONG = _("The notice can be held back %(days)s days at most; it can be asked for again.")
SAME = _("A second person approves. Ask a colleague who may decide.")
DONE = _("This was approved already.")
OVER = _("Its time is over. Ask again.")


@transaction.atomic
def ask_delay(
    matter_id: UUID,
    person: Person,
    *,
    ground: str,
    until_at: datetime,
    by: Actor,
    at: datetime,
    station: Station,
) -> Delay:
    """Ask that looks at this person in this matter are told later. Nothing is held back before somebody else approves."""
    require(by, "residents.delay")
    day = timezone.localtime(at).date()
    if not law.clause(GROUNDS, station.pack, on=day).lists(ground):
        raise Refused(NO_GROUND, clause=GROUNDS)
    longest = law.clause(LONGEST, station.pack, on=day).value
    if until_at <= at:
        raise Refused(NO_END)
    if until_at > at + timedelta(days=longest):
        raise Refused(str(TOO_LONG) % {"days": longest}, clause=LONGEST)
    if by.at_post is None:
        raise Denied
    made = Delay.objects.create(
        matter_id=matter_id, person=person, clause=GROUNDS, ground=ground, asked_by=by.label, asked_post=by.at_post,
        from_at=at, until_at=until_at,
    )  # fmt: skip
    _page("residents.ask_delay", made, by, at)
    return made


@transaction.atomic
def approve_delay(delay: Delay, *, by: Actor, at: datetime) -> Delay:
    """The second person says yes. Looks from now on, in this matter, are told when the time is over."""
    require(by, "residents.approve_delay")
    held: Delay = Delay.objects.select_for_update(of=("self",)).get(pk=delay.pk)
    if held.approved_post:
        raise Refused(DONE)
    if held.asked_post == by.at_post:
        raise Refused(SAME)
    if held.until_at <= at:
        raise Refused(OVER)
    held.approved_by, held.approved_post, held.from_at = by.label, by.at_post, at
    held.save(update_fields=["approved_by", "approved_post", "from_at"])
    _page("residents.approve_delay", held, by, at)
    return held


def _page(verb: str, delay: Delay, by: Actor, at: datetime) -> None:
    facts = {"ground": delay.ground, "until": delay.until_at.isoformat()}
    book.write(verb, by=by, at=at, matter_id=delay.matter_id, subject=delay, facts=facts, rows=[delay])
