"""Which telephone is at the door: Basic over HTTPS, or Digest with MD5 (RFC 7616), as OpenRosa clients speak them."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from koban.kernel.access import devices
from koban.kernel.access.models import Device
from koban.kernel.access.throttle import source, throttle

NONCE_SECONDS = 1800
WRONG_TRIES = 30  # of one source in a quarter of an hour
_PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


class Stranger(Exception):
    """No telephone of ours. stale: its nonce was too old, all else was right."""

    def __init__(self, stale: bool = False) -> None:
        super().__init__()
        self.stale = stale


def device_of(request: HttpRequest, at: datetime) -> Device:
    """The telephone that sent the request. Raises Stranger, and Throttled after too many wrong tries."""
    scheme, _space, told = request.headers.get("Authorization", "").partition(" ")
    if not told:
        raise Stranger
    found, stale = None, False
    if scheme.casefold() == "basic" and request.is_secure():
        found = _basic(told, at)
    if scheme.casefold() == "digest":
        found, stale = _digest(request, told, at)
    if found is None:
        if not stale:
            throttle("openrosa", source(request), limit=WRONG_TRIES, minutes=15)
        raise Stranger(stale)
    return found


def challenge(request: HttpRequest, at: datetime, *, stale: bool = False) -> str:
    """The header WWW-Authenticate. Basic is offered where nobody can listen."""
    old = ", stale=true" if stale else ""
    digest = f'Digest realm="{devices.REALM}", qop="auth", nonce="{nonce(at)}", algorithm=MD5{old}'
    return f'{digest}, Basic realm="{devices.REALM}"' if request.is_secure() else digest


def nonce(at: datetime) -> str:
    """A number for one half hour: the time, signed, so that nothing needs to be kept."""
    moment = f"{int(at.timestamp()):x}"
    return f"{moment}.{_signed(moment)}"


def response(ha1: str, method: str, told: Mapping[str, str]) -> str:
    """What a client that knows HA1 answers (RFC 7616 with MD5; RFC 2069 where it names no qop)."""
    ha2 = _md5(f"{method}:{told.get('uri', '')}")
    if not told.get("qop"):
        return _md5(f"{ha1}:{told.get('nonce', '')}:{ha2}")
    middle = ":".join(told.get(key, "") for key in ("nonce", "nc", "cnonce", "qop"))
    return _md5(f"{ha1}:{middle}:{ha2}")


def _basic(told: str, at: datetime) -> Device | None:
    try:
        login, _colon, key = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return devices.by_password(login, key, at)


def _digest(request: HttpRequest, header: str, at: datetime) -> tuple[Device | None, bool]:
    """(the telephone, whether only its nonce is too old)."""
    told = {key: quoted or plain for key, quoted, plain in _PAIR.findall(header)}
    found = devices.by_login(told.get("username", ""), at)
    known = devices.ha1(found) if found else devices.digest_of("", "")
    right = constant_time_compare(told.get("response", ""), response(known, request.method or "", told))
    if (
        not found
        or not right
        or told.get("uri") not in (request.get_full_path(), request.build_absolute_uri())
    ):
        return None, False
    age = _age(told.get("nonce", ""), at)
    if age is None or told.get("qop", "auth") != "auth":
        return None, False
    return (found, False) if age <= NONCE_SECONDS else (None, True)


def _age(told: str, at: datetime) -> int | None:
    """Seconds since a nonce was made, None for one that is not ours."""
    moment, _dot, signed = told.partition(".")
    if not constant_time_compare(signed, _signed(moment)):
        return None
    return int(at.timestamp()) - int(moment, 16)


def _signed(moment: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"openrosa|{moment}".encode(), hashlib.sha256).hexdigest()[
        :32
    ]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
