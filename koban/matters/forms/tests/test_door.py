"""The door for telephones, as OpenRosa 1.0 has it."""

import base64
import hashlib
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from koban.kernel.access import devices
from koban.kernel.stations.models import Station
from koban.matters.forms import knocking, posting, publishing, xlsforms
from koban.matters.forms.models import Submission
from koban.matters.forms.tests.conftest import NOON
from koban.matters.forms.tests.samples import answered, picture
from koban.matters.forms.tests.samples import stairs as another
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Asset

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        yield


def basic(login: str, key: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{login}:{key}".encode()).decode()}


def signed(told: dict[str, str], **more: Any) -> Client:
    """A client that sends these headers each time."""
    made: Any = Client
    client: Client = made(**told, **more)
    return client


@pytest.fixture
def collect(phone):
    """A client with the telephone's key, over HTTPS."""
    device, key = phone
    return signed(basic(device.login, key), headers={"Accept-Language": "en"})


def get(client, path, **more):
    return client.get(f"/openrosa/lamp/{path}", secure=True, **more)


def post(client, xml=None, *, secure=True, **files):
    parts = {"xml_submission_file": xml_part(xml)} if xml is not None else {}
    return client.post("/openrosa/lamp/submission", parts | files, secure=secure)


def xml_part(content: bytes):
    return SimpleUploadedFile("submission.xml", content, "text/xml")


def test_the_list_has_what_is_out_and_says_it_did_not_change(collect, stairs):
    answer = get(collect, "formList")
    assert (answer.status_code, answer["Content-Type"], answer["X-OpenRosa-Version"]) == (
        200,
        "text/xml; charset=utf-8",
        "1.0",
    )
    assert answer["Date"]
    (form,) = fromstring(answer.content)
    told = {node.tag.removeprefix(LIST): node.text for node in form}
    assert set(told) == {"formID", "name", "version", "hash", "downloadUrl"}
    assert (told["formID"], told["version"], told["hash"]) == ("stairs", "1", "md5:" + "0" * 32)
    assert get(collect, "formList", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert len(fromstring(get(collect, "formList?formID=other").content)) == 0
    assert b"descriptionText" in get(collect, "formList?verbose=true").content
    assert urlsplit(told["downloadUrl"]).scheme == "https"


def test_the_list_asks_the_same_number_of_questions_for_many_forms(
    collect, stairs, django_assert_num_queries
):
    for number in range(5):
        another(form_id=f"stairs{number}")
    with django_assert_num_queries(4):
        assert get(collect, "formList").content.count(b"<xform>") == 6


def test_no_key_no_list(stairs, office, phone, client):
    answer = client.get("/openrosa/lamp/formList", secure=True)
    assert answer.status_code == 401
    assert "Digest" in answer["WWW-Authenticate"]
    assert "Basic" in answer["WWW-Authenticate"]
    assert "Basic" not in client.get("/openrosa/lamp/formList")["WWW-Authenticate"]
    assert b"OpenRosaResponse" in answer.content


def test_a_key_in_the_clear_opens_nothing(phone, stairs):
    device, key = phone
    assert signed(basic(device.login, key)).get("/openrosa/lamp/formList").status_code == 401


def test_a_telephone_of_another_office_a_lost_one_and_one_after_its_shift_stay_out(
    collect, phone, team, stairs
):
    Station.objects.create(code="hill", name="hill", kind="office", path="hill/")
    assert collect.get("/openrosa/hill/formList", secure=True).status_code == 401
    with time_machine.travel(NOON + timedelta(hours=13), tick=False):
        assert get(collect, "formList").status_code == 401


def test_a_lost_telephone_is_out_at_once(collect, phone, team, stairs):
    assert get(collect, "formList").status_code == 200
    devices.lose(phone[0], by=team.li, at=NOON)
    assert get(collect, "formList").status_code == 401


def test_guessing_is_slowed(phone, stairs):
    wrong = signed(basic(phone[0].login, "wrong"))
    told = [get(wrong, "formList").status_code for _turn in range(31)]
    assert (set(told[:30]), told[30]) == ({401}, 429)


def digest(client, phone, method, path, *, nonce="", wrong=""):
    device, key = phone
    first = client.generic(method, path)
    told = dict(re.findall(r'(\w+)="?([^",]+)', first["WWW-Authenticate"]))
    told |= {"nc": "00000001", "cnonce": "0a4f113b", "uri": path, "nonce": nonce or told["nonce"]}
    ha1 = hashlib.md5(f"{device.login}:{told['realm']}:{key}{wrong}".encode()).hexdigest()
    ha2 = hashlib.md5(f"{method}:{path}".encode()).hexdigest()
    answer = hashlib.md5(
        f"{ha1}:{told['nonce']}:{told['nc']}:{told['cnonce']}:auth:{ha2}".encode()
    ).hexdigest()
    return (f'Digest username="{device.login}", realm="{told["realm"]}", nonce="{told["nonce"]}", uri="{path}", qop=auth, '
            f'nc={told["nc"]}, cnonce="{told["cnonce"]}", response="{answer}", algorithm=MD5')  # fmt: skip


def test_digest_opens_without_sending_the_key(client, phone, stairs):
    path = "/openrosa/lamp/formList"
    right, wrong = (digest(client, phone, "GET", path, wrong=more) for more in ("", "x"))
    assert client.get(path, headers={"Authorization": right}).status_code == 200
    assert client.get(path, headers={"Authorization": wrong}).status_code == 401
    assert client.get(path + "?formID=stairs", headers={"Authorization": right}).status_code == 401
    old = digest(client, phone, "GET", path, nonce=knocking.nonce(NOON - timedelta(hours=1)))
    assert "stale=true" in client.get(path, headers={"Authorization": old})["WWW-Authenticate"]
    forged = digest(client, phone, "GET", path, nonce="ffffff.00")
    assert client.get(path, headers={"Authorization": forged}).status_code == 401


def test_digest_answers_as_the_standard_computes_it():
    told = {
        "uri": "/dir/index.html",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "nc": "00000001",
        "cnonce": "0a4f113b",
        "qop": "auth",
    }
    ha1 = hashlib.md5(b"Mufasa:testrealm@host.com:Circle Of Life").hexdigest()
    assert knocking.response(ha1, "GET", told) == "6629fae49393a05397450978507c4ef1"


def test_a_submission_knocks_first(collect, stairs):
    answer = collect.head("/openrosa/lamp/submission", secure=True)
    assert (answer.status_code, answer["X-OpenRosa-Accept-Content-Length"]) == (204, str(posting.MOST_BYTES))
    assert answer["Location"].startswith("https://")
    assert get(collect, "submission").status_code == 405


def test_a_submission_lands_in_parts_and_once(collect, stairs):
    xml = answered(photo="a.jpg", second="b.jpg")
    first = post(collect, xml, **{"a.jpg": picture(), "*isIncomplete*": "yes"})
    assert (first.status_code, b"b.jpg" in first.content) == (202, True)
    second = post(collect, xml, **{"b.jpg": picture("b.jpg")})
    again = post(collect, xml, **{"b.jpg": picture("b.jpg")})
    assert (second.status_code, again.status_code) == (201, 201)
    assert (Submission.objects.count(), Submission.objects.get().files.count()) == (1, 2)
    assert fromstring(second.content).tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    assert Submission.objects.get().device.name == "phone 3"


@pytest.mark.parametrize("xml, status", [
    (answered(form="other"), 404),
    (answered(version="7"), 404),
    (answered()[:-4], 400),
    (b"<!DOCTYPE d [<!ENTITY a 'a'>]><d>&a;</d>", 400),
    (None, 400),
])  # fmt: skip
def test_what_cannot_be_stored_is_answered_and_not_stored(xml, status, collect, stairs):
    answer = post(collect, xml)
    assert (answer.status_code, b"<message" in answer.content) == (status, True)
    assert not Submission.objects.exists()


def test_other_answers_under_the_same_name_conflict(collect, stairs):
    assert post(collect, answered(lamp="on")).status_code == 201
    assert post(collect, answered(lamp="off")).status_code == 409


BOUNDARY = "--cut"
BODY = (
    b'----cut\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n'
    b"Content-Type: text/xml\r\n\r\n" + answered(lamp="on") + b"\r\n----cut--\r\n"
)  # fmt: skip


def raw(client, body, **told):
    kind = "multipart/form-data; boundary=--cut"
    around = {"wsgi.input": io.BytesIO(body)} | told
    return client.generic("POST", "/openrosa/lamp/submission", body, kind, secure=True, **around)


def test_a_body_that_was_cut_off_is_not_taken_for_whole(collect, stairs):
    assert raw(collect, BODY[:-30], CONTENT_LENGTH=str(len(BODY))).status_code == 400
    assert not Submission.objects.exists()
    assert raw(collect, BODY).status_code == 201


def test_a_body_in_pieces_has_no_length_and_is_taken(collect, stairs):
    assert raw(collect, BODY, CONTENT_LENGTH="").status_code == 201


def test_ten_gigabytes_are_stopped_before_they_are_read(collect, stairs):
    assert raw(collect, BODY, CONTENT_LENGTH=str(10_000_000_000)).status_code == 413


def test_pieces_without_an_end_are_stopped(collect, stairs, monkeypatch):
    monkeypatch.setattr(posting, "MOST_BYTES", 200)
    assert raw(collect, BODY, CONTENT_LENGTH="").status_code == 413


@pytest.fixture
def listed(office, team):
    """A published form with a picture and a list of assets, and one lamp."""
    lamp = unit_actions.add_asset(
        Asset(kind="street_lamp", code="L-1", lon=24.94, lat=60.17), by=team.li, at=NOON
    )
    told = {
        "survey": [
            {"type": "select_one_from_file assets.csv", "name": "lamp", "label": "Lamp"},
            {"type": "note", "name": "n", "label": "Look", "media::image": "look.png"},
        ],
        "settings": [{"form_id": "lamps", "version": "2"}],
    }
    form = publishing.add(xlsforms.build(told), by=team.li, at=NOON, media={"look.png": b"\x89PNG\r\n\x1a\n"})
    return publishing.publish(form, by=team.li, at=NOON), lamp


def test_the_manifest_names_files_and_lists(collect, listed, team):
    form, lamp = listed
    (told,) = fromstring(get(collect, "formList").content)
    where = urlsplit(told.find(f"{LIST}manifestUrl").text).path
    files = {
        file.find(f"{MANIFEST}filename").text: file
        for file in fromstring(collect.get(where, secure=True).content)
    }
    assert set(files) == {"look.png", "assets.csv"}
    assert files["assets.csv"].get("type") == "entityList"
    for file in files.values():
        answer = collect.get(urlsplit(file.find(f"{MANIFEST}downloadUrl").text).path, secure=True)
        assert file.find(f"{MANIFEST}hash").text == "md5:" + hashlib.md5(answer.content).hexdigest()
    answer = get(collect, "lists/assets.csv")
    rows = answer.content.decode().splitlines()
    assert rows[0].startswith("name,label,__version")
    assert rows[1].startswith(f"{lamp.pk},")
    xml = collect.get(urlsplit(told.find(f"{LIST}downloadUrl").text).path, secure=True)
    assert hashlib.md5(xml.content).hexdigest() == form.hash


def test_a_list_says_what_is_gone(collect, listed):
    _form, lamp = listed
    gone = uuid4()
    told = fromstring(get(collect, f"lists/assets/integrity?id={lamp.pk},{gone},nonsense").content)
    assert {one.get("id"): one.find("deleted").text for one in told.iter("entity")} == {
        str(lamp.pk): "false",
        str(gone): "true",
    }
    assert get(collect, "lists/persons.csv").status_code == 404


def test_a_draft_goes_out_to_nobody(collect, team, office):
    form = publishing.add(
        xlsforms.build({"survey": [{"type": "text", "name": "a", "label": "A"}]}), by=team.li, at=NOON
    )
    assert get(collect, f"forms/{form.pk}/form.xml").status_code == 404
