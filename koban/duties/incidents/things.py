"""Lost and found things: taken with a receipt, kept on a shelf, given back or handed on."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.models import Thing
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Matter

KEPT, NEVER_KEPT = "OFFICE-FOUND-1", "OFFICE-FOUND-2"
ENDS = {
    Thing.State.RETURNED: _("returned to its owner"),
    Thing.State.HANDED_ON: _("handed on to the property room"),
    Thing.State.DISPOSED: _("disposed of"),
}


@transaction.atomic
def record(
    matter: Matter, way: str, category: str, description: str, on: date,
    *, by: Actor, at: datetime, station: Station, shelf: str = "",
) -> Thing:  # fmt: skip
    """Write down a thing on its matter. Found things get the day by which they go on (OFFICE-FOUND-1, -2).

    Raises Refused for a day that has not come.
    """
    require(by, "incidents.take")
    if on > at.date() + timedelta(days=1):
        raise Refused(_("This day has not come yet."))
    found = way == Thing.Way.FOUND
    thing = Thing.objects.create(
        matter=matter, way=way, category=category, description=description.strip(), on=on, shelf=shelf.strip(),
        state=Thing.State.KEPT if found and shelf.strip() else Thing.State.OPEN,
        keep_until=keep_until(category, at, station) if found else None,
    )  # fmt: skip
    facts = {"thing": str(thing.pk), "way": way, "category": category, "shelf": thing.shelf}
    matters.change(matter, "incidents.thing", by=by, at=at, rows=[thing], facts=facts)
    return thing


def keep_until(category: str, at: datetime, station: Station) -> date:
    """The last day on which the office keeps a found thing."""
    clause = NEVER_KEPT if category == "document" else KEPT
    return law.term(clause, at, pack=station.pack, tz=station.tz).due_on


@transaction.atomic
def end(thing: Thing, state: str, *, by: Actor, at: datetime) -> Thing:
    """The way of a thing ends: returned, handed on, disposed of. Only an officer lets a thing be disposed of."""
    require(by, "incidents.things")
    if state not in ENDS:
        raise Refused(_("Choose what became of it."))
    if state == Thing.State.DISPOSED:
        require(by, "incidents.cancel")
    thing = Thing.objects.select_for_update().select_related("matter").get(pk=thing.pk)
    if thing.ended_at:
        return thing
    thing.state, thing.ended_at = state, at
    thing.save(update_fields=["state", "ended_at"])
    facts = {"thing": str(thing.pk), "state": state}
    matters.change(thing.matter, "incidents.thing_end", by=by, at=at, rows=[thing], facts=facts)
    return thing
