"""A matter as the board shows it: type, priority, state, place, times and who is sent. Never a person's data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.desk.board import fieldwork
from koban.desk.components import priority_look
from koban.kernel import law
from koban.kernel.access.models import Post
from koban.kernel.flow import State
from koban.matters.duty import Duty, address, all_duties, duty, is_ours
from koban.matters.models import Matter

# The columns that a board reads. What a reporter said is not among them.
READ = (
    "number", "year", "kind", "type", "state", "is_open", "priority", "place", "lon", "lat", "opened_at", "due_at",
    "due_clause", "closed_at", "version", "station_id", "address_id", "holder_id",
    "address__label", "address__label_en",
    "address__beat__code", "address__beat__name", "address__beat__name_en", "holder__badge", "holder__title", "holder__role",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lane:
    """A part of the board. empty: what it says when nothing stands in it."""

    key: str
    label: Any
    icon: str
    empty: Any


LANES = (
    Lane("waiting", _("Waiting"), "hourglass", _("Nobody is waiting.")),
    Lane("way", _("On the way"), "walk", _("Nobody is on the way.")),
    Lane("scene", _("On scene"), "map-pin", _("Nobody is at a scene.")),
    Lane("hand", _("Being handled"), "briefcase", _("Nothing is being handled.")),
    Lane("answered", _("Answered"), "message", _("Nothing is answered and still open.")),
)
# Keys of states that duties share; every other open state is in somebody's hand.
LANE_OF = {
    "received": "waiting", "new": "waiting", "waiting": "waiting", "triaged": "waiting", "reopened": "waiting",
    "dispatched": "way", "en_route": "way", "on_scene": "scene", "answered": "answered",
}  # fmt: skip

TELLING = frozenset({"reopened", "referred_out"})


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody who was sent. state: sent, accepted or on_scene."""

    post: Post
    state: str

    @property
    def label(self) -> str:
        return self.post.badge or self.post.title or self.post.role

    @property
    def symbol(self) -> str:
        return {"on_scene": "map-pin", "accepted": "walk"}.get(self.state, "send")

    @property
    def word(self) -> Any:
        return {"on_scene": _("On scene"), "accepted": _("On the way")}.get(self.state, _("Sent"))


@dataclass(frozen=True, slots=True)
class Slip:
    """One matter on the board. Words follow the language that is active when they are read. pack: of the office."""

    matter: Matter
    duty: Duty
    pack: str
    sent: tuple[Sent, ...] = ()

    @property
    def id(self) -> str:
        return str(self.matter.pk)

    @property
    def key(self) -> tuple[object, ...]:
        """Changes with everything that is drawn."""
        sent = tuple((one.post.pk, one.label, one.state) for one in self.sent)
        matter, address = self.matter, self.matter.address
        where = (address.label, address.label_en, address.beat_id) if address else matter.place
        return matter.pk, matter.version, matter.state, self.pack, self.is_ours, sent, self.holder, where

    @property
    def number(self) -> str:
        return self.matter.printed

    @property
    def url(self) -> str:
        return address(self.matter)

    @property
    def is_ours(self) -> bool:
        """Whether the reader's station may act; those below are only read."""
        return is_ours(self.matter)

    @property
    def title(self) -> str:
        return str(self.duty.type_label(self.matter.type))

    @property
    def place(self) -> str:
        """The address in the reader's language; as it was said where the register has none."""
        return str(self.matter.address) if self.matter.address_id else self.matter.place

    @property
    def state(self) -> State:
        return self.duty.flow.state(self.matter.state)

    @property
    def lane(self) -> str:
        return LANE_OF.get(self.matter.state, "hand") if self.matter.is_open else ""

    @property
    def shows_state(self) -> bool:
        """Whether the state says more than the lane that the slip stands in."""
        return self.matter.state in TELLING

    @property
    def group(self) -> str:
        return fieldwork.group_of(self.matter.type)

    @property
    def beat(self) -> str:
        found = self.matter.address.beat_id if self.matter.address else None
        return str(found or "")

    @property
    def posts(self) -> tuple[str, ...]:
        """Ids of everybody who has it in hand: its holder and who is sent."""
        held = [self.matter.holder_id, *(sent.post.pk for sent in self.sent)]
        return tuple(dict.fromkeys(str(post_id) for post_id in held if post_id))

    @property
    def holder(self) -> str:
        """Badge of the holder where nobody is sent, "" without one."""
        post = self.matter.holder
        return "" if self.sent or post is None else post.badge or post.title or post.role

    @property
    def send_url(self) -> str:
        return reverse("desk:send", args=[self.matter.year, self.matter.number])

    @property
    def clause(self) -> law.Clause | None:
        """The clause behind the nearest term; None without a term, or where the pack no longer has it."""
        if not self.matter.due_clause or self.matter.due_at is None:
            return None
        try:
            return law.clause(self.matter.due_clause, self.pack, on=self.matter.opened_at.date())
        except law.NoClause:
            return None

    @property
    def term(self) -> str:
        """What the nearest term is about, "" without one."""
        return self.clause.title.said(get_language() or "") if self.clause else ""

    def is_late(self, now: datetime) -> bool:
        return self.matter.due_at is not None and self.matter.due_at < now

    def feature(self) -> dict[str, Any] | None:
        """GeoJSON for the map, None where the place is not known."""
        matter = self.matter
        if matter.lon is None or not matter.is_open:
            return None
        look = priority_look(matter.priority)
        title = " · ".join(filter(None, (self.title, self.place, str(self.state.label))))
        properties = {
            "id": self.id, "title": title, "tone": look.tone, "icon": look.icon, "url": self.url,
            "lane": self.lane, "urgent": matter.priority == 1 and self.lane == "waiting",
        }  # fmt: skip
        place = {"type": "Point", "coordinates": [round(matter.lon, 6), round(matter.lat or 0.0, 6)]}
        return {"type": "Feature", "geometry": place, "properties": properties}


def board_kinds() -> list[str]:
    """Duties that send somebody: a board on which registrations stand too hides who calls for help."""
    return [key for key, found in all_duties().items() if found.listed and found.sends]


def listed_kinds() -> list[str]:
    """Kinds of matters that may stand on a board: a complaint about the police never does."""
    return [key for key, found in all_duties().items() if found.listed]


def slips(matters: Iterable[Matter], assignments: Iterable[Any], pack: str) -> list[Slip]:
    """Matters with who is sent to each, in the given order."""
    sent: dict[UUID, list[Sent]] = {}
    for row in assignments:
        sent.setdefault(row.matter_id, []).append(Sent(row.post, row.state))
    return [Slip(matter, duty(matter.kind), pack, tuple(sent.get(matter.pk, ()))) for matter in matters]


def read(matter_ids: Collection[UUID], pack: str) -> list[Slip]:
    """The slips of these matters as they are now, open or not, in the scope (two queries)."""
    rows = Matter.objects.filter(pk__in=matter_ids, kind__in=board_kinds())
    matters = list(rows.select_related("address__beat", "holder").only(*READ))
    return slips(matters, fieldwork.running_for(matter_ids), pack)
