"""Text messages over any HTTP gateway: its address, headers and the shape of its JSON are settings."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from koban.kernel.notices.undelivered import Undelivered
from koban.kernel.notices.wording import Message

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TRY_AGAIN = frozenset({408, 409, 425, 429})
BODY = {"to": "{to}", "text": "{text}", "id": "{id}"}


@dataclass(frozen=True, slots=True)
class Gateway:
    """url: https, or http on the loopback. hosts: the only hosts that a message may go to; a redirect is not followed.

    body: JSON in which {to}, {text} and {id} inside strings are filled in. timeout_s: seconds for each step.
    Every message carries `Idempotency-Key: <id>`.
    """

    url: str
    hosts: frozenset[str]
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=lambda: dict(BODY))
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.hostname not in self.hosts:
            raise ValueError(f"the gateway {parts.hostname} is not among the hosts that are allowed")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("a gateway is spoken to over https")

    @classmethod
    def from_settings(cls, told: Mapping[str, Any]) -> Self:
        """From KOBAN_SMS. Raises ValueError for an address that is not allowed, TypeError for a word that is not known."""
        return cls(**{**told, "hosts": frozenset(told.get("hosts", ()))})

    def carry(self, message: Message) -> None:
        """Send one message. Raises Undelivered with the gateway's status, never with its words."""
        status = self._status(
            json.dumps(_filled(self.body, message), ensure_ascii=False).encode(), message.id
        )
        if not 200 <= status < 300:
            raise Undelivered(f"http {status}", is_final=400 <= status < 500 and status not in TRY_AGAIN)

    def _status(self, body: bytes, message_id: str) -> int:
        connection = self._connection()
        headers = {"Content-Type": "application/json", **self.headers, "Idempotency-Key": message_id}
        parts = urlsplit(self.url)
        target = parts.path or "/"
        try:
            connection.request(
                self.method, f"{target}?{parts.query}" if parts.query else target, body, headers
            )
            return connection.getresponse().status
        except (http.client.HTTPException, OSError) as wrong:
            raise Undelivered(f"http {type(wrong).__name__}") from wrong
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, parts.port, timeout=self.timeout_s, context=context)
        return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_s)


def _filled(shape: Any, message: Message) -> Any:
    """`shape` with its places filled, value by value, so that no message can break out of its string."""
    match shape:
        case str():
            parts = {"{to}": message.to, "{text}": message.text.strip(), "{id}": message.id}
            return _replaced(shape, parts)
        case dict():
            return {key: _filled(value, message) for key, value in shape.items()}
        case list() | tuple():
            return [_filled(value, message) for value in shape]
    return shape


def _replaced(shape: str, parts: Mapping[str, str]) -> str:
    """One pass over the shape: what a message says is never looked at again for places."""
    for place, value in parts.items():
        head, found, tail = shape.partition(place)
        if found:
            return _replaced(head, parts) + value + _replaced(tail, parts)
    return shape
