"""Counting tries in the database, so that the count holds over processes and restarts."""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Tries
from koban.kernel.stations.storing import unpromised
from koban.lib.errors import KobanError

# One statement, so that two processes cannot both read "one left". `due` is when the bucket will be empty again.
_COUNT = """
INSERT INTO {table} (slot, due) VALUES (%(slot)s, %(now)s + %(each)s)
ON CONFLICT (slot) DO UPDATE SET due = {most}({table}.due, %(now)s) + %(each)s
WHERE {most}({table}.due, %(now)s) + %(each)s <= %(now)s + %(window)s
"""


class Throttled(KobanError):
    """Too many tries (429 at the edge). seconds: after which the next one is worth it."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("There were too many tries. Please wait some minutes and try again."))
        self.seconds = seconds


def throttle(name: str, key: str, *, limit: int, minutes: int) -> None:
    """Count one try of `key` at `name`; raise Throttled when more than `limit` came within `minutes`.

    Tries leak away evenly: after minutes/limit one more is free. The key is kept as a keyed hash only.
    Inside a transaction that rolls back nothing is counted.
    """
    window = minutes * 60.0
    with unpromised(), connection.cursor() as cursor:
        cursor.execute(_statement(), {
            "slot": _slot(name, key),
            "now": timezone.now().timestamp(),
            "each": window / limit,
            "window": window + 0.001,  # the last free try must not fail by the last bit of a float
        })  # fmt: skip
        if not cursor.rowcount:
            raise Throttled(int(window / limit) + 1)


def _statement() -> str:
    most = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    return _COUNT.format(table=Tries._meta.db_table, most=most)


def _slot(name: str, key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{name}\0{key}".encode(), hashlib.sha256).hexdigest()


def source(request: HttpRequest) -> str:
    """Where the request comes from: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        address: Any = ip_address(_address(request))
    except ValueError:
        return "0.0.0.0"  # noqa: S104  # no address is known; they share one count
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _address(request: HttpRequest) -> str:
    # Only the last hop was written by our own proxy; what stands before it is the visitor's word.
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
