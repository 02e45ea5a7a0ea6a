"""Writes over HTTP happen once: the idempotency key, the change and its page share one transaction."""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, overload
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.addresses import SAFE
from koban.kernel.access.models import OnceKey
from koban.kernel.access.refusing import problem
from koban.kernel.access.who import Request
from koban.lib.errors import Conflict
from koban.lib.ids import uuid7

View = Callable[..., HttpResponseBase]
FIELD = "key"
LONGEST = 200
NO_KEY = _("This form was sent without its key. Please open the page again and send it once more.")
OTHER_BYTES = _("This was already sent with other words. Please open the page again and send it once more.")
KEPT_HEADERS = ("Location", "Content-Type", "HX-Redirect", "HX-Location", "HX-Trigger", "Content-Language")
NOWHERE = UUID(int=0)

# A repeat writes: an insert that does nothing commits nothing, and then no standby has confirmed the first one.
# On PostgreSQL the second of two parallel requests waits here until the first has committed or rolled back.
_CLAIM = """
INSERT INTO {table} (id, place, slot, digest, answer, repeats, at)
VALUES (%s, %s, %s, %s, %s, 0, %s)
ON CONFLICT (place, slot) DO UPDATE SET repeats = {table}.repeats + 1
RETURNING repeats, digest, answer
"""
_KEEP = "UPDATE {table} SET answer = %s WHERE place = %s AND slot = %s"


@overload
def once(view: View) -> View: ...
@overload
def once(*, needs_key: bool = True) -> Callable[[View], View]: ...
def once(view: View | None = None, *, needs_key: bool = True) -> Any:
    """Make a write view answer the same key with the same answer, and write once.

    A 4xx or an exception rolls everything back and leaves the key free. needs_key=False lets requests without a key
    pass (foreign protocols that have none); they run in one transaction too.
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        def outer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in SAFE:
                return inner(request, *args, **kwargs)
            key = key_of(request)
            if not key and needs_key:
                return problem(request, 400, NO_KEY)
            with transaction.atomic():
                first = _claimed(request, key) if key else None
                return first or _run(request, key, lambda: inner(request, *args, **kwargs))

        return outer

    return decorate(view) if view else decorate


def key_of(request: Request) -> str:
    """The key that the request carries, "" without one."""
    return (request.headers.get("Idempotency-Key") or request.POST.get(FIELD, ""))[:LONGEST].strip()


def _run(request: Request, key: str, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = work()
    if hasattr(response, "render") and not response.is_rendered:  # type: ignore[attr-defined]
        response = response.render()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    elif key:
        place, slot = _slot(request, key)
        _keep(place, slot, _sealed(key, slot, _told(response)))
    return response


def _keep(place: UUID, slot: str, answer: bytes) -> None:
    told = [answer, OnceKey._meta.pk.get_db_prep_value(place, connection), slot]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(table=OnceKey._meta.db_table), told)


def _claimed(request: Request, key: str) -> HttpResponse | None:
    """Take the key, or give the first answer. Raises Conflict for other bytes under the same key."""
    place, slot = _slot(request, key)
    digest = _digest(request)
    uuid = OnceKey._meta.pk.get_db_prep_value
    at = OnceKey._meta.get_field("at").get_db_prep_value(timezone.now(), connection)
    with connection.cursor() as cursor:
        row = [uuid(uuid7(), connection), uuid(place, connection), slot, digest, b"", at]
        cursor.execute(_CLAIM.format(table=OnceKey._meta.db_table), row)
        repeats, first_digest, answer = cursor.fetchone()
    if not repeats:
        return None
    if first_digest != digest:
        raise Conflict(OTHER_BYTES)
    return _again(_opened(key, slot, bytes(answer)))


def _slot(request: Request, key: str) -> tuple[UUID, str]:
    actor, station = request.actor, request.station
    who = f"{actor.role}|{actor.account_id or ''}"
    return (station.pk if station else NOWHERE), hashlib.sha256(f"slot|{who}|{key}".encode()).hexdigest()


def _digest(request: Request) -> str:
    """What the request says. Forms are read field by field: a browser that repeats one picks a new boundary."""
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for name, values in sorted(request.POST.lists()):
            if name not in ("csrfmiddlewaretoken", FIELD):
                told.update(json.dumps([name, values]).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                told.update(json.dumps([name, file.name, _content(file)]).encode())
    else:
        told.update(request.body)
    return told.hexdigest()


def _content(file: Any) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _told(response: HttpResponseBase) -> dict[str, Any]:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = base64.b64encode(getattr(response, "content", b"")).decode()
    return {"status": response.status_code, "headers": headers, "body": body}


def _again(told: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(base64.b64decode(told["body"]), status=told["status"], headers=told["headers"])
    response["Idempotency-Replayed"] = "true"
    return response


# An answer may hold what only its asker may see (a receipt's secret). The database keeps a hash of the key, not the
# key, so nobody who reads the table can read the answers.
def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"seal|{key}".encode()).digest())


def _sealed(key: str, slot: str, told: dict[str, Any]) -> bytes:
    nonce = os.urandom(12)
    return nonce + _cipher(key).encrypt(nonce, json.dumps(told).encode(), slot.encode())


def _opened(key: str, slot: str, sealed: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_cipher(key).decrypt(sealed[:12], sealed[12:], slot.encode()))
    return told
