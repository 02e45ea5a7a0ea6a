"""What goes in and out where firms, landlords and employers tell. A name and a number go in and never come out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from koban.desk.api.doors import clean
from koban.desk.api.shapes import Strict
from koban.duties.lettings.actions import NewTenant
from koban.duties.lettings.reports import Report
from koban.duties.permits import told
from koban.kernel.flow import spoken
from koban.lib.errors import Refused
from koban.lib.identity import check_identity
from koban.lib.mistakes import Mistake
from koban.matters.places import Place
from koban.registers.premises import queries as premises
from koban.registers.residents.actions import Entry

Kind = Literal[
    "id_card", "hk_macau_permit", "taiwan_permit", "hk_macau_pass", "taiwan_pass", "foreign_pr", "passport"
]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Phone = Annotated[str, Field(max_length=32)]


class PersonIn(Strict):
    """Who: as on the document."""

    name: Name
    id_kind: Kind = "id_card"
    id_number: Annotated[str, Field(min_length=1, max_length=32)]
    phone: Phone = ""

    def number(self) -> str:
        """The number as it is kept. Raises Refused with what is wrong with it."""
        try:
            return check_identity(self.id_kind, clean(self.id_number, 32)).number
        except Mistake as wrong:
            raise Refused(spoken(wrong.sentence)) from wrong

    def someone(self) -> told.Someone:
        entry = Entry(
            clean(self.name, 60), id_kind=self.id_kind, id_number=self.number(), phone=clean(self.phone, 32)
        )
        return told.Someone(entry)


class TenantIn(PersonIn):
    """Who moves in, since when, and until when as agreed."""

    from_on: Day
    ends_on: Day | None = None

    def tenant(self) -> NewTenant:
        return NewTenant(
            clean(self.name, 60),
            self.id_kind,
            self.number(),
            self.from_on,
            clean(self.phone, 32),
            self.ends_on,
        )


class ReportIn(Strict):
    """A letting. dealt_on: the day of the contract, or on which the manager learned of it. place: the address in
    words; where it is one of the register, the letting is registered at once.
    """

    tenant: TenantIn
    dealt_on: Day
    place: Words
    landlord_name: Annotated[str, Field(max_length=60)] = ""
    landlord_phone: Phone = ""

    def report(self) -> Report:
        place = clean(self.place, 200)
        return Report(
            self.tenant.tenant(), self.dealt_on, premises.exact(place), place, clean(self.landlord_name, 60),
            clean(self.landlord_phone, 32),
        )  # fmt: skip


class EndIn(Strict):
    on: Day


class LongerIn(Strict):
    ends_on: Day | None


class ResidenceIn(Strict):
    """Who lives where since when. to_on: last day, where it is known."""

    source: Literal["employer", "host", "landlord", "manager", "agent"] = "employer"
    people: Annotated[list[PersonIn], Field(min_length=1, max_length=8)]
    place: Words
    kind: Literal["tenant", "family", "guest", "dormitory", "owner"] = "dormitory"
    from_on: Day
    to_on: Day | None = None
    language: Literal["en", "zh-hans"] = "zh-hans"

    def residence(self) -> told.Residence:
        words = clean(self.place, 200)
        found = premises.exact(words)
        return told.Residence(
            [one.someone() for one in self.people], Place.at(found, words) if found else Place(words), self.source, "api",
            self.from_on, kind=self.kind, to_on=self.to_on, reply=told.Reply(language=self.language),
        )  # fmt: skip


class ToldOut(Schema):
    """What became of what was told. clause: the rule of the term; tenancy: the letting, to end it later."""

    number: str
    state: str
    is_open: bool
    told_on: date
    due_on: date | None
    clause: str
    in_time: bool
    tenancy: UUID | None


class TenancyOut(Schema):
    id: UUID
    from_on: date
    ends_on: date | None
    to_on: date | None


class UnitOut(Schema):
    id: UUID
    address: str
    part: str
    tenancies: list[TenancyOut]


class DeclaredOut(Schema):
    """number and secret: the receipt, to follow it on the public site; the secret is told this once."""

    number: str
    secret: str
    state: str
    due_at: datetime | None
    in_time: bool
    address_found: bool
