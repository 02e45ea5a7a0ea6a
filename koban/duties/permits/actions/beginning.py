"""Work that begins at the desk before it is known whom it is about: the open matter is the right to look that up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.actions.people import KIND, Taken
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.kernel.stations.storing import insert
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.models import Holding, Matter
from koban.matters.places import Place

BEGUN = "begun"
DONE_ALREADY = _("This was taken already.")
Makers = Sequence[Callable[[Matter], Any]]


@dataclass(frozen=True, slots=True)
class Begun:
    """What the matter of a declaration or an application says from its first moment."""

    type: str
    place: Place
    language: str
    terms: Mapping[str, str]
    facts: Mapping[str, Any]


@transaction.atomic
def begin(type: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Open the matter of somebody who stands at the desk, in the hands of whoever serves them."""
    require(by, "permits.handle")
    return matters.open_matter(
        KIND, by=by, at=at, station=station, type=type, state=BEGUN, holder_id=by.at_post, rows=[_holding(by, at)]
    )  # fmt: skip


def opened(
    what: Begun, rows: Makers, *, begun: Matter | None, by: Actor, at: datetime, station: Station
) -> Taken:
    """The matter with its rows and its receipt: a new one, or what was begun. Whoever takes it at the desk holds it."""
    secret = receipts.new_secret()
    if begun is not None:
        return Taken(_declared(begun, what, rows, secret, by=by, at=at, station=station), secret)
    held = [_holding(by, at)] if by.at_post else []
    matter = matters.open_matter(
        KIND, by=by, at=at, station=station, type=what.type, place=what.place, language=what.language, secret=secret,
        holder_id=by.at_post, terms=what.terms, facts=what.facts, rows=[*rows, *held],
    )  # fmt: skip
    return Taken(matter, secret)


def _declared(
    begun: Matter, what: Begun, rows: Makers, secret: str, *, by: Actor, at: datetime, station: Station
) -> Matter:
    matter = matters.locked(begun)
    if (matter.state, matter.type) != (BEGUN, what.type):
        raise Refused(DONE_ALREADY)
    made = [make(matter) for make in rows]
    insert(made)
    changes = {
        **what.place.fields(),
        "receipt": receipts.fingerprint(secret),
        "language": what.language,
    }
    matters.move(matter, "declare", by=by, at=at, rows=made, changes=changes, facts=what.facts)
    for key, clause in what.terms.items():
        matters.set_deadline(matter, key, clause, by=by, at=at, station=station)
    return matters.locked(matter)


def _holding(by: Actor, at: datetime) -> Callable[[Matter], Holding]:
    return lambda matter: Holding(matter=matter, post_id=by.at_post or "", from_at=at)
