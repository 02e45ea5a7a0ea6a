"""People from a table: checked, linked to who is there already by equal hashes, and taken out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, UUIDField
from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger import Actor, book
from koban.lib import identity
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.importing.importer import Cells, Field, Importer, Match, Wrong, register
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address
from koban.registers.residents import actions, filing
from koban.registers.residents.filing import Entry
from koban.registers.residents.models import Household, NameToken, Person, PersonFile, Residence

SAME_NUMBER = gettext_noop("Somebody with the same document is in the register already.")
SAME_BIRTH = gettext_noop("Somebody with the same name and birth date is in the register already.")
SAME_PHONE = gettext_noop("Somebody with the same name and telephone is in the register already.")
NO_ADDRESS = gettext_noop("There is no such address in the register. Load the addresses first.")
NO_SEX = gettext_noop("Write 男 or 女, m or f, or leave it open.")
NO_BIRTH = gettext_noop("This day is not possible.")
NOT_THEIRS = gettext_noop("The birth date and the number of the document differ.")
HANGS = gettext_noop("Something hangs on this person already.")
SEXES = {"男": "m", "女": "f", "m": "m", "f": "f", "male": "m", "female": "f", "": ""}
KINDS = {
    "居民身份证": "id_card", "身份证": "id_card", "护照": "passport", "港澳居民居住证": "hk_macau_permit",
    "台湾居民居住证": "taiwan_permit", "外国人永久居留身份证": "foreign_pr", "": "id_card",
    "港澳居民来往内地通行证": "hk_macau_pass", "台湾居民来往大陆通行证": "taiwan_pass",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says, and its hashes. values: as the file will keep them."""

    entry: Entry
    name: bytes
    number: bytes
    birth: bytes
    phone: bytes


class People(Importer):
    key, label, action = "people", _("People"), "residents.enter"
    fields = (
        Field("name", _("name"), ("full name", "姓名", "名字"), needed=True),
        Field("sex", _("sex"), ("gender", "性别")),
        Field("birth_on", _("birth date"), ("born", "birthday", "date of birth", "出生日期", "出生年月", "生日")),
        Field("id_kind", _("kind of document"), ("document", "证件类型", "证件种类")),
        Field("id_number", _("number of the document"), ("id", "id card", "身份证号", "身份证号码", "证件号码", "公民身份号码")),
        Field("phone", _("telephone number"), ("tel", "mobile", "telephone", "联系电话", "电话", "手机", "手机号码")),
        Field("email", _("e-mail address"), ("mail", "e-mail", "邮箱", "电子邮箱")),
        Field("origin", _("place of the household register"), ("户籍地", "户籍地址", "户籍")),
        Field("address", _("home address"), ("home", "现住址", "住址", "居住地址", "地址")),
        Field("since", _("living there since"), ("from", "入住日期", "迁入日期", "居住起始日期")),
        Field("household", _("household number"), ("household", "户号", "户编号")),
    )  # fmt: skip

    def open(self) -> None:
        self.homes: dict[str, Address] = {}

    def read(self, cells: Cells) -> Told:
        number = cells.text("id_number", 40)
        known = self._known(cells, number) if number else None
        entry = Entry(
            cells.text("name", 100, needed=True), self._birth(cells, known), self._sex(cells, known),
            known.kind if known else "", known.number if known else "", cells.text("phone", 32),
            cells.text("email", 200), cells.text("origin", 120), home=self._home(cells), since=cells.day("since"),
            household=cells.text("household", 40),
        )  # fmt: skip
        try:
            found = filing.indexes(filing.read(entry.values()))
        except Refused:
            raise Wrong("birth_on", Sentence(NOT_THEIRS)) from None
        return Told(entry, found["name_index"], found["id_index"], found["birth_index"], found["phone_index"])

    def _known(self, cells: Cells, number: str) -> identity.Identity:
        said = cells.text("id_kind", 40)
        try:
            return identity.check_identity(KINDS.get(said, said), number)
        except Mistake as mistake:
            raise Wrong("id_number", mistake.sentence) from None

    def _birth(self, cells: Cells, known: identity.Identity | None) -> str:
        said = cells.text("birth_on", 40)
        if len(said) == 4 and said.isdigit():
            return said
        day = cells.day("birth_on") if said else (known.birth_on if known else None)
        return day.isoformat() if day else ""

    def _sex(self, cells: Cells, known: identity.Identity | None) -> str:
        said = cells.text("sex", 10).casefold()
        if said not in SEXES:
            raise Wrong("sex", Sentence(NO_SEX))
        return SEXES[said] or (known.sex if known else "")

    def _home(self, cells: Cells) -> Address | None:
        """The register's address of this name; asked once for the many who live there."""
        said = cells.text("address", 200)
        if said and said not in self.homes:
            found = premises.called(said) or premises.search(said, 1)
            if not found:
                raise Wrong("address", Sentence(NO_ADDRESS))
            self.homes[said] = found[0]
        return self.homes.get(said)

    def name(self, item: Told) -> str:
        if item.number:
            return item.number.hex()
        return f"{item.name.hex()}\x1f{item.birth.hex()}\x1f{item.phone.hex()}"

    def find(self, items: Sequence[Told]) -> list[Match | None]:
        """By document, by name and birth date, by name and telephone: equal hashes in one question, nothing is opened."""
        numbers = {item.number for item in items if item.number}
        names = {item.name for item in items}
        asked = Q(id_index__in=numbers, owns_number=True) | Q(
            name_index__in=names, birth_index__in={item.birth for item in items if item.birth}
        )
        asked |= Q(name_index__in=names, phone_index__in={item.phone for item in items if item.phone})
        files = PersonFile.objects.filter(asked, person__merged_into=None, person__closed_at=None)
        columns = ("person_id", "id_index", "name_index", "birth_index", "phone_index")
        there = [(row[0], *map(bytes, row[1:])) for row in files.values_list(*columns)]
        by_number = {number: pk for pk, number, *_rest in there if number}
        by_birth = {(name, birth): (pk, number) for pk, number, name, birth, _phone in there if birth}
        by_phone = {(name, phone): (pk, number) for pk, number, name, _birth, phone in there if phone}
        return [_match(item, by_number, by_birth, by_phone) for item in items]

    def write(self, items: Sequence[Told], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        people = actions.enter([item.entry for item in items], by=by, at=at, source="import")
        return [person.pk for person in people]

    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        used = _used(set(rows))
        gone = [pk for pk in rows if pk not in used]
        _remove(gone, by=by, at=at)
        return dict.fromkeys(used, Sentence(HANGS))


def _match(
    item: Told, by_number: Mapping[bytes, UUID], by_birth: Mapping[Any, Any], by_phone: Mapping[Any, Any]
) -> Match | None:
    """The same document decides; two different documents are two people, whatever else is equal."""
    if item.number and (row := by_number.get(item.number)):
        return Match(row, Sentence(SAME_NUMBER))
    for found, why in (
        (by_birth.get((item.name, item.birth)), SAME_BIRTH),
        (by_phone.get((item.name, item.phone)), SAME_PHONE),
    ):
        if found and not (item.number and found[1]):
            return Match(found[0], Sentence(why))
    return None


OWN = (PersonFile, NameToken, Residence)  # what an import itself made with a person


def _used(ids: set[UUID]) -> set[UUID]:
    """Those that something else points at: a key, a consent, a look, a matter, another register."""
    used: set[UUID] = set()
    for model in apps.get_models():
        if model in (*OWN, Person):
            continue
        for field in model._meta.concrete_fields:
            is_handle = field.name == "person_id" and isinstance(field, UUIDField)
            if field.related_model is Person or is_handle:
                pointing = model._default_manager.filter(**{f"{field.attname}__in": ids})
                used |= {pk for pk in pointing.values_list(field.attname, flat=True) if pk}
    merged = Person.objects.filter(pk__in=ids).exclude(merged_into=None)
    return used | set(merged.values_list("pk", flat=True))


def _remove(ids: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    homes = list(Residence.objects.filter(person__in=ids))
    houses = {home.household_id for home in homes if home.household_id}
    gone: list[Any] = [*homes, *PersonFile.objects.filter(person__in=ids), *Person.objects.filter(pk__in=ids)]
    NameToken.objects.filter(person__in=ids).delete()
    models: tuple[Any, ...] = (Residence, PersonFile, Person)
    for model in models:
        column = "pk__in" if model is Person else "person__in"
        found = model.objects.filter(**{column: ids})
        found._raw_delete(found.db)
    empty = Household.objects.filter(pk__in=houses, residences=None)
    gone += list(empty)
    Household.objects.filter(pk__in=[house.pk for house in gone if isinstance(house, Household)]).delete()
    if gone:
        book.write("residents.undo_import", by=by, at=at, facts={"people": len(ids)}, gone=gone)


register(People())
