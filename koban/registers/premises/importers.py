"""Addresses and units from a table."""  # size: both kinds share the cells, the removal and the reasons

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger import Actor
from koban.lib import geo
from koban.lib.credit_code import credit_code
from koban.lib.mistakes import Mistake
from koban.lib.places import divisions
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.importing.importer import Cells, Field, Importer, Match, Wrong, register
from koban.registers.importing.removing import remove
from koban.registers.premises import actions, beats, indexing, kinds, queries, rules, unit_actions
from koban.registers.premises.models import Address, Street, Unit

SAME_PLACE = gettext_noop("This address is in the register already, with the same street and numbers.")
SAME_LABEL = gettext_noop("An address of this name is in the register already.")
SAME_CODE = gettext_noop("A unit with this social credit code is at this address already.")
SAME_UNIT = gettext_noop("A unit of this name is at this address already.")
NO_ADDRESS = gettext_noop("There is no such address in the register. Load the addresses first.")
NO_KIND = gettext_noop("This kind is not known; taken as “other”.")
NO_POINT = gettext_noop("There is no position, and none above it to take over.")
NO_CODE = gettext_noop("Taken without this code.")
TO_BEFORE_FROM = gettext_noop("It cannot end before it begins.")
STRAY = gettext_noop("This lies more than 100 km from everything else in the register.")
FAR_M = 100_000
LONGEST = 200  # characters of an address

WHERE = (
    Field("street", _("street"), ("road", "街路巷", "街道", "路名", "道路", "街路", "街巷"), needed=True),
    Field(
        "door", _("door number"), ("house_number", "number", "门牌号", "门牌", "门楼牌号", "号"), needed=True
    ),
    Field("block", _("building"), ("building", "楼栋", "楼号", "幢号", "栋号", "楼")),
    Field("unit", _("entrance"), ("entrance", "单元", "单元号")),
    Field("floor", _("floor"), ("level", "楼层", "层")),
    Field("room", _("room"), ("flat", "apartment", "室", "房号", "房间号", "户号", "室号")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a row says of an address."""

    street: str
    parts: rules.Parts
    kind: str = ""
    street_en: str = ""
    division: str = ""
    label: str = ""
    point: geo.Point | None = None
    from_on: date | None = None
    to_on: date | None = None

    @property
    def key(self) -> tuple[str, rules.Parts]:
        return self.street, self.parts


def _parts(cells: Cells) -> rules.Parts:
    said = {field.key: cells.text(field.key, 10 if field.key == "floor" else 20) for field in WHERE[1:]}
    plain = {
        key: value.removesuffix(suffix)
        for (key, suffix), value in zip(rules.SUFFIXES, said.values(), strict=True)
    }
    if not plain["door"]:
        raise Wrong("door", Sentence(rules.DOOR_MISSING))
    return rules.Parts(**plain)


class Addresses(Importer):
    key, label, action = "addresses", _("Addresses"), "premises.import"
    fields = (
        *WHERE,
        Field("street_en", _("street in English"), ("street name in English", "街路英文名", "英文路名")),
        Field("division", _("division code"), ("district_code", "行政区划代码", "区划代码", "社区代码")),
        Field("lon", _("longitude"), ("longitude", "lng", "x", "经度")),
        Field("lat", _("latitude"), ("latitude", "y", "纬度")),
        Field("from_on", _("from"), ("valid_from", "启用日期", "起始日期")),
        Field("to_on", _("until"), ("valid_to", "注销日期", "停用日期", "终止日期")),
    )

    def open(self) -> None:
        self.streets = {street.name: street for street in Street.objects.all()}
        first = Address.objects.values_list("lon", "lat").first()
        self.middle = geo.Point(*first) if first else None
        self.beats = beats.Beats.read()

    def read(self, cells: Cells) -> Place:
        from_on, to_on = cells.day("from_on"), cells.day("to_on")
        if from_on and to_on and to_on < from_on:
            raise Wrong("to_on", Sentence(TO_BEFORE_FROM))
        division = cells.checked("division", divisions.division)
        point = cells.point()
        if point and self.middle and geo.metres(point, self.middle) > FAR_M:
            raise Wrong("lon", Sentence(STRAY))
        return Place(
            street=cells.text("street", 80, needed=True), parts=_parts(cells), division=division, point=point,
            street_en=cells.text("street_en", 120), from_on=from_on, to_on=to_on,
        )  # fmt: skip

    def name(self, item: Place) -> str:
        return "\x1f".join(map(str, (item.street, item.parts)))

    def find(self, items: Sequence[Place], *, by: Actor, at: datetime) -> list[Match | None]:
        self.there = _there(items)
        return [_match(self.there.get(item.key)) for item in items]

    def write(self, items: Sequence[Place], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        """Streets that are new, doors above what lies inside them, then the rows themselves."""
        streets = self._streets(items)
        made: dict[tuple[str, rules.Parts], Address] = {}
        result = [self._made(item, made) for item in sorted(items, key=lambda item: rules.depth(item.parts))]
        by_item = dict(zip(sorted(items, key=lambda item: rules.depth(item.parts)), result, strict=True))
        actions.enter([*streets, *made.values()], by=by, at=at)
        named = {row.pk for row in result if isinstance(row, Address)}
        self.more = [row.pk for row in [*streets, *made.values()] if row.pk not in named]
        return [row.pk if isinstance(row := by_item[item], Address) else row for item in items]

    def besides(self) -> list[UUID]:
        return self.more

    def undo_besides(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> None:
        """Doors first, then the streets in which nothing is left."""
        _removed(Address, indexing.ADDRESS, rows, by, at)
        _removed(Street, indexing.ADDRESS, rows, by, at)

    def _streets(self, items: Sequence[Place]) -> list[Street]:
        fresh = {
            item.street: Street(name=item.street, name_en=item.street_en, division=item.division)
            for item in items
            if item.street not in self.streets
        }
        self.streets |= fresh
        return list(fresh.values())

    def _made(self, item: Place, made: dict[tuple[str, rules.Parts], Address]) -> Address | Sentence:
        if (known := made.get(item.key)) is not None:
            return known
        parent = self._parent(item, made)
        point = item.point or (geo.Point(parent.lon, parent.lat) if parent else None)
        if point is None:
            return Sentence(NO_POINT)
        row = actions.prepared(
            Address(
                street=self.streets[item.street], parent=parent, lon=point.lon, lat=point.lat, from_on=item.from_on,
                to_on=item.to_on, beat=self.beats.of(point), **item.parts.fields(),
            )
        )  # fmt: skip
        made[item.key] = row
        return row

    def _parent(self, item: Place, made: dict[tuple[str, rules.Parts], Address]) -> Address | None:
        """The node above, in the register or in this batch; the door is made where a row inside it comes first."""
        for above in rules.above(item.parts):
            if (found := made.get((item.street, above)) or self.there.get((item.street, above))) is not None:
                return found
        if item.parts == (door := rules.Parts(item.parts.door)) or item.point is None:
            return None
        home = self._made(Place(item.street, door, point=item.point), made)
        return home if isinstance(home, Address) else None

    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        return _removed(Address, indexing.ADDRESS, rows, by, at)


def _there(items: Sequence[Place]) -> dict[tuple[str, rules.Parts], Address]:
    """Addresses of the streets and doors that the items name; of two of one name the one that has not ended."""
    rows = Address.objects.select_related("street").filter(
        street__name__in={item.street for item in items}, door__in={item.parts.door for item in items}
    )
    in_order = sorted(rows, key=lambda row: row.to_on is None)
    return {(row.street.name, actions.parts_of(row)): row for row in in_order}


def _match(row: Address | None) -> Match | None:
    return Match(row.pk, (Sentence(SAME_PLACE),)) if row else None


def _removed(model: Any, kind: str, ids: Sequence[UUID], by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
    """Rows that nothing hangs on are deleted, with their pages; the others are named."""
    gone, kept = remove(model, ids, verb="premises.undo_import", by=by, at=at)
    indexing.drop_all(kind, list(gone))
    return kept


# --- Units ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shop:
    """What a row says of a unit, and the address that it named."""

    name: str
    kind: str
    code: str
    address: Address
    name_en: str = ""
    hours: str = ""
    responsible: str = ""
    phone: str = ""
    from_on: date | None = None


class Named:
    """The addresses that rows name, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Address] = {}

    def ahead(self, batch: Sequence[Cells], *keys: str) -> None:
        """Those that are written just so, at one go."""
        words = {str(cells.raw(key)).strip() for cells in batch for key in keys}
        self._known |= queries.all_called(words - {""} - self._known.keys())

    def address(self, cells: Cells, key: str) -> Address | None:
        """None where none is named. Raises Wrong where the register has no such one."""
        said = cells.text(key, LONGEST)
        if said and said not in self._known:
            found = queries.called(said) or queries.search(said, 1)
            if not found:
                raise Wrong(key, Sentence(NO_ADDRESS))
            self._known[said] = found[0]
        return self._known.get(said)


class Units(Importer):
    key, label, action = "units", _("Units"), "premises.import"
    fields = (
        Field("name", _("name"), ("unit", "单位名称", "名称", "店名", "企业名称", "字号"), needed=True),
        Field("name_en", _("name in English"), ("英文名称",)),
        Field("kind", _("kind"), ("type", "category", "单位类型", "类别", "行业", "行业类别", "类型")),
        Field("code", _("social credit code"), ("credit_code", "uscc", "统一社会信用代码", "社会信用代码", "信用代码")),
        Field("address", _("address"), ("place", "地址", "单位地址", "经营地址", "详细地址", "标准地址"), needed=True),
        Field("hours", _("opening hours"), ("opening_hours", "营业时间")),
        Field("responsible", _("responsible person"), ("owner", "负责人", "法定代表人", "法人", "联系人", "经营者")),
        Field("phone", _("telephone"), ("tel", "mobile", "联系电话", "电话", "手机", "手机号码")),
        Field("from_on", _("from"), ("opened", "开业日期", "成立日期")),
    )  # fmt: skip

    def open(self) -> None:
        self.named = Named()

    def ahead(self, batch: Sequence[Cells]) -> None:
        self.named.ahead(batch, "address")

    def read(self, cells: Cells) -> Shop:
        said = cells.text("kind", 60)
        kind = kinds.named(kinds.UNITS, said) or "other"
        if said and kind == "other" and kinds.named(kinds.UNITS, said) != "other":
            cells.warn("kind", Sentence(NO_KIND))
        return Shop(
            name=cells.text("name", 120, needed=True), kind=kind, code=self._code(cells), address=self._address(cells),
            name_en=cells.text("name_en", 160), hours=cells.text("hours", 120),
            responsible=cells.text("responsible", 60), phone=cells.text("phone", 40), from_on=cells.day("from_on"),
        )  # fmt: skip

    def _code(self, cells: Cells) -> str:
        """A wrong code is left out and said; a number that a spreadsheet rounded stops the row."""
        said = cells.text("code", 40)
        try:
            return credit_code(said) if said else ""
        except Mistake as mistake:
            cells.warn("code", mistake.sentence)
            cells.warn("code", Sentence(NO_CODE))
            return ""

    def _address(self, cells: Cells) -> Address:
        cells.text("address", LONGEST, needed=True)
        return cast("Address", self.named.address(cells, "address"))

    def name(self, item: Shop) -> str:
        return "\x1f".join((item.code or item.name, str(item.address.pk)))

    def find(self, items: Sequence[Shop], *, by: Actor, at: datetime) -> list[Match | None]:
        units = list(Unit.objects.current().filter(address__in={item.address.pk for item in items}))
        codes = {(unit.credit_code, unit.address_id): unit.pk for unit in units if unit.credit_code}
        names = {(unit.name, unit.address_id): unit.pk for unit in units}
        return [_unit_match(item, codes, names) for item in items]

    def write(self, items: Sequence[Shop], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        units = [_unit(item) for item in items]
        unit_actions.enter_units(units, [], by=by, at=at)
        return [unit.pk for unit in units]

    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        return _removed(Unit, indexing.UNIT, rows, by, at)


Known = Mapping[tuple[str, UUID], UUID]


def _unit_match(item: Shop, codes: Known, names: Known) -> Match | None:
    if item.code and (row := codes.get((item.code, item.address.pk))):
        return Match(row, (Sentence(SAME_CODE),))
    if row := names.get((item.name, item.address.pk)):
        return Match(row, (Sentence(SAME_UNIT),))
    return None


def _unit(item: Shop) -> Unit:
    unit = Unit(
        name=item.name, name_en=item.name_en, kind=item.kind, credit_code=item.code, address=item.address,
        hours=item.hours, from_on=item.from_on,
    )  # fmt: skip
    return unit_actions.sealed_unit(unit, unit_actions.Responsible(item.responsible, item.phone))


register(Addresses())
register(Units())
