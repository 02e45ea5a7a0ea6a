"""An office with a team, and a phone that an auxiliary carries."""

import hashlib
import io
import json
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone as clock
from PIL import Image

from koban.desk.tests.conftest import (  # noqa: F401  the office of the desk's own tests
    browser_of,
    desk,
    lake,
    people,
    take,
    team,
    tree,
)
from koban.duties.incidents import actions as incidents
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import SYSTEM
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street


class Phone:
    """A phone with a session and a device of its own."""

    def __init__(self, account: Any, language: str = "en") -> None:
        self.account, self.client = account, browser_of(account, language)
        self.device = ""

    def take_out(self) -> "Phone":
        answer = self.client.post(
            "/api/v1/field/shift", {"name": "phone 3"}, content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert answer.status_code == 201, answer.content
        self.device = answer.json()["device"]
        return self

    def shift(self, **headers: str) -> Any:
        return self.client.get("/api/v1/field/shift", headers={"Koban-Device": self.device, **headers})

    def send(self, *entries: dict[str, Any], now: str = "") -> Any:
        body = json.dumps({"now": now or clock.now().isoformat(), "entries": entries})
        return self.client.post(
            "/api/v1/field/entries",
            body,
            content_type="application/json",
            headers={"Koban-Device": self.device},
        )

    def one(self, entry: dict[str, Any], now: str = "") -> tuple[int, dict[str, Any]]:
        answer = self.send(entry, now=now)
        return answer.status_code, answer.json()["entries"][0]

    def put(
        self, content: bytes, offset: int = 0, until: int | None = None, *, sha256: str = "", size: int = 0
    ) -> Any:
        name = sha256 or hashlib.sha256(content).hexdigest()
        return self.client.put(
            f"/api/v1/field/files/{name}?offset={offset}&size={size or len(content)}", content[offset:until],
            content_type="image/jpeg", headers={"Koban-Device": self.device},
        )  # fmt: skip

    def reached(self, sha256: str) -> tuple[int, bool]:
        answer = self.client.head(f"/api/v1/field/files/{sha256}", headers={"Koban-Device": self.device})
        return int(answer["Upload-Offset"]), answer["Upload-Complete"] == "?1"


@pytest.fixture
def address(lake):  # noqa: F811
    """A door that stands in the ledger, so that the whole ledger can be verified."""
    by, at = SYSTEM, clock.now()
    street = Street(name="灯湖路", name_en="Lamp Lake Road")
    door = premises.prepared(Address(street=street, door="5", lon=120.1501, lat=30.2502))
    premises.enter([street, door], by=by, at=at)
    return door


@pytest.fixture
def phone(people: SimpleNamespace) -> Phone:  # noqa: F811
    return Phone(people.zhao).take_out()


@pytest.fixture
def other(people: SimpleNamespace) -> Phone:  # noqa: F811
    return Phone(people.qian).take_out()


@pytest.fixture
def task(take, team, people):  # noqa: F811
    """A report to which zhao was sent, as zhao has it on the phone: dispatched."""
    matter = take("noise", summary="Loud music in the yard")
    by, at = actor_of(people.li), clock.now()
    incidents.triage(matter, "noise", {}, by=by, at=at)
    incidents.dispatch(matter, [people.zhao.posts.get()], by=by, at=at)
    matter.refresh_from_db()
    return matter


def entry(kind: str, matter: Any = None, **told: Any) -> dict[str, Any]:
    """An entry as the phone writes it; `body` holds what is not a field of the entry itself."""
    made = {"id": str(uuid4()), "kind": kind, "at": clock.now().isoformat(), "body": told.pop("body", {})}
    if matter is not None:
        made["matter"] = str(matter.pk)
    return made | told


def picture(colour: int = 90, size: tuple[int, int] = (640, 480)) -> bytes:
    held = io.BytesIO()
    Image.effect_noise(size, colour).convert("RGB").save(held, "JPEG", quality=80)
    return held.getvalue()


def told_of(content: bytes, **more: Any) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "name": f"{hashlib.sha256(content).hexdigest()[:8]}.jpg",
            "at": clock.now().isoformat(), **more}  # fmt: skip
