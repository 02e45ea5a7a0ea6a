"""The machine interface: hand-over from another centre, the catalogue, the sign at the door. OpenAPI at openapi.json."""

import hashlib
from datetime import UTC
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from koban import __version__
from koban.desk.api import shapes
from koban.duties.incidents import handover
from koban.duties.incidents.intake import ANONYMOUS, Report, Reporter
from koban.duties.incidents.types import CATALOGUE
from koban.kernel import stations
from koban.kernel.access.keys import actor_of_key
from koban.kernel.access.refusing import problem
from koban.kernel.access.throttle import throttle
from koban.kernel.access.who import open_office
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib import geo, text
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.matters.models import Matter
from koban.matters.places import NOWHERE, Place
from koban.registers.premises import queries as premises
from koban.registers.roster import queries as roster

PER_MINUTE = 600  # hand-overs of one key
SOURCE = 60  # characters of the key's name that name the centre


class Key(HttpBearer):
    """`Authorization: Bearer <key>`; a key is given with `koban key add` for certain actions."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        return actor_of_key(token, "incidents.take")


class Described(NinjaAPI):
    """Says of a refusal that it is problem+json, as it is."""

    def get_openapi_schema(self, **told: Any) -> Any:
        schema = super().get_openapi_schema(**told)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for answer in operation["responses"].values():
                    _call_problem(answer)
        return schema


def _call_problem(answer: dict[str, Any]) -> None:
    told = answer.get("content", {}).get("application/json")
    if told and str(told["schema"].get("$ref", "")).endswith("/ProblemOut"):
        answer["content"] = {"application/problem+json": told}


api = Described(
    title="Koban",
    version=__version__,
    description="The machine interface of a community policing office.",
    urls_namespace="api-1",
    docs_url=None,  # the browser for it would come from another host
)
PROBLEMS = {
    400: shapes.ProblemOut,
    401: shapes.ProblemOut,
    403: shapes.ProblemOut,
    409: shapes.ProblemOut,
    422: shapes.ProblemOut,
}


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    where = ".".join(str(part) for part in first.get("loc", ())[2:])
    return problem(
        request, 422, _("%(where)s: %(what)s") % {"where": where or "body", "what": first.get("msg", "")}
    )


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(
        request,
        error.status_code,
        _("The body is not JSON that can be read.") if error.status_code == 400 else "",
    )


@api.post(
    "handover",
    auth=Key(),
    response={200: shapes.HandoverOut, 201: shapes.HandoverOut, **PROBLEMS},
    url_name="handover",
)
def hand_over(request: HttpRequest, told: shapes.HandoverIn) -> tuple[int, dict[str, Any]]:
    """Hand a report over. Sent again with the same number it answers 200 and takes nothing twice."""
    by, station = _caller(request)
    throttle("handover", str(by.post_id), limit=PER_MINUTE, minutes=1)
    with stations.scope(station.pk):
        matter, new = handover.receive(_report(told, by), by=by, at=timezone.now(), station=station)
        return (201 if new else 200), _plain(matter, told.number)


@api.get(
    "handover/{number}",
    auth=Key(),
    response={200: shapes.HandoverOut, **PROBLEMS},
    url_name="handover-status",
)
def hand_over_status(request: HttpRequest, number: str) -> dict[str, Any]:
    """How far a report is that this key handed over."""
    by, station = _caller(request)
    with stations.scope(station.pk):
        return _plain(handover.status(_source(by), clean(number, 80)), number)


@api.get("types", response=list[shapes.TypeOut], url_name="types")
def types(request: HttpRequest, response: HttpResponse) -> Any:
    """The types of reports and requests for help."""
    tag = f'"{_types_tag()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=300"
    return [
        {
            "code": type_.code,
            "kind": type_.kind,
            "label": type_.label,
            "label_zh": type_.label_zh,
            "priority": type_.priority,
            "questions": list(type_.ask),
        }
        for type_ in CATALOGUE.types.values()
    ]


@api.get("offices/{code}/presence", response=shapes.PresenceOut, url_name="presence")
def presence(request: HttpRequest, code: str) -> dict[str, Any]:
    """Whether somebody is in at an office, and until when."""
    with open_office(clean(code, 80)) as station:
        door = roster.someone_is_in(station, timezone.now())
        return {"somebody_is_in": door.is_in, "until": door.presence.changes_at, "phone": station.phone}


def _caller(request: HttpRequest) -> tuple[Actor, Station]:
    by: Actor = request.auth  # type: ignore[attr-defined]
    return by, Station.objects.get(pk=by.station_id or "")


def _source(by: Actor) -> str:
    return by.label[:SOURCE]


def _report(told: shapes.HandoverIn, by: Actor) -> Report:
    return Report(
        code=told.type,
        channel="centre",
        summary=clean(told.summary, 4000),
        place=_place(told.place),
        reporter=_reporter(told.reporter),
        answers={clean(key, 80): answer for key, answer in told.answers.items()},
        language=told.language,
        priority=told.priority or 0,
        source=_source(by),
        source_number=clean(told.number, 80),
    )


def _place(told: shapes.PlaceIn) -> Place:
    words = clean(told.words, 200)
    if told.lon is None and told.lat is None:
        found = premises.exact(words)
        return Place.at(found, words) if found else (Place(words) if words else NOWHERE)
    try:
        point = geo.point(told.lon, told.lat)
    except Mistake as wrong:
        raise Refused(wrong.sentence.said(_)) from wrong
    return Place(words, None, point.lon, point.lat)


def _reporter(told: shapes.ReporterIn | None) -> Reporter:
    if told is None:
        return ANONYMOUS
    name, phone, email = (clean(each, 80) for each in (told.name, told.phone, told.email))
    if not (name or phone or email):
        return ANONYMOUS
    reply = "phone" if phone else "email" if email else "page"
    return Reporter(name, phone, email, wants_secrecy=told.wants_secrecy, reply_by=reply)


def clean(words: str, limit: int) -> str:
    try:
        return text.clean(words, limit, lines=limit > 200)
    except Mistake as wrong:
        raise Refused(wrong.sentence.said(_)) from wrong


def _plain(matter: Matter, number: str) -> dict[str, Any]:
    return {
        "number": matter.printed,
        "their_number": number,
        "state": matter.state,
        "is_open": matter.is_open,
        "due_at": matter.due_at and matter.due_at.astimezone(UTC),
        "changed_at": matter.state_since.astimezone(UTC),
    }


def _types_tag() -> str:
    told = f"{__version__}|{settings.BASE}|{CATALOGUE.model_dump_json()}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]
