"""Opening what a matter holds of people, and what the register does. The right is an open matter in the reader's hands;
the look is paged first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.lib.errors import Absent, Denied
from koban.matters.duty import duty
from koban.matters.models import Holding, Matter, Party
from koban.registers.residents import glass, queries, usage
from koban.registers.residents.glass import Found, Right

SEALED = ("name", "phone", "email")
NOBODY = UUID(int=0)
FIELDS = frozenset(glass.FIELDS)
NOT_YOURS = _("You can look at people only in an open matter that you hold. Take the matter first.")
NOT_FOR_THIS = _("Work of this kind does not open that. It opens what its purpose needs and no more.")


def holds(by: Actor, matter_id: UUID) -> bool:
    """Whether the reader's post has this matter in hand now."""
    return (
        by.at_post is not None
        and Holding.objects.filter(matter_id=matter_id, post_id=by.at_post, to_at=None).exists()
    )


def look(party: Party, fields: Sequence[str], *, by: Actor, at: datetime) -> dict[str, str]:
    """Open `fields` of a party: field -> value. The page is committed before anything is opened.

    Raises Denied for a role that never looks, for a matter that is closed or not in the reader's hands, and
    ValueError for a field that is not sealed.
    """
    if unknown := set(fields) - set(SEALED):
        raise ValueError(f"not a sealed field: {sorted(unknown)}")
    require(by, "matters.look")
    _holding(party.matter, by)
    facts = {"fields": sorted(fields), "party": party.role}
    book.look("matters.look", by=by, at=at, matter_id=party.matter_id, subject=party, facts=facts)
    return {field: vault.unseal(party, field) for field in fields}


def _holding(matter: Matter, by: Actor) -> None:
    if not matter.is_open or not holds(by, matter.pk):
        raise Denied(NOT_YOURS, matter_id=matter.pk)


def right(matter: Matter, *, by: Actor, at: datetime) -> Right:
    """The right to look at residents in this matter: it is open, the reader has it in hand, and its duty opens fields.

    Raises Denied.
    """
    require(by, "matters.look")
    _holding(matter, by)
    fields = duty(matter.kind).opens
    if not fields:
        raise Denied(NOT_FOR_THIS, matter_id=matter.pk)
    return Right(matter.pk, matter.kind, fields)


def look_person(
    matter: Matter, people: Sequence[UUID], fields: Sequence[str], *, by: Actor, at: datetime
) -> dict[UUID, dict[str, str]]:
    """Open fields of residents who belong to the matter: person → field → value. Not inside a transaction.

    Raises Denied for a matter that gives no right or a field that its purpose does not open, and Absent where none of
    them can be seen: not there, not of this matter, closed off; the same is asked of the database for each.
    """
    given = right(matter, by=by, at=at)
    if set(fields) - given.fields:
        raise Denied(NOT_FOR_THIS, matter_id=matter.pk)
    # The glass itself leaves out whoever is closed off; for none of the matter it is asked for nobody, which takes as long.
    opened = glass.look(_belonging(matter, people, _day(at)) or {NOBODY}, fields, right=given, by=by, at=at)
    if not opened:
        raise Absent
    return opened


def look_contacts(
    matter: Matter, people: Sequence[UUID], *, by: Actor, at: datetime
) -> dict[UUID, list[tuple[str, str, str]]]:
    """Whom to call for residents of the matter: person → (relation, name, telephone). Asked and paged as `look_person`."""
    given = right(matter, by=by, at=at)
    if glass.CONTACTS not in given.fields:
        raise Denied(NOT_FOR_THIS, matter_id=matter.pk)
    seen = _belonging(matter, people, _day(at)) & queries.visible(people, _day(at))
    if not seen:
        raise Absent
    return glass.contacts(seen, right=given, by=by, at=at)


def look_pair(
    matter: Matter, one: UUID, other: UUID, fields: Sequence[str], *, by: Actor, at: datetime
) -> dict[UUID, dict[str, str]]:
    """Open somebody of the matter and somebody whom the register takes for the same. Not inside a transaction.

    Raises Denied, and Absent where none of the two is of the matter, or nothing makes them one.
    """
    given = right(matter, by=by, at=at)
    if set(fields) - given.fields:
        raise Denied(NOT_FOR_THIS, matter_id=matter.pk)
    mine = _belonging(matter, [one, other], _day(at))
    taken = queries.doubles([one, other], _day(at))
    alike = {double.person.pk for double in taken.get(one, [])}
    if not mine or other not in alike:
        raise Absent
    return glass.look([one, other], fields, right=given, by=by, at=at)


def find_person(matter: Matter, query: str, *, by: Actor, at: datetime, born: str = "") -> list[Found]:
    """Residents who may be meant, for this matter. Each one who is shown can see it. Not inside a transaction.

    born: the birth date that they must have too.
    """
    return glass.find(query, right=right(matter, by=by, at=at), by=by, at=at, born=born)


def _belonging(matter: Matter, people: Sequence[UUID], today: date) -> set[UUID]:
    """Parties of the matter, who lives at its address, and whom a search showed in it. Three questions, always."""
    ids = list(people)
    named = Party.objects.filter(matter=matter, person_id__in=ids)
    parties = {who for who in named.values_list("person_id", flat=True) if who}
    home = queries.living_at(matter.address_id, today)
    return (parties | home | usage.shown_in(matter.pk, ids)) & set(ids)


def told_to(person_id: UUID, fields: Sequence[str], given: Right, *, by: Actor, at: datetime) -> bool:
    """Page and row for a look at what is kept of a resident beside their file. False, and no page, for who is closed off."""
    return bool(glass.look([person_id], fields, right=given, by=by, at=at))


def belongs(matter: Matter, person_id: UUID, *, at: datetime) -> UUID:
    """The person, where a look in this matter could reach them. Raises Absent."""
    if not _belonging(matter, [person_id], _day(at)) & queries.visible([person_id], _day(at)):
        raise Absent
    return person_id


@dataclass(frozen=True, slots=True)
class Someone:
    """A resident of a matter, as a handle: in which role, or since when at its address. Nothing about the person."""

    person_id: UUID
    role: Any
    since: date | None = None


def people_of(matter: Matter, at: datetime) -> list[Someone]:
    """Parties of the register first, then who lives at the address; without whoever is closed off. Three queries."""
    parties = list(matter.parties.filter(person_id__isnull=False).order_by("id"))
    homes = list(queries.running_at(matter.address_id, _day(at)))
    seen = queries.visible([p.person_id for p in parties] + [h.person_id for h in homes], _day(at))
    told = {home.person_id: Someone(home.person_id, home.get_kind_display(), home.from_on) for home in homes}
    told |= {p.person_id: Someone(p.person_id, p.get_role_display()) for p in parties if p.person_id}
    order = [*(party.person_id for party in parties), *(home.person_id for home in homes)]
    return [told[who] for who in dict.fromkeys(order) if who in seen]


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def sealed_party(party: Party, *, name: str = "", phone: str = "", email: str = "") -> Party:
    """Fill an unsaved party's sealed columns."""
    party.name = vault.seal(party, "name", name)
    party.phone = vault.seal(party, "phone", phone)
    party.email = vault.seal(party, "email", email)
    party.phone_index = vault.blind(phone, field="phone")
    return party
