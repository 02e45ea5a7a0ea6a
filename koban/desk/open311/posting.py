"""Taking a report that came through Open311."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from koban.desk.open311 import services
from koban.desk.open311.words import clean
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report, Reporter, Taken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib import geo
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.matters.places import Place
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address

ATTRIBUTE = re.compile(r"^attribute\[([^\]]{1,40})\](\[\])?$")
DESCRIPTION, NAME, PLACE = 4000, 80, 200  # characters (GeoReport v2 sets the first)


class UnknownService(Refused):
    """404 in the words of the specification: there is no such service_code."""


def take(form: QueryDict, *, by: Actor, at: datetime, station: Station, language: str) -> Taken:
    """Store a POST of requests. Raises Refused with one sentence for what is missing or wrong, UnknownService."""
    given = {key: value for key, value in form.items() if isinstance(value, str) and value.strip()}
    code = _clean(given, "service_code", PLACE)
    if not code:
        raise Refused(_("service_code is missing."))
    if (type_ := services.known(code)) is None:
        raise UnknownService(_("There is no service %(code)s.") % {"code": code[:40]})
    report = Report(
        code=type_.code,
        channel="open311",
        summary=_clean(given, "description", DESCRIPTION, lines=True),
        place=place(given),
        reporter=reporter(given),
        answers=answers(given, type_.ask),
        language=language,
    )
    return actions.take(report, by=by, at=at, station=station)


def place(given: Mapping[str, str]) -> Place:
    """One of lat and long, address_id, address_string. Raises Refused where none is there, or half of one."""
    words = _clean(given, "address_string", PLACE)
    if "address_id" in given:
        return Place.at(_address(given["address_id"]), words)
    if ("lat" in given) != ("long" in given):
        raise Refused(_("lat and long belong together."))
    if "lat" in given:
        try:
            point = geo.point(given["long"], given["lat"])
        except Mistake as wrong:
            raise Refused(wrong.sentence.said(_)) from wrong
        return Place(words, None, point.lon, point.lat)
    if not words:
        raise Refused(_("Say where: lat and long, address_string, or address_id."))
    found = premises.exact(words)
    return Place.at(found, words) if found else Place(words)


def _address(text_: str) -> Address:
    try:
        found: Address | None = Address.objects.filter(pk=UUID(text_.strip())).first()
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("There is no address with this address_id."))
    return found


def reporter(given: Mapping[str, str]) -> Reporter:
    """Who reports; nobody, where nothing is given."""
    name = " ".join(filter(None, (_clean(given, "first_name", NAME), _clean(given, "last_name", NAME))))
    phone, email = _clean(given, "phone", NAME), _clean(given, "email", NAME)
    if not (name or phone or email):
        return Reporter(is_anonymous=True)
    reply = "email" if email else "phone" if phone else "page"
    return Reporter(name=name, phone=phone, email=email, reply_by=reply)


def answers(given: Mapping[str, str], asked: tuple[str, ...]) -> dict[str, str]:
    """`attribute[CODE]` of the service's own questions. Raises Refused for another question or answer."""
    told: dict[str, str] = {}
    for key, value in given.items():
        if not (match := ATTRIBUTE.match(key)):
            continue
        if match[1] not in asked:
            raise Refused(_("This service has no attribute %(code)s.") % {"code": match[1]})
        if value not in ("yes", "no", "unknown"):
            raise Refused(_("attribute[%(code)s] is yes, no or unknown.") % {"code": match[1]})
        told[match[1]] = value
    return told


def _clean(given: Mapping[str, str], name: str, limit: int, *, lines: bool = False) -> str:
    return clean(name, given.get(name, ""), limit, lines=lines)


def receipt(taken: Taken, *, extensions: bool) -> dict[str, Any]:
    """What the poster gets. With `extensions=true` also the secret, so that the reporter can follow and write back."""
    told: dict[str, Any] = {
        "service_request_id": taken.matter.printed,
        "service_notice": _("We have it. Keep the number."),
        "account_id": None,
    }
    return told | ({"extended_attributes": {"receipt_secret": taken.secret}} if extensions else {})
