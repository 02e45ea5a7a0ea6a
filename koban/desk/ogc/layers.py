"""The layers: what stands in the street and may be known to everybody, and which fields of it. Nothing else is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.desk.ogc.asking import Wanted
from koban.duties.hazards import kinds as hazard_kinds
from koban.duties.hazards.models import Hazard
from koban.lib import geo
from koban.registers.premises import kinds
from koban.registers.premises.models import Address, Asset, Building, Unit

# What one can see from the street. Floors, dwellings and rooms tell of homes, and stay in the register.
OUTSIDE = (Address.Kind.DOOR, Address.Kind.BUILDING, Address.Kind.UNIT)
# A list of these, with what is broken, serves whoever means harm.
KEPT_BACK = {"units": ("dangerous_goods",), "assets": ("camera", "gate")}
# No building reaches farther from its middle, in degrees: its outline is compared after the index has found it.
REACH = 0.02


def _address_kinds() -> dict[str, str]:
    return {key: str(label) for key, label in Address.Kind.choices}


def _kinds_of(known: Mapping[str, kinds.Kind]) -> Callable[[], dict[str, str]]:
    return lambda: {key: kind.label.said(get_language() or "") for key, kind in known.items()}


def _hazard_kinds() -> dict[str, str]:
    return {key: kind.words.said(get_language() or "") for key, kind in hazard_kinds.kinds().items()}


@dataclass(frozen=True)
class Layer:
    """columns: property -> column. at: the way from a row to its position. order: of the rows, ends with the key.

    outline: the column of a polygon, "" for points. named: kinds in the reader's language. lasts: rows have days.
    """

    id: str
    title: Promise
    about: Promise
    model: Any
    columns: Mapping[str, str]
    only: Q = field(default_factory=Q)
    at: str = ""
    order: tuple[str, ...] = ("lon", "lat", "pk")
    outline: str = ""
    reach: float = 0.0
    lasts: bool = True
    named: Callable[[], dict[str, str]] = dict

    def standing(self, today: date) -> QuerySet[Any]:
        """What stands on this day; what has ended, or has not begun, is in no layer."""
        rows: Any = self.model.objects.filter(self.only)
        standing: QuerySet[Any] = rows.on(today) if self.lasts else rows
        return standing

    def page(self, wish: Wanted, today: date) -> tuple[list[tuple[Any, ...]], str]:
        """The rows that are asked for, and what to go on after: "" at the end."""
        rows = self._read(self._chosen(wish, today).order_by(*self.order))
        if wish.box and self.outline:
            found = list(islice((row for row in rows if _touches(row, wish.box)), wish.limit + 1))
        else:
            found = list(rows[: wish.limit + 1])
        more = len(found) > wish.limit
        return found[: wish.limit], self._place(found[wish.limit - 1]) if more else ""

    def one(self, id: UUID, today: date) -> tuple[Any, ...] | None:
        return self._read(self.standing(today).filter(pk=id)).first()

    def extent(self, today: date) -> list[float] | None:
        """West, south, east, north of everything in the layer; None for an empty one."""
        lon, lat = self.at + "lon", self.at + "lat"
        found = self.standing(today).aggregate(a=Min(lon), b=Min(lat), c=Max(lon), d=Max(lat))
        if found["a"] is None:
            return None
        far = self.reach
        west, south = max(found["a"] - far, -180), max(found["b"] - far, -90)
        return [west, south, min(found["c"] + far, 180), min(found["d"] + far, 90)]

    def _read(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        outline = [self.outline] if self.outline else []
        return rows.values_list("pk", self.at + "lon", self.at + "lat", *self.columns.values(), *outline)

    def _chosen(self, wish: Wanted, today: date) -> QuerySet[Any]:
        rows = self.standing(today)
        if wish.days and self.lasts:
            rows = rows.filter(_while(*wish.days))
        first = wish.after[0] if wish.after and len(self.order) == 3 else None
        if wish.box:
            rows = rows.filter(self._inside(wish.box, first))
        elif first is not None:
            rows = rows.filter(**{f"{self.order[0]}__gte": first})
        return rows.filter(_after(self.order, wish.after)) if wish.after else rows

    def _inside(self, box: geo.Box, first: Any) -> Q:
        """first: where the order goes on, which bounds the index more closely than the box's own edge."""
        lon, lat, far = self.at + "lon", self.at + "lat", self.reach
        between = Q(**{f"{lat}__gte": box.south - far, f"{lat}__lte": box.north + far})
        if box.west > box.east:
            return between & (Q(**{f"{lon}__gte": box.west - far}) | Q(**{f"{lon}__lte": box.east + far}))
        west = box.west - far if first is None else max(box.west - far, first)
        return between & Q(**{f"{lon}__gte": west, f"{lon}__lte": box.east + far})

    def _place(self, row: tuple[Any, ...]) -> str:
        """Where in the order a row stands."""
        return Wanted.token((row[1], row[2], row[0]) if len(self.order) == 3 else (row[0],))

    def features(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
        """Rows as GeoJSON. The words are found before the first row, so that this may run outside the request."""
        return self._features(rows, self.named())

    def _features(
        self, rows: Iterable[tuple[Any, ...]], named: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        for row in rows:
            told = dict(zip(self.columns, row[3:], strict=False))
            if named:
                told["kind_name"] = named.get(told["kind"], told["kind"])
            yield {"type": "Feature", "id": row[0], "geometry": self._geometry(row), "properties": told}

    def _geometry(self, row: tuple[Any, ...]) -> dict[str, Any]:
        if self.outline and row[-1]:
            return {"type": "Polygon", "coordinates": row[-1]}
        return {"type": "Point", "coordinates": (row[1], row[2])}


def _while(first: date | None, last: date | None) -> Q:
    """Rows that stood on some day from `first` to `last`; what has no days stood always."""
    begun = Q(from_on=None) | Q(from_on__lte=last) if last else Q()
    return begun & (Q(to_on=None) | Q(to_on__gt=first)) if first else begun


def _after(order: tuple[str, ...], place: tuple[Any, ...]) -> Q:
    """Rows that come after `place` in the order."""
    steps = [
        Q(**{f"{name}__gt": place[n]}, **dict(zip(order[:n], place, strict=False)))
        for n, name in enumerate(order)
    ]
    return reduce(or_, steps)


def _touches(row: tuple[Any, ...], box: geo.Box) -> bool:
    """Whether the box around an outline touches the box that is asked for."""
    corners = row[-1][0] if row[-1] else [(row[1], row[2])]
    lons, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    if min(lats) > box.north or max(lats) < box.south:
        return False
    if box.west > box.east:
        return bool(max(lons) >= box.west or min(lons) <= box.east)
    return bool(min(lons) <= box.east and max(lons) >= box.west)


LAYERS = {
    layer.id: layer
    for layer in (
        Layer(
            "addresses", _("Addresses"), _("Doors, buildings and entrances, as people name them."), Address,
            {"name": "label", "name_en": "label_en", "kind": "kind", "since": "from_on"},
            Q(kind__in=OUTSIDE), named=_address_kinds,
        ),
        Layer(
            "buildings", _("Buildings"), _("Buildings by their outline."), Building,
            {"name": "name", "name_en": "name_en", "floors": "floors"},
            outline="outline", reach=REACH, lasts=False,
        ),
        Layer(
            "units", _("Shops, schools and other units"), _("What has a door and is open to people: name, kind and address."),
            Unit,
            {"name": "name", "name_en": "name_en", "kind": "kind", "address": "address__label",
             "address_en": "address__label_en", "since": "from_on"},
            ~Q(kind__in=KEPT_BACK["units"]), at="address__", order=("pk",), named=_kinds_of(kinds.UNITS),
        ),
        Layer(
            "assets", _("Safety assets"), _("Lamps, hydrants, first aid and the like, and whether they work."),
            Asset,
            {"name": "name", "kind": "kind", "code": "code", "state": "state", "since": "from_on"},
            ~Q(kind__in=KEPT_BACK["assets"]), named=_kinds_of(kinds.ASSETS),
        ),
        Layer(
            "hazards", _("Hazards"), _("What endangers a place and is not yet put right: kind, how grave, state and address."),
            Hazard,
            {"kind": "matter__type", "severity": "severity", "state": "matter__state", "address": "matter__address__label",
             "address_en": "matter__address__label_en", "since": "found_on"},
            Q(is_public=True, matter__is_open=True, matter__lon__isnull=False), at="matter__", order=("pk",), lasts=False,
            named=_hazard_kinds,
        ),
    )
}  # fmt: skip
