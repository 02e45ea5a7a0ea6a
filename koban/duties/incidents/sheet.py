"""Everything on the page of one incident, read in few queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from koban.duties.incidents import rules
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.models import Assignment, Incident, SceneEntry, Thing
from koban.duties.incidents.queries import KIND, prompts
from koban.duties.incidents.types import CATALOGUE, Prompt, Type
from koban.kernel.access.models import Post
from koban.kernel.files.models import Attachment
from koban.kernel.flow import Move, State, spoken
from koban.kernel.stations.asking import Question
from koban.kernel.stations.models import Station
from koban.matters.deadlines import Term, terms
from koban.matters.joins import links_of, outside
from koban.matters.models import Holding, Link, Matter, Note, Party, Referral
from koban.matters.timeline import Entry, timeline
from koban.registers.premises.models import Address, Street


@dataclass(frozen=True, slots=True)
class Tick:
    """A checklist item as the design system draws it."""

    key: str
    label: Any
    done: bool
    hint: Any = ""
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one incident."""

    matter: Matter
    incident: Incident
    type: Type | None
    verdict: rules.Triage | None
    terms: list[Term]
    assignments: list[Assignment]
    scene: list[SceneEntry]
    notes: list[Note]
    parties: list[Party]
    referrals: list[Referral]
    links: list[Link]
    things: list[Thing]
    timeline: list[Entry]
    files: list[Attachment]
    is_held: bool

    @property
    def state(self) -> State:
        return FLOW.state(self.matter.state)

    @property
    def moves(self) -> tuple[Move, ...]:
        return FLOW.moves_from(self.matter.state)

    @property
    def is_handed_over(self) -> bool:
        """From now on the office sees the status alone."""
        return rules.is_handed_over(self.matter.state, [referral.status for referral in self.referrals])

    @property
    def running(self) -> list[Assignment]:
        return [assignment for assignment in self.assignments if assignment.freed_at is None]

    @property
    def prompts(self) -> list[Prompt]:
        return prompts(self.verdict)

    def ticks(self) -> list[Tick]:
        done = {entry.item: entry for entry in self.scene if entry.item}
        items = CATALOGUE.checklist(self.matter.type).items if self.type else ()
        return [_tick(item.key, spoken(item.words), done.get(item.key)) for item in items]


def _tick(key: str, label: Any, done: SceneEntry | None) -> Tick:
    return Tick(key, label, done is not None, at=done.at if done else None, by=done.label if done else "")


NOBODY = UUID(int=0)


def sheet(year: int, number: int, reader: UUID | None) -> Sheet:
    """The page of one incident for the post `reader`, in at most twelve queries: what has no rows is not asked for.

    Raises Matter.DoesNotExist, and MultipleObjectsReturned where two of the stations in sight have this number.
    """
    matter, incident, has = _found(year, number, reader)
    notes = list(matter.notes.order_by("at", "id"))
    return Sheet(
        matter=matter,
        incident=incident,
        type=CATALOGUE.types.get(matter.type),
        verdict=rules.triage(matter.type, incident.answers) if matter.type in CATALOGUE else None,
        terms=terms(matter, matter.station),
        assignments=_some(
            has.assignments, matter.assignments.select_related("post").order_by("sent_at", "id")
        ),
        scene=_some(has.scene, matter.scene.select_related("second").order_by("at", "id")),
        notes=notes,
        parties=list(matter.parties.order_by("id")),
        referrals=_some(has.referrals, outside(matter)),
        links=_some(has.links, links_of(matter)),
        things=_some(has.things, matter.things.order_by("id")),
        timeline=list(reversed(timeline(matter, notes))),
        files=_some(has.files, Attachment.objects.of_matter(matter.pk)),
        is_held=has.held,
    )


@dataclass(frozen=True, slots=True)
class Has:
    """A yes or no for each kind of row that may hang on a matter. held: by the reader."""

    held: bool
    links: bool
    assignments: bool
    scene: bool
    referrals: bool
    things: bool
    files: bool


def _hangs(model: type[Model], by: str = "{}.matter_id = m.id") -> str:
    table = model._meta.db_table
    return f"EXISTS (SELECT 1 FROM {table} WHERE {table}.station_id = m.station_id AND ({by.format(table, table)}))"  # noqa: S608  our own names


_SHEET = Question(
    "FROM {m} JOIN {i} ON i.matter_id = m.id AND i.station_id = m.station_id "
    "JOIN {t} ON t.id = m.station_id "
    "LEFT JOIN {a} ON a.id = m.address_id AND a.station_id = m.station_id "
    "LEFT JOIN {s} ON s.id = a.street_id AND s.station_id = a.station_id "
    "LEFT JOIN {h} ON h.id = m.holder_id "
    "LEFT JOIN {o} ON o.id = m.merged_into_id AND o.station_id = m.station_id "
    "WHERE m.kind = %s AND m.year = %s AND m.number = %s AND m.station_id IN ({scope})",
    more=(
        _hangs(Holding, "{}.matter_id = m.id AND to_at IS NULL AND post_id = %s"),
        _hangs(Link, "{}.source_id = m.id OR {}.target_id = m.id"),
        *map(_hangs, (Assignment, SceneEntry, Referral, Thing, Attachment)),
    ),
    m=Matter, i=Incident, a=Address, s=Street, h=Post, o=Matter, t=Station,
)  # fmt: skip


def _found(year: int, number: int, reader: UUID | None) -> tuple[Matter, Incident, Has]:
    """The matter with its place and holder, its incident, and what else there is to ask for: all in one query."""
    rows = _SHEET.ask(reader or NOBODY, KIND, year, number)
    if not rows:
        raise Matter.DoesNotExist
    if len(rows) > 1:
        raise Matter.MultipleObjectsReturned
    matter, incident, address, street, holder, merged_into, station, *has = rows[0]
    matter.address, matter.holder, matter.merged_into, incident.matter = address, holder, merged_into, matter
    matter.station = station
    if address is not None:
        address.street = street
    return matter, incident, Has(*map(bool, has))


def _some(any_there: bool, rows: Any) -> list[Any]:
    return list(rows) if any_there else []
