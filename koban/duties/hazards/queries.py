"""What the pages of hazards read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from koban.duties.hazards import rules
from koban.duties.hazards.kinds import Kind, kind
from koban.duties.hazards.models import Hazard, Order, Photo
from koban.kernel import law
from koban.kernel.law.terms import months_after
from koban.kernel.stations.models import Station
from koban.lib.geo import box_around, point
from koban.matters.models import Matter, Note
from koban.matters.timeline import Entry, timeline
from koban.registers.premises.models import Address, Asset

KIND = "hazards"
SORTS = {"number": ("year", "number"), "place": ("place",), "due": ("due_at",), "since": ("state_since",)}
MOST_COMPARED = 200


def day_of(at: datetime, station: Station) -> date:
    return at.astimezone(ZoneInfo(station.tz)).date()


def value(id: str, station: Station, on: date) -> int:
    return law.clause(id, station.pack, on=on).value


def limits(station: Station, on: date) -> rules.Limits:
    """What the pack says about two photographs of one spot."""
    return rules.Limits(*(value(one, station, on) for one in (rules.NEAR, rules.TURNED, rules.PRECISE)))


def numbered(year: int, number: int) -> Hazard:
    """Raises Hazard.DoesNotExist."""
    rows = Hazard.objects.select_related(
        "matter__address", "matter__station", "matter__holder", "unit", "asset"
    )
    found: Hazard = rows.get(matter__kind=KIND, matter__year=year, matter__number=number)
    return found


def of_matter(matter: Matter) -> Hazard:
    found: Hazard = Hazard.objects.select_related("unit", "asset").get(matter=matter)
    return found


def listed(wanted: dict[str, Any], now: datetime) -> QuerySet[Matter]:
    """The list, filtered and sorted."""
    rows = Matter.objects.filter(kind=KIND).select_related("address")
    rows = rows.filter(Q(place__icontains=wanted["q"])) if wanted.get("q") else rows
    same = {"state": "state", "type": "type", "severity": "hazards__severity"}
    rows = rows.filter(**{column: wanted[key] for key, column in same.items() if wanted.get(key)})
    if wanted.get("open"):
        rows = rows.filter(is_open=wanted["open"] != "no")
    if wanted.get("open") == "late":
        rows = rows.filter(due_at__lt=now)
    sort = wanted.get("sort") or ""
    columns = SORTS.get(sort.lstrip("-"), ("-is_open", "priority", "due_at", "-opened_at"))
    found: QuerySet[Matter] = rows.order_by(
        *((f"-{c}" if sort.startswith("-") else c) for c in columns), "id"
    )
    return found


def hazards_of(rows: Iterable[Matter]) -> dict[UUID, Hazard]:
    """Matter -> its hazard (one query)."""
    found = Hazard.objects.filter(matter__in=[row.pk for row in rows])
    return {row.matter_id: row for row in found}


def photos_of(hazard: Hazard) -> dict[str, Photo]:
    """Side -> the newest photograph of it in this round; a "before" of an earlier round counts as long as no newer is there."""
    rows = Photo.objects.of(hazard).order_by("at", "id")
    found: dict[str, Photo] = {}
    for row in rows:
        if row.side == Photo.Side.BEFORE or row.round == hazard.round:
            found[row.side] = row
    return found


def shot(photo: Photo | None) -> rules.Shot | None:
    return rules.Shot(photo.lon, photo.lat, photo.heading, photo.accuracy_m) if photo else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one hazard that its page shows."""

    hazard: Hazard
    sort: Kind
    photos: dict[str, Photo]
    orders: list[Order]
    notes: list[Note]
    timeline: list[Entry]
    repeats: list[Matter]

    @property
    def order(self) -> Order | None:
        return self.orders[0] if self.orders else None


def sheet(hazard: Hazard, station: Station, now: datetime) -> Sheet:
    matter: Any = hazard.matter
    notes = list(matter.notes.order_by("at", "id"))
    orders = Order.objects.filter(hazard=hazard).select_related("certificate").order_by("-at")
    return Sheet(
        hazard, kind(matter.type), photos_of(hazard), list(orders), notes, list(reversed(timeline(matter, notes))),
        repeats(hazard, station, now),
    )  # fmt: skip


# --- One place, again and again ------------------------------------------------------------------------------------


def spot(matter: Matter, asset_id: Any) -> rules.Spot:
    return rules.Spot(matter.type, matter.lon, matter.lat, str(matter.address_id or ""), str(asset_id or ""))


def repeats(hazard: Hazard, station: Station, now: datetime) -> list[Matter]:
    """Hazards of the same kind at the same place within the time of the clause, the newest first (one query)."""
    matter: Any = hazard.matter
    today = day_of(now, station)
    near_m = value(rules.REPEAT_NEAR, station, today)
    since = months_after(today, -value(rules.REPEAT_SINCE, station, today))
    rows = Hazard.objects.filter(_near(matter, hazard.asset_id, near_m), matter__type=matter.type)
    rows = rows.filter(matter__opened_at__date__gte=since).exclude(pk=hazard.pk).select_related("matter")
    new = spot(matter, hazard.asset_id)
    found = rows.order_by("-matter__opened_at")[:MOST_COMPARED]
    return [row.matter for row in found if rules.is_repeat(new, spot(row.matter, row.asset_id), near_m)]


def _near(matter: Matter, asset_id: Any, near_m: int) -> Q:
    if asset_id:
        return Q(asset=asset_id)
    same = Q(matter__address=matter.address_id) if matter.address_id else Q(pk=None)
    if matter.lon is None or matter.lat is None:
        return same
    box = box_around(point(matter.lon, matter.lat), near_m)
    return same | Q(
        matter__lon__gte=box.west, matter__lon__lte=box.east, matter__lat__gte=box.south, matter__lat__lte=box.north
    )  # fmt: skip


# --- What neighbours see -------------------------------------------------------------------------------------------


def shown(station: Station, now: datetime) -> QuerySet[Hazard]:
    """Public hazards: open ones, and those closed so recently that one may still say "not fixed"."""
    since = now - shown_for(station, now)
    public = Hazard.objects.filter(is_public=True, matter__merged_into=None).exclude(
        matter__state="dismissed"
    )
    fresh = Q(matter__is_open=True) | Q(matter__closed_at__gte=since)
    rows: QuerySet[Hazard] = public.filter(fresh).select_related("matter__address", "matter__station")
    return rows.order_by("-matter__is_open", "-matter__opened_at", "id")


def shown_for(station: Station, now: datetime) -> timedelta:
    """How long a closed hazard stays on the public page."""
    return timedelta(days=value(rules.SHOWN, station, day_of(now, station)))


def of_house(address: Address) -> Q:
    """Hazards at a door and inside it."""
    one, two, three = "matter__address", "matter__address__parent", "matter__address__parent__parent"
    return Q(**{one: address.pk}) | Q(**{two: address.pk}) | Q(**{three: address.pk})


# --- Assets ----------------------------------------------------------------------------------------------------------


def assets_with_defects(station: Station, now: datetime) -> list[dict[str, Any]]:
    """Assets that were ever defective within the time of the clause: how often, and whether one is open (one query)."""
    today = day_of(now, station)
    since = months_after(today, -value(rules.REPEAT_SINCE, station, today))
    rows = Hazard.objects.filter(asset__isnull=False, found_on__gte=since).values("asset_id")
    counts = rows.annotate(times=Count("id"), open=Count("id", filter=Q(matter__is_open=True)))
    found = {row["asset_id"]: row for row in counts.order_by("-open", "-times")[:MOST_COMPARED]}
    assets = {asset.pk: asset for asset in Asset.objects.filter(pk__in=found).select_related("address")}
    return [{"asset": assets[key], **row} for key, row in found.items() if key in assets]


def open_defects(asset_id: Any) -> int:
    return int(Hazard.objects.of_asset(asset_id).open().count())


def defects_of(asset: Asset) -> list[Hazard]:
    rows = Hazard.objects.of_asset(asset).select_related("matter")
    return list(rows.order_by("-matter__opened_at")[:50])


# --- The month -------------------------------------------------------------------------------------------------------


def month_of(first: date, station: Station) -> dict[str, Any]:
    """Numbers of a month, by what was found and what came of it. No place and nobody is in them."""
    zone = ZoneInfo(station.tz)
    start, end = (datetime.combine(d, datetime.min.time(), zone) for d in (first, months_after(first, 1)))
    rows = Hazard.objects.filter(matter__opened_at__gte=start, matter__opened_at__lt=end)
    closed = Matter.objects.filter(kind=KIND, closed_at__gte=start, closed_at__lt=end)
    orders = Order.objects.filter(at__gte=start, at__lt=end)
    return {
        "found": rows.count(),
        "by_kind": dict(rows.values_list("matter__type").annotate(Count("id")).order_by()),
        "by_severity": dict(rows.values_list("severity").annotate(Count("id")).order_by()),
        "closed": dict(closed.values_list("state").annotate(Count("id")).order_by()),
        "orders": orders.count(),
        "reopened": rows.filter(round__gt=1).count(),
    }
