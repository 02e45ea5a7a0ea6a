"""What the board takes from the duties that send people out: who is sent where, and groups of types.

The one place where the desk names a duty.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from koban.duties.incidents import actions
from koban.duties.incidents.models import Assignment
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.matters.models import Matter

# Roles that can be sent; the oversight and the administrators stay where they are.
SENT = ("auxiliary", "officer", "chief")


def running() -> list[Assignment]:
    """Everybody who is sent somewhere now, in the scope, with their posts (one query)."""
    return list(Assignment.objects.running().select_related("post").order_by("sent_at"))


def running_for(matter_ids: Iterable[UUID]) -> list[Assignment]:
    """Who is sent to these matters now (one query)."""
    return list(Assignment.objects.running().filter(matter_id__in=list(matter_ids)).select_related("post"))


def group_of(type_code: str) -> str:
    """Key of the group that a type belongs to, "" for a type that no catalogue has."""
    return CATALOGUE[type_code].group if type_code in CATALOGUE else ""


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[str, Any], ...]:
    """Key and label of every group of types."""
    return tuple((group.key, spoken(group.name)) for group in CATALOGUE.groups.values())


@lru_cache(maxsize=1)
def types() -> tuple[tuple[str, Any, tuple[str, ...]], ...]:
    """Code, label, and the words by which somebody may look for it, of every type."""
    return tuple(
        (type_.code, spoken(type_.name), (type_.label, type_.label_zh, *type_.keywords, *type_.keywords_zh))
        for type_ in CATALOGUE.types.values()
    )


def can_be_sent(matter: Matter) -> bool:
    """Whether somebody can be sent to this matter in its state."""
    return matter.kind == actions.KIND and matter.is_open and matter.state not in ("referred_out", "answered")


def send(matter: Matter, posts: Sequence[Post], *, by: Actor, at: datetime) -> Matter:
    """Send posts to a matter. Raises Refused and Denied as the duty does."""
    return actions.dispatch(matter, posts, by=by, at=at)
