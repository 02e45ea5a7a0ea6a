"""Who is where: everybody on duty with what they are at. No positions: a matter's place is where somebody was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koban.desk.board.slips import Slip
from koban.desk.components import Look
from koban.kernel.access.models import Post
from koban.kernel.access.roles import ROLES
from koban.registers.roster import queries as roster
from koban.registers.roster.queries import Standing

LOOKS = {
    "on_scene": Look("violet", "map-pin", _("On scene")),
    "accepted": Look("violet", "walk", _("On the way")),
    "sent": Look("amber", "send", _("Sent")),
    "in": Look("green", "user-check", _("Free")),
    "out": Look("blue", "door", _("Out")),
    "planned": Look("grey", "clock", _("Not signed on")),
    "on_call": Look("grey", "phone", _("On call")),
}
ORDER = tuple(LOOKS)


@dataclass(frozen=True, slots=True)
class Unit:
    """One member. state: key of LOOKS; slips: what they are sent to, first the one they are at."""

    post: Post
    state: str
    slips: tuple[Slip, ...] = ()
    until: datetime | None = None
    back_at: datetime | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return self.post.badge or self.post.title or str(ROLES[self.post.role].label)

    @property
    def role(self) -> Any:
        return ROLES[self.post.role].label

    @property
    def look(self) -> Look:
        return LOOKS[self.state]

    @property
    def is_free(self) -> bool:
        return self.state == "in"


def units(slips: Iterable[Slip], at: datetime) -> list[Unit]:
    """Everybody on duty or sent, the busiest first. slips: those of every matter that somebody is sent to."""
    on_duty = {standing.post.pk: standing for standing in roster.on_duty(at)}
    sent: dict[UUID, list[tuple[str, Slip]]] = {}
    posts: dict[UUID, Post] = {}
    for slip in slips:
        for one in slip.sent:
            posts[one.post.pk] = one.post
            sent.setdefault(one.post.pk, []).append((one.state, slip))
    found = [_unit(standing, sent.pop(key, [])) for key, standing in on_duty.items()]
    # Somebody who was sent without being on the roster is shown too, or the board would hide where they are.
    found += [Unit(posts[key], *_busiest(tasks)) for key, tasks in sent.items()]
    return sorted(found, key=lambda unit: (ORDER.index(unit.state), unit.label))


def _unit(standing: Standing, tasks: list[tuple[str, Slip]]) -> Unit:
    if not tasks:
        return Unit(standing.post, standing.status, (), standing.until, standing.back_at, standing.why)
    state, found = _busiest(tasks)
    return Unit(standing.post, state, found, standing.until)


def _busiest(tasks: list[tuple[str, Slip]]) -> tuple[str, tuple[Slip, ...]]:
    ordered = sorted(tasks, key=lambda task: ORDER.index(task[0]))
    return ordered[0][0], tuple(slip for _state, slip in ordered)
