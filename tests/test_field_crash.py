"""The power goes while a phone sends its photos: every acknowledged piece is there, and the sync goes on and ends."""

import hashlib
import http.client
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.support import postgres
from tests.support.office import Office
from tests.support.ports import until

pytestmark = pytest.mark.crash
PIECE = 6_000
SEED = """
import json
from django.test import Client
from django.utils import timezone
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.stations.models import Station
lamp = Station.objects.create(code="lamp", name="lamp", kind="office", path="lamp/", pack="demo", lon=24.94, lat=60.17)
zhao, client = make_account("zhao", role="auxiliary", station=lamp), Client()
sign_in(client, zhao)
with stations.scope(lamp.pk):
    told = actions.take(Report("noise", "phone", "loud"), by=actor_of(zhao), at=timezone.now(), station=lamp)
print(json.dumps([client.cookies["koban_session"].value, str(told.matter.pk)]))
"""
KEPT = """
import json
from koban.kernel import stations
from koban.desk.field.models import Entry, Awaited
from koban.kernel.files.models import Attachment
with stations.everywhere("compare after a crash"):
    files = sorted(Attachment.objects.values_list("sha256", flat=True))
    print(json.dumps([Entry.objects.count(), Awaited.objects.filter(attachment_id=None).count(), files]))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def lamp(request, tmp_path: Path, _migrated: Path) -> Iterator[Office]:
    if request.param == "sqlite":
        made: Office = request.getfixturevalue("office")
    else:
        made = Office(tmp_path / "var", KOBAN_DATABASE_URL=postgres.start())
        made.koban("migrate", "--quiet")
    yield made
    made.kill()


class Phone:
    """What the app does, with its outbox: entries first, then the pieces of photos from where the office has them."""

    def __init__(self, office: Office, session: str, matter: str) -> None:
        self.office, self.session, self.token, self.device = office, session, "", ""
        self.photos = [picture(n) for n in range(4)]
        self.entries = [
            {"id": str(uuid4()), "kind": "log", "at": "2026-01-01T00:00:00+00:00", "matter": matter,
             "body": {"text": f"entry {n}"}, "files": [{"sha256": name(photo), "name": f"{n}.jpg"}]}
            for n, photo in enumerate(self.photos)
        ]  # fmt: skip
        self.promised: dict[str, int] = {}  # hash -> bytes that were acknowledged

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=30)
        told = {"Cookie": f"koban_session={self.session}; koban_csrf={self.token}", "X-CSRFToken": self.token,
                "Koban-Device": self.device, "Accept": "application/json", **headers}  # fmt: skip
        line.request(method, f"/api/v1/field/{path}", body, told)
        answer = line.getresponse()
        raw, found = answer.read(), {key.lower(): value for key, value in answer.getheaders()}
        line.close()
        if made := re.search(r"koban_csrf=([^;]+)", found.get("set-cookie", "")):
            self.token = made[1]
        is_json = "json" in found.get("content-type", "")
        return answer.status, found, json.loads(raw) if raw and is_json else raw

    def take_out(self) -> None:
        self.ask("GET", "device")
        told = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        status, _headers, answer = self.ask("POST", "shift", b'{"name": "p"}', **told)
        assert status == 201, answer
        self.device = answer["device"]

    def sync(self) -> None:
        body = json.dumps({"now": "2026-01-01T00:00:00+00:00", "entries": self.entries}).encode()
        status, _headers, answer = self.ask("POST", "entries", body, **{"Content-Type": "application/json"})
        assert status == 207, answer
        assert {one["status"] for one in answer["entries"]} == {201}
        for photo in self.photos:
            self.upload(photo)

    def upload(self, photo: bytes) -> None:
        _status, headers, _body = self.ask("HEAD", f"files/{name(photo)}")
        at, is_whole = int(headers["upload-offset"]), headers["upload-complete"] == "?1"
        assert at >= self.promised.get(name(photo), 0)
        while not is_whole:
            path = f"files/{name(photo)}?offset={at}&size={len(photo)}"
            status, headers, answer = self.ask(
                "PUT", path, photo[at : at + PIECE], **{"Content-Type": "image/jpeg"}
            )
            assert status in (201, 202), answer
            at, is_whole = int(headers["upload-offset"]), status == 201
            self.promised[name(photo)] = at
        status, _headers, answer = self.ask(
            "PUT", f"files/{name(photo)}?offset={len(photo)}&size={len(photo)}"
        )
        assert status == 201, answer


def picture(seed: int) -> bytes:
    held = BytesIO()
    Image.frombytes("RGB", (200, 150), random.Random(seed).randbytes(90_000)).save(held, "JPEG", quality=90)
    return held.getvalue()


def name(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


def test_a_sync_that_is_killed_again_and_again_goes_on_where_it_was_and_ends(lamp):
    session, matter = json.loads(lamp.koban("manage", "shell", "--no-imports", "-c", SEED).stdout)
    phone, dice = Phone(lamp, session, matter), random.Random(5)
    lamp.start()
    phone.take_out()
    for _turn in range(3):
        cut_off(lamp, phone, pieces=2 + dice.randrange(3))
        lamp.start()
    phone.sync()
    lamp.stop()

    kept = json.loads(lamp.koban("manage", "shell", "--no-imports", "-c", KEPT).stdout)
    assert kept == [4, 0, sorted(map(name, phone.photos))]
    assert "in order" in lamp.koban("verify").stdout


def cut_off(office: Office, phone: Phone, pieces: int) -> None:
    """kill -9 after so many more acknowledged pieces; the app only notices that nobody answers."""
    enough = sum(phone.promised.values()) + PIECE * pieces
    sending = threading.Thread(target=tried, args=(phone,), daemon=True)
    sending.start()
    is_enough: Callable[[], bool] = lambda: not sending.is_alive() or sum(phone.promised.values()) >= enough  # noqa: E731
    until(is_enough, seconds=60, why="the phone sends nothing")
    office.kill()
    sending.join(60)


def tried(phone: Phone) -> None:
    with suppress(OSError, http.client.HTTPException):
        phone.sync()
