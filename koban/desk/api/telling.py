"""What firms, landlords and employers tell through their own systems: the same actions as on their pages.

A firm and a landlord use the key they have for their pages, as `Authorization: Bearer <number>.<secret>`; whoever declares
for others (an employer, a hotel) a key of `koban key add --action permits.declare`. Every write carries an
`Idempotency-Key`: sent again with the same key it gives the same answer and writes nothing twice.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Header
from ninja.security import HttpBearer

from koban.desk.api import telling_shapes as shapes
from koban.desk.api.doors import api
from koban.desk.api.usage import PROBLEMS, OwnBearer
from koban.duties.lettings import actions as lettings
from koban.duties.lettings import queries, reports
from koban.duties.permits.actions import registrations
from koban.kernel.access.keys import actor_of_key
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, open_office
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import own
from koban.matters.models import Matter
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Agent, LetUnit, Tenancy
from koban.registers.residents import queries as register
from koban.registers.residents.handles import Person

TRIES, WRITES, MINUTES = 60, 600, 15
OTHER_OFFICE = _("This key is of another office.")
Once = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
TOLD = {**PROBLEMS, 403: PROBLEMS[404], 409: PROBLEMS[404]}


class DeclareKey(HttpBearer):
    """A machine's key that was given "permits.declare"."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        return actor_of_key(token, "permits.declare")


@api.post(
    "offices/{code}/letting-reports",
    auth=OwnBearer(),
    response={201: shapes.ToldOut, **TOLD},
    url_name="letting-report",
)
def report_letting(request: Request, code: str, told: shapes.ReportIn, key: Once) -> HttpResponse:
    """A letting agent or a property manager reports a letting (three working days; the answer says whether it came in time)."""
    with open_office(code, request) as station:
        agent = _firm(request, station)
        return _written(request, lambda: _reported(agent, told, request, station))


@api.get(
    "offices/{code}/letting-reports",
    auth=OwnBearer(),
    response={200: list[shapes.ToldOut], **TOLD},
    url_name="letting-reports",
)
def reports_of_firm(request: Request, code: str) -> list[dict[str, Any]]:
    """The last fifty reports of the firm: how far each is, and whether it came in time."""
    with open_office(code, request) as station:
        return [_plain(row.matter, row) for row in queries.reports_of(_firm(request, station).pk)]


@api.get(
    "offices/{code}/let-units",
    auth=OwnBearer(),
    response={200: list[shapes.UnitOut], **TOLD},
    url_name="let-units",
)
def units(request: Request, code: str) -> list[dict[str, Any]]:
    """What the landlord of the key lets, and the lettings that run there. No name comes out."""
    with open_office(code, request) as station:
        landlord = lets.landlord_of(_person(request, station).pk)
        rows = [row for row in lets.units_of(landlord) if row.to_on is None] if landlord else []
        running = lets.tenancies_of(rows)
        return [_unit(row, running[row.pk]) for row in rows]


@api.post(
    "offices/{code}/let-units/{unit}/tenants",
    auth=OwnBearer(),
    response={201: shapes.ToldOut, **TOLD},
    url_name="let-tenant",
)
def tenant(request: Request, code: str, unit: UUID, told: shapes.TenantIn, key: Once) -> HttpResponse:
    """Somebody moved in: registered as declared, and passed on for confirmation."""
    with open_office(code, request) as station:
        row = _unit_of(_person(request, station), unit)
        return _written(request, lambda: _moved_in(row, told, request, station))


@api.post(
    "offices/{code}/tenancies/{tenancy}/end",
    auth=OwnBearer(),
    response={200: shapes.TenancyOut, **TOLD},
    url_name="let-end",
)
def end(request: Request, code: str, tenancy: UUID, told: shapes.EndIn, key: Once) -> HttpResponse:
    """The tenant has left: letting and home end on that day."""
    with open_office(code, request) as station:
        row = _tenancy_of(_person(request, station), tenancy)
        return _written(
            request,
            lambda: (200, _tenancy(lettings.end_tenancy(row, told.on, station=station, **_by(request)))),
        )


@api.post(
    "offices/{code}/tenancies/{tenancy}/agreed-end",
    auth=OwnBearer(),
    response={200: shapes.TenancyOut, **TOLD},
    url_name="let-longer",
)
def prolong(request: Request, code: str, tenancy: UUID, told: shapes.LongerIn, key: Once) -> HttpResponse:
    """Another end was agreed; none for an open one."""
    with open_office(code, request) as station:
        row = _tenancy_of(_person(request, station), tenancy)
        return _written(
            request, lambda: (200, _tenancy(rentals.prolong(row, ends_on=told.ends_on, **_by(request))))
        )


@api.post(
    "offices/{code}/registrations",
    auth=DeclareKey(),
    response={201: shapes.DeclaredOut, **TOLD},
    url_name="register-people",
)
def declare(request: Request, code: str, told: shapes.ResidenceIn, key: Once) -> HttpResponse:
    """An employer, host, manager or landlord declares who lives where. An officer confirms it."""
    by: Actor = request.auth  # type: ignore[attr-defined]
    throttle("api.declare", str(by.post_id), limit=WRITES, minutes=MINUTES)
    with open_office(code, request) as station:
        if by.station_id != station.pk:
            raise Absent(OTHER_OFFICE)
        request.actor = by
        return _written(request, lambda: _declared(told, request, station))


# --- Who asks ------------------------------------------------------------------------------------------------


def _key(request: Request) -> tuple[str, str]:
    """Number and secret; every try counts."""
    throttle("api.telling", source(request), limit=TRIES, minutes=MINUTES)
    found: tuple[str, str] = request.auth  # type: ignore[attr-defined]
    return found


def _firm(request: Request, station: Station) -> Agent:
    agent = lets.agent_by_key(*_key(request), lettings.day_of(timezone.now(), station))
    request.actor = Actor("machine", station.pk, label=agent.number)
    return agent


def _person(request: Request, station: Station) -> Person:
    person: Person = register.key(*_key(request)).person
    request.actor = own.actor(station)
    return person


def _unit_of(person: Person, pk: UUID) -> LetUnit:
    """A unit of this landlord; another's is not there, as none is."""
    landlord = lets.landlord_of(person.pk)
    if landlord is None:
        raise Absent
    return lets.unit_of(landlord, pk)


def _tenancy_of(person: Person, pk: UUID) -> Tenancy:
    rows = Tenancy.objects.running().select_related("unit__address", "residence")
    found: Tenancy | None = rows.filter(pk=pk, unit__landlord__person_id=person.pk).first()
    if found is None:
        raise Absent
    return found


# --- What is done --------------------------------------------------------------------------------------------


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _written(request: Request, work: Callable[[], tuple[int, dict[str, Any]]]) -> HttpResponse:
    @once
    def run(request: Request) -> HttpResponse:
        status, told = work()
        return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})

    done: HttpResponse = run(request)  # type: ignore[assignment]
    return done


def _reported(
    agent: Agent, told: shapes.ReportIn, request: Request, station: Station
) -> tuple[int, dict[str, Any]]:
    matter = reports.report(agent, told.report(), station=station, **_by(request))
    return 201, _plain(matter, queries.telling(matter))


def _moved_in(
    unit: LetUnit, told: shapes.TenantIn, request: Request, station: Station
) -> tuple[int, dict[str, Any]]:
    matter = lettings.register_tenant(unit, told.tenant(), source="landlord", station=station, **_by(request))
    return 201, _plain(matter, queries.telling(matter))


def _declared(told: shapes.ResidenceIn, request: Request, station: Station) -> tuple[int, dict[str, Any]]:
    taken = registrations.declare(told.residence(), station=station, **_by(request))
    matter, declaration = taken.matter, taken.matter.declarations.get()
    return 201, {
        "number": matter.printed, "secret": taken.secret, "state": matter.state, "due_at": matter.due_at,
        "in_time": declaration.is_in_time, "address_found": matter.address_id is not None,
    }  # fmt: skip


def _plain(matter: Matter, telling: Any) -> dict[str, Any]:
    return {
        "number": matter.printed, "state": matter.state, "is_open": matter.is_open, "told_on": telling.told_on,
        "due_on": telling.due_on, "clause": telling.clause, "in_time": not telling.is_late,
        "tenancy": telling.tenancy_id,
    }  # fmt: skip


def _unit(unit: LetUnit, rows: list[Tenancy]) -> dict[str, Any]:
    running = [_tenancy(row) for row in rows if row.to_on is None]
    return {"id": unit.pk, "address": str(unit.address), "part": unit.part, "tenancies": running}


def _tenancy(row: Tenancy) -> dict[str, Any]:
    return {"id": row.pk, "from_on": row.from_on, "ends_on": row.ends_on, "to_on": row.to_on}
