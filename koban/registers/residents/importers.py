"""People from a table: checked, linked to who is there already, and taken out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import UUIDField
from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger import Actor, book
from koban.lib import identity
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.importing.importer import Cells, Field, Importer, Match, Wrong, register
from koban.registers.importing.removing import remove
from koban.registers.premises.importers import Named
from koban.registers.residents import actions, filing, linking
from koban.registers.residents.filing import Entry
from koban.registers.residents.models import Household, NameToken, Person, PersonFile, Residence

SAME_NUMBER = gettext_noop("Somebody with the same document is in the register already.")
SAME_BIRTH = gettext_noop("Somebody with the same name and birth date is in the register already.")
SAME_PHONE = gettext_noop("Somebody with the same name and telephone is in the register already.")
OTHER_NAME = gettext_noop("Their name is written differently there: compare both with the document.")
ALIKE = gettext_noop("Somebody very much like this is in the register already:")
PERHAPS = gettext_noop("Taken, but it may be somebody of the register. Compare the two:")
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


SURE, PERHAPS_FROM = 0.95, 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says, and its hashes, by their columns."""

    entry: Entry
    hashes: Mapping[str, bytes]

    @property
    def number(self) -> bytes:
        return self.hashes["id_index"]


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
        self.named = Named()

    def ahead(self, batch: Sequence[Cells]) -> None:
        self.named.ahead(batch, "address")

    def read(self, cells: Cells) -> Told:
        number = cells.text("id_number", 40)
        known = self._known(cells, number) if number else None
        entry = Entry(
            cells.text("name", 100, needed=True), self._birth(cells, known), self._sex(cells, known),
            known.kind if known else "", known.number if known else "", cells.text("phone", 32),
            cells.text("email", 200), cells.text("origin", 120), home=self.named.address(cells, "address"),
            since=cells.day("since"),
            household=cells.text("household", 40),
        )  # fmt: skip
        try:
            found = filing.indexes(filing.read(entry.values()))
        except Refused:
            raise Wrong("birth_on", Sentence(NOT_THEIRS)) from None
        return Told(entry, found)

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

    def name(self, item: Told) -> str:
        if item.number:
            return item.number.hex()
        return "\x1f".join(
            item.hashes[column].hex() for column in ("name_index", "birth_index", "phone_index")
        )

    def contents(self, item: Told) -> str:
        """Two people on one number contradict each other."""
        return item.hashes["name_index"].hex()

    def find(self, items: Sequence[Told], *, by: Actor, at: datetime) -> list[Match | None]:
        """By document, by name with birth date or telephone: equal hashes. Then by comparing the few who come near."""
        near = linking.Neighbours([item.hashes for item in items])
        around = [list(near.of(item.hashes)) for item in items]
        found = [_same(item, known) for item, known in zip(items, around, strict=True)]
        left = [n for n, match in enumerate(found) if match is None]
        for n, match in zip(left, _alike([(items[n], around[n]) for n in left], by, at), strict=True):
            found[n] = match
        return found

    def write(self, items: Sequence[Told], *, by: Actor, at: datetime) -> list[UUID | Sentence]:
        people = actions.enter([item.entry for item in items], by=by, at=at, source="import")
        return [person.pk for person in people]

    def undo(self, rows: Sequence[UUID], *, by: Actor, at: datetime) -> Mapping[UUID, Sentence]:
        used = _used(set(rows))
        gone = [pk for pk in rows if pk not in used]
        _remove(gone, by=by, at=at)
        return dict.fromkeys(used, Sentence(HANGS))


NUMBER = ("id_index",)
SAME = (
    (NUMBER, SAME_NUMBER),
    (("name_index", "birth_index"), SAME_BIRTH),
    (("name_index", "phone_index"), SAME_PHONE),
)


def _same(item: Told, around: Sequence[linking.Known]) -> Match | None:
    """The same document decides; two different documents are two people, whatever else is equal."""
    for columns, why in SAME:
        for known in around:
            if _equal(item, known, columns) and (columns == NUMBER or not _two_documents(item, known)):
                return Match(known.person_id, (Sentence(why), *_other_name(item, known)))
    return None


def _equal(item: Told, known: linking.Known, columns: Sequence[str]) -> bool:
    return all(item.hashes[column] and item.hashes[column] == known.hashes[column] for column in columns)


def _two_documents(item: Told, known: linking.Known) -> bool:
    return bool(item.number and known.hashes["id_index"])


def _other_name(item: Told, known: linking.Known) -> tuple[Sentence, ...]:
    same = item.hashes["name_index"] == known.hashes["name_index"]
    return () if same else (Sentence(OTHER_NAME),)


def _alike(
    asked: Sequence[tuple[Told, Sequence[linking.Known]]], by: Actor, at: datetime
) -> list[Match | None]:
    """The likeliest of those around each row, where it is likely at all."""
    pairs = [
        (n, one) for n, (item, around) in enumerate(asked) for one in around if not _two_documents(item, one)
    ]
    told = [(asked[n][0].entry, one.person_id) for n, one in pairs]
    verdicts = linking.compare(told, threshold=PERHAPS_FROM, by=by, at=at)
    best: dict[int, tuple[float, Match]] = {}
    for (n, one), verdict in zip(pairs, verdicts, strict=True):
        if verdict and verdict.probability > best.get(n, (0.0, None))[0]:
            is_sure = verdict.probability >= SURE
            why = (Sentence(ALIKE if is_sure else PERHAPS), *verdict.reasons)
            best[n] = verdict.probability, Match(one.person_id, why, is_sure)
    return [best[n][1] if n in best else None for n in range(len(asked))]


def undo_homes(ids: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    """Take out homes that another table brought along and that nothing hangs on."""
    remove(Residence, ids, verb="residents.undo_import", by=by, at=at)


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
