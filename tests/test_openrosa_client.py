"""An OpenRosa client of its own talks to a running office: Digest as ODK Collect does, multipart written by hand."""

import hashlib
import json
import random
import threading
from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest
import requests
from requests.auth import HTTPDigestAuth

from tests.house import LAMP
from tests.support.office import Office
from tests.support.ports import until

SEED = """
import json
from datetime import timedelta
from django.utils import timezone
from koban.kernel import stations
from koban.kernel.access import devices
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.stations.models import Station
from koban.matters.forms import publishing, xlsforms
lamp, now = Station.objects.get(code="lamp"), timezone.now()
li = make_account("li", role="officer", station=lamp, password="", badge="012345")
survey = [
    {"type": "text", "name": "lamp", "label": "Lamp"}, {"type": "image", "name": "photo", "label": "Photo"},
    {"type": "begin_repeat", "name": "floor", "label": "Floor"}, {"type": "text", "name": "door", "label": "Door"},
    {"type": "end_repeat"},
]
with stations.scope(lamp.pk):
    by = actor_of(li)
    read = xlsforms.build({"survey": survey, "settings": [{"form_id": "stairs", "version": "1"}]})
    publishing.publish(publishing.add(read, by=by, at=now), by=by, at=now)
    device, key = devices.enrol(li.posts.get(), "phone", ends_at=now + timedelta(hours=12), by=by, at=now)
print(json.dumps([device.login, key]))
"""
KEPT = """
import json
from koban.kernel import stations
from koban.matters.forms.models import Submission
with stations.everywhere("compare after a crash"):
    rows = Submission.objects.order_by("instance_id")
    print(json.dumps([[row.instance_id, row.state, row.answers.get("lamp", ""), row.files.count()] for row in rows]))
"""
LIST = "{http://openrosa.org/xforms/xformsList}"
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Collect:
    """As much of ODK Collect as sends and fetches. Raises requests.RequestException when the office is gone."""

    def __init__(self, office: Office, login: str, key: str) -> None:
        self.base = f"{office.url}/openrosa/lamp"
        self.line = requests.Session()
        self.line.auth = HTTPDigestAuth(login, key)
        self.line.headers["X-OpenRosa-Version"] = "1.0"

    def forms(self) -> dict[str, dict[str, str]]:
        answer = self.line.get(f"{self.base}/formList", timeout=30)
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        found = [
            {node.tag.removeprefix(LIST): node.text or "" for node in form}
            for form in ET.fromstring(answer.content)
        ]
        return {form["formID"]: form for form in found}

    def blank(self, form: dict[str, str]) -> ET.Element:
        """The empty answers of a form, as they stand in it."""
        content = self.line.get(form["downloadUrl"], timeout=30).content
        assert form["hash"] == "md5:" + hashlib.md5(content).hexdigest()
        instance = next(ET.fromstring(content).iter("{http://www.w3.org/2002/xforms}instance"))
        return next(iter(instance))

    def post(self, xml: bytes, files: dict[str, bytes], *, more: bool = False) -> requests.Response:
        edge = hashlib.sha256(xml).hexdigest()[:32]
        told = [("xml_submission_file", "submission.xml", "text/xml", xml)]
        told += [(name, name, "image/png", content) for name, content in files.items()]
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode()
            + content
            + b"\r\n"
            for part, name, kind, content in told
        )
        if more:
            body += (
                f'--{edge}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
            )
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.line.post(
            f"{self.base}/submission", body + f"--{edge}--\r\n".encode(), headers=kind, timeout=30
        )


def told(instance: str, lamp: str, photo: str = "") -> bytes:
    shown = f"<photo>{photo}</photo>" if photo else ""
    meta = f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta>"
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="stairs" version="1"><lamp>{lamp}</lamp>{shown}{meta}</data>'
    ).encode()


@pytest.fixture
def lamp(office: Office) -> tuple[Office, str, str]:
    office.koban("manage", "shell", "-c", LAMP)
    login, key = json.loads(office.koban("manage", "shell", "--no-imports", "-c", SEED).stdout)
    office.start()
    return office, login, key


def test_a_client_lists_fetches_fills_and_sends_in_parts(lamp):
    office, login, key = lamp
    phone = Collect(office, login, key)
    form = phone.forms()["stairs"]
    blank = phone.blank(form)
    assert (blank.get("id"), blank.get("version")) == ("stairs", "1")
    head = phone.line.head(f"{phone.base}/submission", timeout=30)
    assert (head.status_code, int(head.headers["X-OpenRosa-Accept-Content-Length"]) > 10_000_000) == (
        204,
        True,
    )
    xml = told("uuid:one", "out", "a.png")
    answers = [
        phone.post(xml, {}, more=True),
        phone.post(xml, {"a.png": PICTURE}),
        phone.post(xml, {"a.png": PICTURE}),
    ]
    assert [answer.status_code for answer in answers] == [202, 201, 201]
    pieces = phone.line.post(
        f"{phone.base}/submission",
        iter([b'--e\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n',
              b"Content-Type: text/xml\r\n\r\n", told("uuid:two", "on"), b"\r\n--e--\r\n"]),
        headers={"Content-Type": "multipart/form-data; boundary=e"}, timeout=30,
    )  # fmt: skip
    assert pieces.status_code == 201
    kept = json.loads(office.koban("manage", "shell", "--no-imports", "-c", KEPT).stdout)
    assert ["uuid:one", "complete", "out", 1] in kept
    wrong = Collect(office, login, key + "x")
    assert wrong.line.get(f"{wrong.base}/formList", timeout=30).status_code == 401


class Sender(threading.Thread):
    """Sends one record after the other until the line goes dead."""

    def __init__(self, phone: Collect, name: str) -> None:
        super().__init__(daemon=True)
        self.phone, self.called = phone, name
        self.sent: list[str] = []
        self.told: list[str] = []  # what was acknowledged

    def run(self) -> None:
        try:
            while True:
                record = f"uuid:{self.called}-{len(self.sent)}"
                self.sent.append(record)
                answer = self.phone.post(told(record, self.called, "a.png"), {"a.png": PICTURE})
                assert answer.status_code == 201, answer.text
                self.told.append(record)
        except requests.RequestException:
            self.phone.line.close()


@pytest.mark.crash
def test_a_killed_office_keeps_every_record_that_it_acknowledged_and_counts_none_twice(lamp):
    office, login, key = lamp
    senders = [Sender(Collect(office, login, key), f"s{number}") for number in range(3)]
    for sender in senders:
        sender.start()
    until(lambda: sum(len(one.told) for one in senders) >= 9, seconds=60, why="the office takes no records")
    threading.Event().wait(random.Random(7).random() * 0.2)
    office.kill()
    for sender in senders:
        sender.join(30)
    office.start()
    phone = Collect(office, login, key)
    for sender in senders:
        for record in sender.sent:
            assert phone.post(told(record, sender.called, "a.png"), {"a.png": PICTURE}).status_code == 201
    kept = json.loads(office.koban("manage", "shell", "--no-imports", "-c", KEPT).stdout)
    assert sorted(row[0] for row in kept) == sorted(record for sender in senders for record in sender.sent)
    assert {tuple(row[1:2] + row[3:]) for row in kept} == {("complete", 1)}
    assert "in order" in office.koban("verify").stdout
