"""What people tell: the values that the actions take. No rows, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from koban.matters.places import NOWHERE, Place
from koban.registers.residents.actions import Entry


@dataclass(frozen=True, slots=True)
class Someone:
    """A person: as told (entry), or one whom the register has already (person_id)."""

    entry: Entry | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """How whoever tells it is answered. name, phone: sealed, and only for this. by: page, sms, phone."""

    name: str = ""
    phone: str = ""
    by: str = "page"
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Residence:
    """A declared residence of one or several persons of a household. to_on: where they know when it ends.

    pictured: who lives there stands on a picture alone; somebody in the office reads it and enters them.
    """

    people: Sequence[Someone]
    place: Place
    source: str
    way: str
    from_on: date
    kind: str = "tenant"
    to_on: date | None = None
    reply: Reply = field(default_factory=Reply)
    house: str = ""
    with_kin: bool = False
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who acts for the applicant. under_age, cannot_come: asked for the rule, and kept nowhere.

    seen: keys of the identity papers that were looked at at the desk.
    """

    kin: str
    name: str
    phone: str = ""
    under_age: bool = False
    cannot_come: bool = False
    seen: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """proof: which of the papers that prove it. file: a taken file, None for a paper shown at the desk."""

    proof: str = ""
    file: Any = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An application. brought: key of a paper → what came."""

    person: Someone
    way: str
    ground: str
    lives_since_on: date | None
    place: Place = NOWHERE
    proxy: Proxy | None = None
    reply: Reply = field(default_factory=Reply)
    brought: Mapping[str, Brought] = field(default_factory=dict)
