"""Lettings from a table: a unit, who lets it, who rents it, from when to when. People are found as in a table of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger import Actor
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.importing.importer import Cells, Field, Importer, Match, Wrong, register
from koban.registers.importing.removing import HANGS, remove
from koban.registers.premises.importers import Named
from koban.registers.premises.models import Address
from koban.registers.rentals import actions
from koban.registers.rentals.models import Landlord, LetUnit, Tenancy
from koban.registers.residents import actions as residents
from koban.registers.residents.handles import Person, Residence
from koban.registers.residents.importers import People, Told, undo_homes

SAME_LETTING = gettext_noop("This letting is in the register already.")
ENDS_BEFORE = gettext_noop("It cannot end before it begins.")
NO_PART = gettext_noop("This part is not known; taken as the whole dwelling.")
NO_TERM = gettext_noop("Since when is missing.")
BOTH = gettext_noop("Landlord and tenant are the same person.")
PARTS = {"": "whole", "整套": "whole", "整租": "whole", "whole": "whole", "单间": "room", "合租": "room", "room": "room",
         "床位": "bed", "bed": "bed"}  # fmt: skip
WHO = ("name", "id_kind", "id_number", "phone")


@dataclass(frozen=True, slots=True)
class Let:
    """What a row says. landlord: None where the table does not tell."""

    address: Address
    part: str
    landlord: Told | None
    tenant: Told
    from_on: date
    ends_on: date | None


@dataclass
class Made:
    """What a batch wrote besides its lettings: the homes first, the people last, as they are taken out again."""

    rows: dict[type, list[UUID]] = field(default_factory=lambda: {model: [] for model in ORDER})

    def add(self, row: Any) -> None:
        self.rows[type(row)].append(row.pk)

    def ids(self) -> list[UUID]:
        return [pk for rows in self.rows.values() for pk in rows]


NUMBER, PHONE = ("身份证号", "身份证号码", "证件号码"), ("电话", "联系电话", "手机", "手机号码")


def _both(*what: str, who: str) -> tuple[str, ...]:
    """What such columns are called of each of the people."""
    return tuple(one + name for one in who.split() for name in what)


ORDER: tuple[Any, ...] = (Residence, LetUnit, Landlord, Person)


class Lettings(Importer):
    key, label, action = "lettings", _("Lettings"), "rentals.import"
    fields = (
        Field("address", _("address"), ("place", "地址", "房屋地址", "出租房地址", "出租地址", "详细地址"), needed=True),
        Field("part", _("what is let"), ("kind", "出租方式", "租赁方式", "出租类型")),
        Field("landlord_name", _("landlord"), ("landlord", "owner", *_both("", "姓名", who="房东 出租人 房主"))),
        Field("landlord_id_kind", _("landlord: kind of document"), _both("证件类型", who="房东 出租人")),
        Field("landlord_id_number", _("landlord: number of the document"), ("owner id", *_both(*NUMBER, who="房东 出租人"))),
        Field("landlord_phone", _("landlord: telephone number"), ("owner phone", *_both(*PHONE, who="房东 出租人"))),
        Field("tenant_name", _("tenant"), ("tenant", *_both("", "姓名", who="承租人 租客 租户")), needed=True),
        Field("tenant_id_kind", _("tenant: kind of document"), _both("证件类型", who="承租人 租客")),
        Field("tenant_id_number", _("tenant: number of the document"), ("tenant id", *_both(*NUMBER, who="承租人 租客"))),
        Field("tenant_phone", _("tenant: telephone number"), ("tenant phone", *_both(*PHONE, who="承租人 租客"))),
        Field("from_on", _("begins on"), ("start", "from", "起租日期", "租赁开始日期", "起始日期", "入住日期"), needed=True),
        Field("ends_on", _("agreed end"), ("end", "until", "到期日期", "租赁结束日期", "止租日期", "终止日期")),
    )  # fmt: skip

    def open(self) -> None:
        self.named, self.people = Named(), People()
        self.people.open()

    def ahead(self, batch: Sequence[Cells]) -> None:
        self.named.ahead(batch, "address")

    def read(self, cells: Cells) -> Let:
        cells.text("address", 200, needed=True)
        address = self.named.address(cells, "address")
        from_on, ends_on = cells.day("from_on"), cells.day("ends_on")
        if from_on is None:
            raise Wrong("from_on", Sentence(NO_TERM))
        if ends_on and ends_on < from_on:
            raise Wrong("ends_on", Sentence(ENDS_BEFORE))
        landlord = self._who(cells, "landlord") if cells.text("landlord_name", 100) else None
        tenant = self._who(cells, "tenant")
        if landlord and self.people.name(landlord) == self.people.name(tenant):
            raise Wrong("tenant_name", Sentence(BOTH))
        assert address is not None  # noqa: S101  it is needed, so that none is Wrong above
        return Let(address, self._part(cells), landlord, tenant, from_on, ends_on)

    def _who(self, cells: Cells, who: str) -> Told:
        """Somebody as a table of people would tell of them."""
        at = {key: cells.at[f"{who}_{key}"] for key in WHO if f"{who}_{key}" in cells.at}
        try:
            return self.people.read(Cells(at, cells.cells))
        except Wrong as wrong:
            raise Wrong(f"{who}_{wrong.field}", wrong.sentence) from None

    def _part(self, cells: Cells) -> str:
        said = cells.text("part", 40).casefold()
        if said not in PARTS:
            cells.warn("part", Sentence(NO_PART))
        return PARTS.get(said, "whole")

    def name(self, item: Let) -> str:
        return "\x1f".join((self.people.name(item.tenant), str(item.address.pk), item.from_on.isoformat()))

    def contents(self, item: Let) -> str:
        return f"{item.ends_on}\x1f{self.people.name(item.landlord) if item.landlord else ''}"

    def find(self, items: Sequence[Let], *, by: Actor, at: datetime) -> list[Match | None]:
        """Lettings that are there: of the same person, at the same address, that run or began on the same day."""
        everyone = {
            self.people.name(one): one for item in items for one in (item.tenant, item.landlord) if one
        }
        matches = self.people.find(list(everyone.values()), by=by, at=at)
        found = dict(zip(everyone, matches, strict=True))
        self.known = {name: match.row_id for name, match in found.items() if match and match.is_sure}
        there = _there(set(self.known.values()), items)
        return [self._match(item, found[self.people.name(item.tenant)], there) for item in items]

    def _match(self, item: Let, person: Match | None, there: Mapping[Any, UUID]) -> Match | None:
        if person is None or not person.is_sure:
            return person
        running = there.get((person.row_id, item.address.pk, None))
        found = running or there.get((person.row_id, item.address.pk, item.from_on))
        return Match(found, (Sentence(SAME_LETTING),)) if found else None

    def write(self, items: Sequence[Let], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        self.made, told = Made(), dict[str, Any](by=by, at=at)
        return [self._written(item, told) for item in items]

    def _written(self, item: Let, told: dict[str, Any]) -> UUID | Sentence:
        unit, person = self._unit(item, told), self._person(item.tenant, told)
        if Tenancy.objects.running().filter(unit=unit, person_id=person).exists():
            return Sentence(SAME_LETTING)
        home = self._home(person, item, told)
        start = actions.Start(
            person, item.from_on, item.ends_on, "office", home.pk, called=item.tenant.entry.name
        )
        return actions.start(unit, start, **told).pk

    def _person(self, one: Told, told: dict[str, Any]) -> UUID:
        """Whom the register knows; else somebody who is told of, whose document nobody has seen."""
        name = self.people.name(one)
        if name not in self.known:
            person = residents.declare(one.entry, source="import", **told)
            self.made.add(person)
            self.known[name] = person.pk
        return self.known[name]

    def _unit(self, item: Let, told: dict[str, Any]) -> LetUnit:
        landlord = self._landlord(item, told) if item.landlord else None
        before = set(LetUnit.objects.filter(address=item.address, to_on=None).values_list("pk", flat=True))
        unit = actions.enter_unit(item.address, landlord, part=item.part, on=item.from_on, **told)
        if unit.pk not in before:
            self.made.add(unit)
        return unit

    def _landlord(self, item: Let, told: dict[str, Any]) -> Landlord | None:
        if item.landlord is None:
            return None
        person = self._person(item.landlord, told)
        is_new = not Landlord.objects.filter(person_id=person).exists()
        landlord = actions.enter_landlord(person, on=item.from_on, **told)
        if is_new:
            self.made.add(landlord)
        return landlord

    def _home(self, person: UUID, item: Let, told: dict[str, Any]) -> Residence:
        handle = Person.objects.get(pk=person)
        is_new = not Residence.objects.running().filter(person=person, address=item.address).exists()
        home = residents.move_in(
            handle,
            item.address,
            kind="tenant",
            from_on=item.from_on,
            source="import",
            ends_on=item.ends_on,
            **told,
        )
        if is_new:
            self.made.add(home)
        return home

    def besides(self) -> list[UUID]:
        return self.made.ids()

    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        """A letting that was ended or disputed since stays: somebody has said something about it."""
        touched = set(
            Tenancy.objects.filter(pk__in=rows)
            .exclude(to_on=None, disputed_at=None)
            .values_list("pk", flat=True)
        )
        _gone, kept = remove(Tenancy, set(rows) - touched, verb="rentals.undo_import", by=by, at=at)
        return {**kept, **dict.fromkeys(touched, Sentence(HANGS))}

    def undo_besides(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> None:
        undo_homes(rows, by=by, at=at)
        for model in (LetUnit, Landlord):
            remove(model, rows, verb="rentals.undo_import", by=by, at=at)
        people = set(Person.objects.filter(pk__in=rows).values_list("pk", flat=True))
        People().undo(list(people), by=by, at=at)


def _there(people: set[UUID], items: Sequence[Let]) -> dict[Any, UUID]:
    """(person, address, day of the start, or None while it runs) -> the letting."""
    rows = Tenancy.objects.filter(
        person__in=people, unit__address__in={item.address.pk for item in items}, void_at=None
    ).select_related("unit")
    told: dict[Any, UUID] = {}
    for row in rows:
        told[row.person_id, row.unit.address_id, row.from_on] = row.pk
        if row.to_on is None:
            told[row.person_id, row.unit.address_id, None] = row.pk
    return told


register(Lettings())
