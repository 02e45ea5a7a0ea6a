"""Whether the people behind open boards still may look: asked at the door, and again and again after it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.contrib.sessions.models import Session

from koban.kernel.access.roles import may
from koban.kernel.access.who import Who, who_of_session
from koban.kernel.stations.models import Station

ACTION = "events.read"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Admitted:
    """stations: whose boards this session sees."""

    stations: frozenset[UUID]
    language: str


def admit(session_key: str) -> Admitted | None:
    """What the owner of the session may watch; None for nobody, a locked screen, or a role that may not."""
    who = who_of_session(session_key)
    if who is None or who.post is None or not _may(who):
        return None
    return Admitted(frozenset((who.post.station_id, *who.also)), who.account.language)


def _may(who: Who) -> bool:
    # A body of oversight stands beside the line: its pages are nobody's board.
    is_beside = who.station is not None and who.station.kind == Station.Kind.OVERSIGHT
    return who.may_act and may(who.actor.role, ACTION) and not is_beside


def data_of(session_keys: Collection[str]) -> dict[str, str]:
    """The stored session of each key that still has one: a change of it is a reason to ask again."""
    found: dict[str, str] = {}
    keys = iter(session_keys)
    while some := list(islice(keys, AT_ONCE)):
        rows = Session.objects.filter(session_key__in=some).values_list("session_key", "session_data")
        found.update(rows)
    return found


def still_in(watching: Mapping[str, frozenset[UUID]], keys: Collection[str]) -> Iterator[str]:
    """Those of `keys` whose owners may still watch the same stations."""
    for key in keys:
        admitted = admit(key)
        if admitted and admitted.stations == watching[key]:
            yield key
