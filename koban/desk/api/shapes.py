"""What goes in and out of the machine interface. Reporter fields go in and never come out."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

Answer = Literal["yes", "no", "unknown"]
Short = Annotated[str, Field(max_length=80)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class PlaceIn(Strict):
    """Where: degrees of WGS 84 (both or neither), and the place as it was said."""

    lon: float | None = None
    lat: float | None = None
    words: Annotated[str, Field(max_length=200)] = ""


class ReporterIn(Strict):
    name: Short = ""
    phone: Short = ""
    email: Short = ""
    wants_secrecy: bool = False


class HandoverIn(Strict):
    """A report from another centre. number: the centre's own; the same number is taken once."""

    number: Annotated[str, Field(min_length=1, max_length=80)]
    type: Short
    summary: Annotated[str, Field(max_length=4000)] = ""
    place: PlaceIn = PlaceIn()
    reporter: ReporterIn | None = None
    answers: dict[str, Answer] = {}
    priority: Annotated[int, Field(ge=1, le=4)] | None = None
    language: Literal["en", "zh-hans"] = "zh-hans"


class HandoverOut(Schema):
    """What the centre gets: our number and how far it is."""

    number: str
    their_number: str
    state: str
    is_open: bool
    due_at: datetime | None
    changed_at: datetime


class TypeOut(Schema):
    code: str
    kind: str
    label: str
    label_zh: str
    priority: int
    questions: list[str]


class PresenceOut(Schema):
    """Whether somebody is in. until: when that changes; None where it does not within the days that are planned."""

    somebody_is_in: bool
    until: datetime | None
    phone: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
