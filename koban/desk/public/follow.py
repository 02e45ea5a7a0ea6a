"""Following by receipt: number and secret open one matter for a short while, to nobody else and nothing else.

The secret is compared and forgotten. What stays is a signed cookie that names the matter, runs out by itself, is sent
only to the follow pages of this office, and cannot be read by a script.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from koban.duties.oversight.queries import body_for
from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import receipts
from koban.matters.models import Matter

COOKIE = "koban_receipt"
SALT = "koban.public.receipt"
MAX_AGE = 1800  # seconds without a page
LONGEST = 8 * 3600  # seconds from the receipt on, however often a page is opened
TRIES, MINUTES = 20, 15


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt opens: a matter of a station. since: when the receipt was shown, in seconds of the epoch."""

    station_id: UUID
    matter_id: UUID
    since: int = field(default_factory=lambda: int(time.time()), compare=False)


def find(office: Station, number: str, secret: str) -> Held:
    """The matter of a receipt of this office, or of a complaint that went past it.

    Both are always looked for, so that neither answer nor time tells which one it was. Raises Absent for a wrong
    number and a wrong secret alike.
    """
    found = [_in(station, number, secret) for station in (office, body_for(office) or office)]
    held = next((each for each in found if each is not None), None)
    if held is None:
        raise Absent
    return held


def _in(station: Station, number: str, secret: str) -> Held | None:
    with stations.scope(station.pk):
        try:
            return Held(station.pk, receipts.find(number, secret).pk)
        except Absent:
            return None


def keep(response: HttpResponseBase, office: Station, held: Held) -> None:
    """Let the visitor read on for a while."""
    value = signing.dumps([office.code, str(held.station_id), str(held.matter_id), held.since], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE, path=path_of(office), httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


def forget(response: HttpResponseBase, office: Station) -> None:
    response.delete_cookie(COOKIE, path=path_of(office), samesite="Strict")


def path_of(office: Station) -> str:
    return reverse("desk:public_follow", args=[office.code])


def held(request: HttpRequest, office: Station) -> Held | None:
    """What the visitor may read now; None without a receipt, or with one that ran out or is of another office."""
    try:
        code, station, matter, since = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE
        )
    except (signing.BadSignature, ValueError):
        return None
    if code != office.code or time.time() - since > LONGEST:
        return None
    return Held(UUID(station), UUID(matter), since)


@contextmanager
def opened(held: Held) -> Iterator[tuple[Matter, Station]]:
    """The matter in the scope of its own station. Raises Absent if it is no longer there."""
    with stations.scope(held.station_id):
        matter = Matter.objects.filter(pk=held.matter_id).select_related("merged_into", "station").first()
        if matter is None:
            raise Absent
        yield matter, matter.station
