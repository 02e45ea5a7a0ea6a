"""Matters that meet: merge a double, split one in two, refer to another duty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions
from koban.matters.duty import Duty, all_duties, duty
from koban.matters.models import Link, Matter, Note, Referral
from koban.matters.places import Place


@transaction.atomic
def merge(double: Matter, into: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Close `double` as the same event as `into`. Its reporter keeps the receipt and gets the answers of `into`.

    Raises Refused for a matter into itself, of two kinds, into a closed or an already merged one.
    """
    require(by, "matters.merge")
    first, second = sorted((double, into), key=lambda matter: matter.pk)
    held = {matter.pk: actions.locked(matter) for matter in (first, second)}
    double, into = held[double.pk], held[into.pk]
    if why := _unfit_to_merge(double, into):
        raise Refused(why)
    tied = Link.objects.create(source=double, target=into, kind=Link.Kind.DUPLICATE, at=at)
    facts = {"into": into.printed, "target": str(into.pk)}
    double = actions.move(
        double, "merge", by=by, at=at, reason=reason, facts=facts, rows=[tied], changes={"merged_into": into}
    )
    told = {"double": double.printed, "source": str(double.pk)}
    book.write("matters.merged_in", by=by, at=at, matter_id=into.id, subject=into, facts=told)
    return double


def _unfit_to_merge(double: Matter, into: Matter) -> Any:
    if double.pk == into.pk:
        return _("A matter cannot be merged into itself.")
    if double.kind != into.kind:
        return _("Only matters of the same kind can be merged; link them instead.")
    if into.merged_into_id is not None:
        return _("That matter is itself merged into another one. Merge into the first.")
    return _("That matter is closed already; link them instead.") if not into.is_open else None


@transaction.atomic
def split(
    matter: Matter, summary: str, *, by: Actor, at: datetime, station: Station, type: str = ""
) -> Matter:
    """Open a second matter of the same kind and place for the part that `summary` names, linked to the first."""
    require(by, "matters.merge")
    if not summary.strip():
        raise Refused(_("Say what the new matter is about."))
    receive = duty(matter.kind).receive
    if receive is None:
        raise Refused(_("This kind of matter cannot be split."))
    part = receive(matter, summary=summary, type=type or matter.type, by=by, at=at, station=station)
    actions.link(matter, part, Link.Kind.SPLIT, by=by, at=at)
    return part


@transaction.atomic
def refer(
    matter: Matter, to: str, *, by: Actor, at: datetime, station: Station, reason: str, type: str = "",
    told: Mapping[str, Any] | None = None,
) -> Matter:  # fmt: skip
    """Hand the matter to another duty of this house, which opens its own, linked one; this one stays as it is.

    type: what it is about there, "" for the other duty to say. told: what else its `receive` takes, by name.

    Raises Absent for a duty that this house has not, Refused for one that takes no referrals.
    """
    require(by, "matters.refer")
    receive = duty(to).receive
    if receive is None or to == matter.kind:
        raise Refused(_("That duty takes no referrals."))
    if not reason.strip():
        raise Refused(_("Say why you refer it."))
    matter = actions.locked(matter)
    if not matter.is_open:
        raise Refused(_("This is closed. Open it again first."))
    opened = receive(matter, summary=reason, type=type, by=by, at=at, station=station, **(told or {}))
    referral = Referral.objects.create(
        matter=matter, to=to, at=at, status="received", received_at=at, result=opened
    )
    actions.link(matter, opened, Link.Kind.REFERRED, by=by, at=at)
    facts = {"to": to, "number": opened.printed, "target": str(opened.pk)}
    book.write(
        "matters.refer", by=by, at=at, matter_id=matter.id, subject=referral, facts=facts, rows=[referral]
    )
    came = {"from": matter.kind, "number": matter.printed, "target": str(matter.pk)}
    book.write("matters.referred_in", by=by, at=at, matter_id=opened.id, subject=opened, facts=came)
    return opened


def receivers(matter: Matter) -> list[Duty]:
    """The duties of this house to which the matter can be referred."""
    return [found for found in all_duties().values() if found.receive and found.key != matter.kind]


def links_of(matter: Matter) -> QuerySet[Link]:
    """What the matter is tied to, with both ends."""
    ends = Link.objects.filter(Q(source=matter) | Q(target=matter))
    return ends.select_related("source", "target").order_by("at", "id")


def outside(matter: Matter) -> QuerySet[Referral]:
    """Its referrals to other bodies, oldest first; a duty of the own office goes on under a number that is shown."""
    return Referral.objects.filter(matter=matter, result=None).order_by("at")


def place_of(matter: Matter) -> Place:
    """The place of a matter, to open another one there."""
    return Place(matter.place, matter.address, matter.lon, matter.lat)


def message_from_resident(matter: Matter, text: str, *, by: Actor, at: datetime) -> Note:
    """What the holder of a receipt writes back."""
    return actions.note(matter, text, by=by, at=at, direction=Note.Direction.IN, purpose="message")
