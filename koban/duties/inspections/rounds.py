"""The day's round: asked for, worked out in the background, ordered by hand, planned anew when a visit fails."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from koban.duties.inspections import planning_queries, round_planning
from koban.duties.inspections import round_rules as rules
from koban.duties.inspections.models import Inspection, Round
from koban.kernel.access.models import Post
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused, Stale
from koban.lib.geo import Point
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence

PLAN = "inspections.plan"
TIMES = ("visits", "leaves", "returns", "late", "travelled")
WORKED_OUT = (
    "visits", "past", "left", "line", "leaves", "returns", "late", "travelled", "calls", "table", "by_streets",
    "trouble", "values", "planned_at", "version",
)  # fmt: skip


def of_day(on: date) -> list[Round]:
    """The rounds of a day, by badge (one query)."""
    return list(Round.objects.filter(on=on).select_related("post").order_by("post__badge", "id"))


@transaction.atomic
def ask(
    on: date, posts: Sequence[Post], profile: str, begins: time, ends: time, *, by: Actor, at: datetime
) -> list[Round]:
    """Begin the rounds of a day for these posts, and end those of others; a job works them out."""
    require(by, PLAN)
    if not posts:
        raise Refused(spoken(Sentence(rules.NOBODY)))
    if rules.seconds(ends) <= rules.seconds(begins):
        raise Refused(spoken(Sentence(rules.TURNED)))
    known = {row.post_id: row for row in Round.objects.select_for_update().filter(on=on)}
    gone = [row for row in known.values() if row.post_id not in {post.pk for post in posts}]
    rows = [_begun(known.get(post.pk), on, post, profile, begins, ends) for post in posts]
    Round.objects.filter(pk__in=[row.pk for row in gone]).delete()
    book.write("inspections.ask_round", by=by, at=at, facts={"on": on.isoformat()}, rows=rows, gone=gone)
    return rows


def _begun(found: Round | None, on: date, post: Post, profile: str, begins: time, ends: time) -> Round:
    row = found or Round(on=on, post=post, begins=0, ends=1)
    row.profile, row.begins, row.ends = profile, rules.seconds(begins), rules.seconds(ends)
    row.planned_at, row.version = None, row.version + 1
    row.save()
    return row


# --- Working out -------------------------------------------------------------------------------------------------


def worked_out(
    on: date, station: Station, at: datetime, progress: round_planning.Progress | None = None
) -> dict[UUID, dict[str, Any]]:
    """What the rounds of a day come to: round → fields. Takes seconds, and writes nothing."""
    rows = of_day(on)
    return _fields(rows, _calls(on, station), station, [_walker(row, 0) for row in rows], progress)


def worked_anew(
    one: Round, station: Station, at: datetime, progress: round_planning.Progress | None = None
) -> dict[UUID, dict[str, Any]]:
    """What is left of one round from where its walker is now."""
    taken = {key for row in of_day(one.on) if row.pk != one.pk for key in row.order}
    calls = {key: told for key, told in _calls(one.on, station).items() if key not in taken}
    behind = [visit for visit in one.visits if visit["key"] not in calls]
    since = at.astimezone(ZoneInfo(station.tz))
    now = rules.seconds(since.time()) if since.date() == one.on else 0
    walker = round_planning.Walker(
        str(one.pk), max(one.begins, now), one.ends, behind[-1]["key"] if behind else ""
    )
    if walker.start:
        calls[walker.start] = _known(one, walker.start)
    found = _fields([one], calls, station, [walker], progress)
    told = found[one.pk]
    told["past"], told["visits"] = len(behind), [*behind, *told.get("visits", [])]
    told["calls"] = [*told["calls"], *_passed(one, behind, told["calls"])]
    return found


def _passed(one: Round, behind: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What was known of the stops behind: they have no travel times any more, but a place and a name."""
    gone = {visit["key"] for visit in behind} - {call["key"] for call in calls}
    return [call for call in one.calls if call["key"] in gone]


Told = tuple[rules.Call, Point]


def _calls(on: date, station: Station) -> dict[str, Told]:
    return {
        str(each.matter_id): (
            rules.Call(str(each.matter_id), each.minutes, each.why, each.opens_at, each.closes_at),
            Point(each.lon, each.lat),
        )
        for each in planning_queries.stops(on, station)
    }


def _known(one: Round, key: str) -> Told:
    told = next(call for call in one.calls if call["key"] == key)
    return call_of(told), Point(told["lon"], told["lat"])


def call_of(told: Mapping[str, Any]) -> rules.Call:
    opens, closes = (time.fromisoformat(told[name]) if told[name] else None for name in ("opens", "closes"))
    return rules.Call(told["key"], told["minutes"], told["why"], opens, closes)


def _walker(row: Round, now: int, start: str = "") -> round_planning.Walker:
    return round_planning.Walker(str(row.pk), max(row.begins, now), row.ends, start)


def _fields(
    rows: Sequence[Round], calls: Mapping[str, Told], station: Station,
    walkers: Sequence[round_planning.Walker], progress: round_planning.Progress | None,
) -> dict[UUID, dict[str, Any]]:  # fmt: skip
    """Each round with the fields of its draft, or with the sentence of what is in the way."""
    try:
        if station.lon is None or station.lat is None:
            raise Mistake("no_office", rules.NO_OFFICE)
        places = {key: point for key, (_call, point) in calls.items()}
        profile = rows[0].profile if rows else Round.Profile.WALK
        land = round_planning.ground(Point(station.lon, station.lat), places, settings.KOBAN_STREETS, profile)
        made = round_planning.drafts([call for call, _point in calls.values()], walkers, land, progress)
    except Mistake as mistake:
        empty = {name: list[Any]() for name in ("visits", "left", "line", "calls", "table")}
        values = {name: str(value) for name, value in mistake.sentence.values.items()}
        return {
            row.pk: {**empty, "trouble": mistake.sentence.text, "values": values, "past": 0} for row in rows
        }
    plain = {"trouble": "", "values": {}, "past": 0, "by_streets": land.ways is not None}
    return {row.pk: {**draft.told, **plain} for row, draft in zip(rows, made, strict=True)}


@transaction.atomic
def keep(found: Mapping[UUID, Mapping[str, Any]], *, by: Actor, at: datetime) -> None:
    """Write what was worked out into its rounds. One that was ordered by hand meanwhile is planned all the same."""
    rows = list(Round.objects.select_for_update().filter(pk__in=found).order_by("id"))
    for row in rows:
        for name, value in found[row.pk].items():
            setattr(row, name, value)
        row.planned_at, row.version = at, row.version + 1
        row.save(update_fields=WORKED_OUT)
    if rows:
        book.write("inspections.round", by=by, at=at, facts={"on": rows[0].on.isoformat()}, rows=rows)


# --- By hand -----------------------------------------------------------------------------------------------------


@transaction.atomic
def reorder(pk: UUID, order: Sequence[str], *, version: int, by: Actor, at: datetime) -> Round:
    """What is ahead in another order, with or without some stops. Times are new at once; the line is drawn later."""
    require(by, PLAN)
    one: Round = Round.objects.select_for_update().get(pk=pk)
    if one.version != version:
        raise Stale(spoken(Sentence(rules.NOT_THE_STOPS)))
    behind = one.visits[: one.past]
    calls = [call_of(told) for told in one.calls]
    if why := rules.unfit_order(order, _free(one)):
        raise Refused(spoken(why))
    walker = _walker(one, behind[-1]["leaves"] if behind else 0, behind[-1]["key"] if behind else "")
    told = dict(round_planning.in_order(order, calls, one.table, walker))
    told["visits"] = [*behind, *told["visits"]]
    told["left"] = [left for left in _left(one) if left["key"] not in order]
    return _written(one, told, by=by, at=at)


def _free(one: Round) -> list[str]:
    """Keys that may be ahead: the calls of the day that are not behind, nor walked by another."""
    others = {key for row in of_day(one.on) if row.pk != one.pk for key in row.order}
    behind = {visit["key"] for visit in one.visits[: one.past]}
    return [call["key"] for call in one.calls if call["key"] not in others | behind]


def _left(one: Round) -> list[dict[str, str]]:
    """What was left out, and all that could now be."""
    told = {left["key"] for left in one.left}
    return [*one.left, *({"key": key, "why": ""} for key in one.order if key not in told)]


def _written(one: Round, told: Mapping[str, Any], *, by: Actor, at: datetime) -> Round:
    for name, value in told.items():
        setattr(one, name, value)
    one.line, one.version = [], one.version + 1
    one.save(update_fields=[*TIMES, "left", "line", "version"])
    book.write("inspections.order_round", by=by, at=at, subject=one, rows=[one])
    return one


def drawn(one: Round, station: Station) -> round_planning.Corners:
    """The line of what is ahead."""
    places = {told["key"]: Point(told["lon"], told["lat"]) for told in one.calls}
    start = one.visits[one.past - 1]["key"] if one.past else ""
    if station.lon is None or station.lat is None:
        return []
    try:
        land = round_planning.ground(
            Point(station.lon, station.lat), places, settings.KOBAN_STREETS, one.profile
        )
        return round_planning.line(land, start, one.order)
    except Mistake:
        return []


@transaction.atomic
def keep_line(one: Round, corners: round_planning.Corners, *, by: Actor, at: datetime) -> None:
    """Unless the order has changed again: then another line is on its way."""
    row = Round.objects.select_for_update().filter(pk=one.pk, version=one.version).first()
    if row is None or not corners:
        return
    row.line = corners
    row.save(update_fields=["line"])
    book.write("inspections.draw_round", by=by, at=at, subject=row, rows=[row])


def with_stop(matter_id: UUID, on: date) -> Round | None:
    """The round of a day that still has this inspection ahead."""
    return next((row for row in of_day(on) if str(matter_id) in row.order), None)


# --- For the telephone -------------------------------------------------------------------------------------------


def round_for(post_id: UUID, on: date, station: Station) -> dict[str, Any] | None:
    """The round of one post on a day as plain data, times as instants with zone; None where there is none (two queries)."""
    one = Round.objects.filter(on=on, post_id=post_id).exclude(planned_at=None).first()
    if one is None:
        return None
    return {
        "on": on.isoformat(), "profile": one.profile, "version": one.version, "line": one.line,
        "leaves": instant(on, one.leaves, station), "returns": instant(on, one.returns, station),
        "late_minutes": one.late // 60, "stops": _stops(one, station),
    }  # fmt: skip


def _stops(one: Round, station: Station) -> list[dict[str, Any]]:
    known = {str(row.matter_id): row for row in inspections_of(visit["key"] for visit in one.visits)}
    where = {told["key"]: told for told in one.calls}
    return [
        {
            "matter": visit["key"], "number": known[visit["key"]].matter.printed, "label": label(known[visit["key"]]),
            "lon": where[visit["key"]]["lon"], "lat": where[visit["key"]]["lat"],
            "minutes": where[visit["key"]]["minutes"], "late_minutes": visit["late"] // 60,
            "behind": number < one.past,
            **{name: instant(one.on, visit[name], station) for name in ("arrives", "begins", "leaves")},
        }
        for number, visit in enumerate(one.visits) if visit["key"] in known and visit["key"] in where
    ]  # fmt: skip


def inspections_of(keys: Any) -> list[Inspection]:
    """The inspections of matters, with all that their lines show (one query)."""
    rows = Inspection.objects.filter(matter_id__in=[UUID(key) for key in keys])
    return list(rows.select_related("matter__address", "venue__unit"))


def label(row: Inspection) -> str:
    return str(row.venue or row.matter.place)


def instant(on: date, at: int, station: Station) -> str:
    """A second after local midnight as an instant; on days when the clocks change, by the clock on the wall."""
    midnight = datetime.combine(on, time(), ZoneInfo(station.tz))
    return (midnight + timedelta(seconds=at)).isoformat()
