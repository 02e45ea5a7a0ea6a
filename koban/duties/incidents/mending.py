"""Mending the cover sheet: the words, the place, and what belongs together. Who saw an old version is told so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Link, Matter, Note
from koban.matters.places import Place


@transaction.atomic
def relocate(matter: Matter, place: Place, *, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """Say where it really is. Raises Stale where another version than the one that was seen stands now."""
    require(by, "incidents.triage")
    if place.lon is None and not place.words:
        raise Refused(_("Say where it is, or choose it on the map."))
    return matters.change(matter, "incidents.relocate", by=by, at=at, version=version, changes=place.fields())


@transaction.atomic
def reword(matter: Matter, text: str, *, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """Correct what was written down; the words that stood before stay as a note. Raises Stale."""
    require(by, "incidents.triage")
    if not text.strip():
        raise Refused(_("Write what happened."))
    matter = matters.locked(matter, version)
    if matter.summary == text.strip():
        return matter
    before = Note.objects.create(
        matter=matter, purpose="before", text=matter.summary or "–", at=at, label=by.label, post_id=by.at_post
    )
    changes, facts = {"summary": text.strip()}, {"note": str(before.pk)}
    return matters.change(
        matter, "incidents.reword", by=by, at=at, changes=changes, rows=[before], facts=facts
    )


@transaction.atomic
def merge(double: Matter, into: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Close `double` as the same event. Raises Refused while somebody is sent to it: nobody may fall off the board."""
    for matter in sorted((double, into), key=lambda one: one.pk):
        matters.locked(matter)
    if double.assignments.filter(freed_at=None).exists():
        raise Refused(_("Somebody is sent to this one. Merge the other into it, or call them back first."))
    return joins.merge(double, into, by=by, at=at, reason=reason)


def tie(matter: Matter, other: Matter, *, by: Actor, at: datetime) -> Link:
    """Say that two matters belong together; both go on."""
    require(by, "incidents.merge")
    return matters.link(matter, other, Link.Kind.RELATED, by=by, at=at)
