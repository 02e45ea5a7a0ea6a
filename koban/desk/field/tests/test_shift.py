"""What goes out with a phone, for how long, and how a lost one is shut out."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone as clock

from koban.desk.field import phones
from koban.desk.field.tests.conftest import Phone, entry
from koban.duties.incidents.models import SceneEntry
from koban.kernel.access.models import Device
from koban.kernel.access.testing import actor_of, sign_in
from koban.kernel.ledger import reading
from koban.matters.forms.models import Form, Submission
from koban.matters.looks import sealed_party
from koban.matters.models import Party
from koban.registers.roster import actions as roster

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Stairs</h:title>
<model><instance><data id="stairs" version="1"><seen/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/seen" type="string"/></model></h:head>
<h:body><input ref="/data/seen"><label>What is there?</label></input></h:body></h:html>"""


def test_the_package_holds_the_tasks_of_this_post_alone(phone, other, task, lake):
    told = phone.shift().json()
    assert [one["id"] for one in told["tasks"]] == [str(task.pk)]
    assert told["office"]["tz"] == lake.tz  # its terms are told by its clock
    found = told["tasks"][0]
    assert (found["state"], found["title"]["en"], found["summary"]) == (
        "dispatched",
        "Noise",
        "Loud music in the yard",
    )
    assert found["title"]["zh-hans"] != found["title"]["en"]
    assert [step["key"] for step in found["steps"]] == ["accept", "arrive", "free"]
    assert other.shift().json()["tasks"] == []


def test_no_name_and_no_number_of_a_person_goes_out(phone, task, lake):
    party = Party(matter=task, role=Party.Role.REPORTER)
    sealed_party(party, name="Zhao Yun", phone="13900000000", email="").save()
    body = phone.shift().content.decode()
    assert "Zhao Yun" not in body
    assert "13900000000" not in body


def test_taking_tasks_along_is_paged_and_the_same_package_is_not_sent_twice(phone, task, lake):
    first = phone.shift()
    assert first["Cache-Control"] == "no-store"
    page = reading.latest(1)[0]
    assert (page.verb, page.facts["tasks"]) == ("field.load", [str(task.pk)])
    again = phone.shift(**{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reading.latest(1)[0].pk == page.pk


def test_the_package_checks_papers_without_a_network(phone, lake):
    papers = phone.shift().json()["papers"]
    assert papers["jwks"]["keys"][0]["crv"] == "Ed25519"
    assert papers["kinds"]


def test_the_package_asks_a_fixed_number_of_questions(
    phone, task, take, lake, people, django_assert_max_num_queries
):
    with django_assert_max_num_queries(45):
        assert phone.shift().status_code == 200


def test_a_phone_is_taken_out_until_the_shift_ends_and_twelve_hours_at_most(people, lake):
    now, post = clock.now(), people.zhao.posts.get()
    by = actor_of(people.zhao)
    assert phones.take_out("a", by=by, at=now, station=lake).ends_at == now + timedelta(hours=12)
    roster.enter_shift(
        post, now - timedelta(hours=1), now + timedelta(hours=4), by=actor_of(people.li), at=now
    )
    assert phones.take_out("b", by=by, at=now, station=lake).ends_at == now + timedelta(hours=4)


def later(phone, **hours):
    Device.objects.filter(pk=phone.device).update(
        made_at=clock.now() - timedelta(hours=100), ends_at=clock.now() - timedelta(**hours)
    )


def test_after_the_shift_nothing_goes_out_but_what_was_written_still_comes_in(phone, task):
    later(phone, hours=40)
    answer = phone.shift()
    assert (answer.status_code, answer["Koban-Wipe"]) == (410, "shift")
    assert phone.one(entry("log", task, body={"text": "late"}))[0] == 201
    later(phone, hours=49)
    answer = phone.send(entry("log", task, body={"text": "too late"}))
    assert (answer.status_code, answer["Koban-Wipe"]) == (410, "shift")


def test_ending_the_shift_on_the_phone_ends_it_here(phone, lake):
    answer = phone.client.delete("/api/v1/field/shift", headers={"Koban-Device": phone.device})
    assert answer.status_code == 204
    assert phone.shift().status_code in (200, 410)
    assert Device.objects.get(pk=phone.device).ends_at <= clock.now() + timedelta(seconds=1)
    assert reading.latest(1)[0].verb in ("field.end", "field.load")


def lose(client, device):
    return client.post(f"/desk/field/{device}/lost/", {"key": str(uuid4())})


def test_a_lost_phone_is_shut_out_at_once_with_every_session_of_its_carrier(phone, desk, task, lake):
    assert lose(desk, phone.device).status_code == 302
    for answer in (phone.shift(), phone.send(entry("log", task, body={"text": "thief"}))):
        assert answer.status_code == 401
    told = phone.client.get("/api/v1/field/device", headers={"Koban-Device": phone.device})
    assert (told.status_code, told["Koban-Wipe"]) == (410, "all")
    assert SceneEntry.objects.count() == 0


def test_who_signs_in_again_on_a_lost_phone_is_told_to_wipe_it(phone, desk, lake):
    lose(desk, phone.device)
    phone.account.refresh_from_db()
    sign_in(phone.client, phone.account)
    answer = phone.shift()
    assert (answer.status_code, answer["Koban-Wipe"]) == (410, "all")


def test_an_auxiliary_reports_the_own_phone_and_no_other(phone, other, lake):
    assert lose(phone.client, other.device).status_code == 403
    assert lose(phone.client, phone.device).status_code == 302


def test_a_phone_of_another_office_is_absent(desk, people, lake):
    stranger = Phone(people.wang).take_out()
    assert lose(desk, stranger.device).status_code == 404


@pytest.mark.parametrize("device", ["", "x", "0190f1c2-0000-7000-8000-000000000001"])
def test_without_a_phone_of_ones_own_nothing_is_answered(phone, device):
    phone.device = device
    assert phone.shift().status_code == 410
    assert phone.send(entry("sos")).status_code == 410


def test_one_phone_does_not_work_for_another_post(phone, other):
    phone.device = other.device
    assert phone.shift().status_code == 410


def test_the_page_of_phones_shows_who_is_out(phone, desk, task, lake, django_assert_max_num_queries):
    phone.one(entry("log", task, body={"text": "x"}))
    with django_assert_max_num_queries(14):
        page = desk.get("/desk/field/").content.decode()
    assert "phone 3" in page
    assert "Report lost" in page


def test_the_app_holds_nothing_and_says_what_it_keeps(client, tree):
    page = client.get("/field/", headers={"accept-language": "en"})
    assert "geolocation=(self)" in page["Permissions-Policy"]
    assert "manifest.webmanifest" in page.content.decode()
    worker = client.get("/field/sw.js")
    assert worker["Service-Worker-Allowed"] == "/field/"
    told = json.loads(worker.content.decode().split("const TOLD = ")[1].split(";\n")[0])
    assert any(
        address.endswith("field/js/app.js") and tag.startswith("sha256-") for address, tag in told["shell"]
    )
    manifest = client.get("/field/manifest.webmanifest", headers={"accept-language": "zh-CN"}).json()
    assert (manifest["scope"], manifest["display"], len(manifest["icons"])) == ("/field/", "standalone", 3)


def test_a_house_without_a_map_says_so(client, tree):
    assert client.get("/field/map/lake.pmtiles").status_code == 404


def test_a_form_goes_out_as_the_engine_draws_it_and_comes_back_once(phone, lake):
    form = Form.objects.create(
        form_id="stairs", version="1", title="Stairs", hash="a" * 32, xform=XFORM, is_open=True, made_at=clock.now(),
        made_by="001", published_at=clock.now(), fields=[{"path": "seen", "type": "text", "label": {}}],
    )  # fmt: skip
    told = phone.shift().json()["forms"][0]
    assert (told["id"], told["form_id"]) == (str(form.pk), "stairs")
    drawn = phone.client.get(
        f"/api/v1/field/forms/{told['hash']}", headers={"Koban-Device": phone.device}
    ).json()
    assert "<form" in drawn["html"]
    xml = '<data id="stairs" version="1"><seen>bicycles</seen><meta><instanceID>uuid:1</instanceID></meta></data>'
    sent = entry("form", body={"form_id": "stairs", "version": "1", "xml": xml})
    assert [phone.one(sent)[0] for _turn in range(2)] == [201, 201]
    row = Submission.objects.get()
    assert (row.answers, str(row.device_id)) == (
        {"seen": "bicycles"},
        phone.device,
    )
