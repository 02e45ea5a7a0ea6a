"""The resident's own ledger for machines, after the Estonian data tracker: findUsage, usagePeriod, heartbeat.

`Authorization: Bearer <number>.<secret>` is the key of whoever asks; `X-Road-UserId` says which system sends it. `office`
is the code of the office. `userCode` names whose data it is by the number of their key; another's only where they
consented to it (purpose "usage", the asking key's number as partner).
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Header, Query, Schema
from ninja.security import HttpBearer

from koban import __version__
from koban.desk.api import shapes
from koban.desk.api.doors import api
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import open_office
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.registers.residents import queries, usage
from koban.registers.residents.handles import Person

MOST = 1000
TRIES, MINUTES = 60, 15
NO_CALLER = _("The header X-Road-UserId is missing: say which system asks.")
NO_ZONE = _("Times carry their zone, such as 2026-03-01T00:00:00+08:00.")
PROBLEMS = {
    400: shapes.ProblemOut,
    401: shapes.ProblemOut,
    404: shapes.ProblemOut,
    422: shapes.ProblemOut,
    429: shapes.ProblemOut,
}


class OwnBearer(HttpBearer):
    """The two halves of a key; they are compared inside the office that the request names."""

    def authenticate(self, request: HttpRequest, token: str) -> tuple[str, str] | None:
        number, _dot, secret = token.partition(".")
        return (number, secret) if secret else None


class UsageOut(Schema):
    logtime: datetime
    action: str
    receiverCode: str  # noqa: N815  # the standard's names
    receiverName: str  # noqa: N815
    receiverSystem: str  # noqa: N815


class FindUsageOut(Schema):
    totalUsages: int  # noqa: N815
    usages: list[UsageOut]


class PeriodOut(Schema):
    periodStart: datetime | None  # noqa: N815
    periodEnd: datetime | None = None  # noqa: N815


class BeatOut(Schema):
    appName: str  # noqa: N815
    version: str
    serverTime: datetime  # noqa: N815


class Asked(Schema):
    office: str
    userCode: str = ""  # noqa: N815


class AskedUsage(Asked):
    periodStart: datetime | None = None  # noqa: N815
    periodEnd: datetime | None = None  # noqa: N815
    offset: Annotated[int, Query(ge=0)] = 0
    limit: Annotated[int, Query(ge=1)] = MOST


Caller = Annotated[str, Header(alias="X-Road-UserId")]


@api.get("usage/findUsage", auth=OwnBearer(), response={200: FindUsageOut, **PROBLEMS}, url_name="usage-find")
def find_usage(request: HttpRequest, told: Query[AskedUsage], caller: Caller = "") -> dict[str, Any]:
    """Looks at the person's data, newest first, at most 1000 at a time."""
    start, end = _zoned(told.periodStart), _zoned(told.periodEnd)
    with open_office(told.office) as station:
        person = _person(request, told, caller)
        total, rows = usage.usage(
            person, now=timezone.now(), start=start, end=end, offset=told.offset, limit=min(told.limit, MOST)
        )
        return {"totalUsages": total, "usages": [_line(row, station) for row in rows]}


@api.get(
    "usage/usagePeriod", auth=OwnBearer(), response={200: PeriodOut, **PROBLEMS}, url_name="usage-period"
)
def usage_period(request: HttpRequest, told: Query[Asked], caller: Caller = "") -> dict[str, Any]:
    """From when on, and until when, there is something to tell."""
    with open_office(told.office):
        person, now = _person(request, told, caller), timezone.now()
        return {"periodStart": usage.first_look(person, now=now), "periodEnd": now}


@api.get("usage/heartbeat", response=BeatOut, url_name="usage-heartbeat")
def heartbeat(request: HttpRequest) -> dict[str, Any]:
    """Whether it answers; nobody's data."""
    return {"appName": "koban", "version": __version__, "serverTime": timezone.now()}


def _person(request: HttpRequest, told: Asked, caller: str) -> Person:
    """Whose usage it is. A wrong key, an unknown number and a missing consent answer alike: Absent."""
    if not caller.strip():
        raise Refused(NO_CALLER)
    throttle("public.usage", source(request), limit=TRIES, minutes=MINUTES)
    number, secret = request.auth  # type: ignore[attr-defined]
    key = queries.key(number, secret)
    if told.userCode in ("", key.number):
        person: Person = key.person
        return person
    asked = queries.delegated(told.userCode, key.number, timezone.now())
    if asked is None:
        raise Absent
    return asked


def _zoned(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused(NO_ZONE)
    return at


def _line(row: Any, station: Station) -> dict[str, Any]:
    fields = ", ".join(row.fields)
    return {
        "logtime": row.at + timedelta(0), "action": f"{row.action}: {fields}", "receiverCode": row.label,
        "receiverName": station.name, "receiverSystem": f"koban/{station.code}",
    }  # fmt: skip
