"""What each kind of entry does to the office. The one place of the field app that names duties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from koban.desk.field.models import Entry
from koban.desk.field.told import Told
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import SceneEntry
from koban.duties.visits import actions as visits
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, KobanError, Refused
from koban.matters import actions as matters
from koban.matters.duty import duty
from koban.matters.forms import actions as forms
from koban.matters.forms import instances
from koban.matters.models import Matter
from koban.matters.places import NOWHERE, Place

VISITS = "visits"
NO_KIND = _("This app is older than the office or newer: it sent a kind of entry that nobody knows here.")
NO_MATTER = _("The office has no such matter, or it is not yours to see.")
NO_STEP = _("There is no such step.")
CHANGED = _("Somebody changed this while you were outside. Look at both and choose.")
SOS_WORDS = _("%(who)s calls for help from outside. %(words)s")


@dataclass(frozen=True, slots=True)
class Doing:
    """One entry on its way. expected: the state in which its writer saw the matter, "" for any; at: the believed time."""

    told: Told
    row: Entry
    expected: str
    by: Actor
    now: datetime
    station: Station

    @property
    def at(self) -> datetime:
        return self.row.at


class Clash(KobanError):
    """Somebody else moved the matter. ours: how it stands here."""

    def __init__(self, matter: Matter) -> None:
        super().__init__(CHANGED)
        last = reading.of_matter(matter.pk).last()
        self.ours: dict[str, Any] = {
            "state": matter.state, "label": str(duty(matter.kind).flow.state(matter.state).label),
            "since": matter.state_since.isoformat(), "by": last.actor if last else "",
        }  # fmt: skip


def matter_of(doing: Doing) -> Matter:
    """The matter of an entry, locked. Raises Absent."""
    found = Matter.objects.filter(pk=doing.told.matter_id, station=doing.station).first()
    if found is None or not duty(found.kind).listed:
        raise Absent(NO_MATTER)
    return matters.locked(found)


def unmoved(doing: Doing) -> Matter:
    """The matter, if it still stands as the writer saw it. Raises Clash."""
    matter = matter_of(doing)
    if doing.expected and matter.state != doing.expected:
        raise Clash(matter)
    return matter


def step(doing: Doing) -> Matter:
    """On the way, there, free again: of an incident to which one was sent."""
    matter = unmoved(doing)
    steps: Mapping[str, Callable[..., Matter]] = {
        "accept": incidents.accept, "arrive": incidents.arrive, "free": incidents.free,
    }  # fmt: skip
    name = str(doing.told.body.get("step"))
    if matter.kind != incidents.KIND or name not in steps:
        raise Refused(NO_STEP)
    return steps[name](matter, by=doing.by, at=doing.at)


def log(doing: Doing) -> Matter:
    """A line of the scene log, or a note where the work has none. Its files come by themselves."""
    matter = matter_of(doing)
    words = doing.told.words("text")
    if not words and doing.told.files:
        return matter
    if matter.kind != incidents.KIND:
        require(doing.by, "matters.note")
        matters.note(matter, words, by=doing.by, at=doing.now)
        return matter
    kind, item = str(doing.told.body.get("entry", "seen")), doing.told.words("item", 32)
    if kind not in SceneEntry.Kind.values:
        raise Refused(NO_STEP)
    incidents.log_scene(matter, kind, words, item=item, by=doing.by, at=doing.now, seen_at=doing.at)
    return matter


def visit(doing: Doing) -> Matter:
    """How a visit went: talked, nobody opened, none wanted, a slip left."""
    matter, told = unmoved(doing), doing.told
    if matter.kind != VISITS:
        raise Refused(NO_STEP)
    act: dict[str, Any] = {"by": doing.by, "at": doing.at, "station": doing.station}
    match told.body.get("result"):
        case "met":
            needs = [str(kind) for kind in told.body.get("needs", []) if isinstance(kind, str)]
            return visits.meet(matter, told.words("text"), kinds=needs, **act)
        case "nobody":
            return visits.nobody_opened(matter, **act)
        case "rest":
            return visits.rest(matter, **act)
        case "slip":
            return visits.leave_slip(matter, **act)
    raise Refused(NO_STEP)


def sos(doing: Doing) -> Matter:
    """Somebody outside needs help now: the most urgent report there is, so the board rings."""
    words = doing.told.words("text", 400)
    said = SOS_WORDS % {"who": doing.by.label, "words": words}
    spot = doing.told.spot
    place = (
        Place(doing.told.words("place", 200), None, spot.lon, spot.lat) if spot.lon is not None else NOWHERE
    )
    report = Report("sos", "field", str(said).strip(), place, priority=1)
    return incidents.take(report, by=doing.by, at=doing.now, station=doing.station).matter


def form(doing: Doing) -> Matter | None:
    """A form that was filled in. It waits for its files by itself."""
    instance = instances.read(str(doing.told.body.get("xml", "")).encode())
    forms.receive(
        forms.Incoming(instance),
        by=doing.by,
        at=doing.now,
        device=doing.row.device,
        matter_id=doing.told.matter_id,
    )
    return None


KINDS: Mapping[str, Callable[[Doing], Matter | None]] = {
    "step": step, "log": log, "visit": visit, "sos": sos, "form": form,
}  # fmt: skip


def do(doing: Doing) -> Matter | None:
    """Do what the entry says, in the caller's transaction. Returns the matter as it is left."""
    found = KINDS.get(doing.told.kind)
    if found is None:
        raise Refused(NO_KIND)
    return found(doing)
