"""What the tests of a running office share: an office with its team, and the door that other systems knock at."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.office import Office

LAMP = """
from koban.kernel.stations.models import Station
Station.objects.create(code="lamp", name="灯湖", name_en="Lamp Lake", kind="office", path="lamp/", lon=24.94, lat=60.17)
"""


def open_lamp(office: Office) -> str:
    """Found the one office "lamp" and return a key that may report to it, as an operator would give it."""
    office.koban("manage", "shell", "-c", LAMP)
    return office.koban(
        "key", "add", "--station", "lamp", "--action", "incidents.take", "city"
    ).stdout.strip()


class Door:
    """POST of Open311 over one kept connection. Raises OSError and HTTPException when the office is not there."""

    def __init__(self, url: str, key: str) -> None:
        self._at, self._key = urlsplit(url), key
        self._line = http.client.HTTPConnection(self._at.hostname or "", self._at.port, timeout=30)

    def report(self, once: str, **changes: str) -> tuple[int, Any]:
        """Status and answer of one report. once: its Idempotency-Key, also its description where none is given."""
        told = {
            "api_key": self._key,
            "service_code": "noise",
            "lat": "60.17",
            "long": "24.94",
            "description": once,
        }
        return self.send(
            "POST", "/open311/v2/requests.json", urlencode(told | changes), {"Idempotency-Key": once}
        )

    def send(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self._line.request(method, path, body or None, form | dict(headers or {}))
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read())

    def close(self) -> None:
        self._line.close()
