"""What a report brings along, as values: the same for desk, public page, Open311 and another centre."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from koban.duties.incidents.models import Incident
from koban.matters.models import Matter
from koban.matters.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Reporter:
    """reply_by: page (by receipt), sms, email or phone. An anonymous reporter leaves nothing and has the receipt."""

    name: str = ""
    phone: str = ""
    email: str = ""
    is_anonymous: bool = False
    wants_secrecy: bool = False
    reply_by: str = "page"
    person_id: UUID | None = None


ANONYMOUS = Reporter(is_anonymous=True)


@dataclass(frozen=True, slots=True)
class Report:
    """code: a type of types.toml. answers: triage question -> yes, no, unknown. priority: 0 for the script's verdict."""

    code: str
    channel: str
    summary: str
    place: Place = NOWHERE
    reporter: Reporter = ANONYMOUS
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh-hans"
    priority: int = 0
    source: str = ""
    source_number: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """secret: the resident's half of the receipt; it is shown once and kept nowhere."""

    matter: Matter
    incident: Incident
    secret: str
