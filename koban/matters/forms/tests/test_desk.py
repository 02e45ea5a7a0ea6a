"""Forms at the desk: added with their mistakes told, published, filled in, read, settled, taken out."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from koban.kernel.access.models import Device
from koban.kernel.access.testing import sign_in
from koban.kernel.ledger import reading
from koban.lib import tables
from koban.lib import workbook as books
from koban.lib.errors import Refused
from koban.matters.forms import actions, drawing, lists, publishing, receiving, registers, xlsforms
from koban.matters.forms.models import EntityUpdate, Form, Submission
from koban.matters.forms.tests.conftest import NOON
from koban.matters.forms.tests.samples import answered, picture
from koban.matters.forms.tests.test_xlsforms import REAL, sheets, workbook
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Asset


@pytest.fixture
def li(team):
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, team.accounts["li"])
    return client


@pytest.fixture
def aux(team):
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, team.accounts["aux"])
    return client


def send(client, address, *args, **told):
    return client.post(reverse(f"forms:{address}", args=args), {"key": str(uuid4())} | told)


def book(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("f.xlsx", workbook(sheets(*rows)))


def test_a_form_is_added_seen_published_and_closed(li, office):
    there = send(li, "new", workbook=book(("text", "a", "How is it?")))
    form = Form.objects.get()
    assert there.url == reverse("forms:detail", args=[form.pk])
    page = li.get(there.url)
    assert (form.state, "How is it?" in page.content.decode(), b"does not speak" in page.content) == (
        "draft",
        True,
        True,
    )
    for step, state in (("publish", "open"), ("close", "closed")):
        send(li, "act", form.pk, step)
        assert Form.objects.get().state == state
    assert li.get(reverse("forms:list")).status_code == 200
    assert li.get(reverse("forms:workbook", args=[form.pk])).content[:2] == b"PK"


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_kept(li, office):
    answer = send(li, "new", workbook=book(("text", "a", "A"), ("text", "b", "B", {"relevant": "${c} = 1"})))
    assert answer.status_code == 422
    assert "survey, row 3, column relevant" in answer.content.decode()
    assert not Form.objects.exists()


def test_an_auxiliary_fills_in_and_does_not_publish(aux, li, office):
    send(li, "new", workbook=book(("text", "a", "A")))
    form = Form.objects.get()
    assert send(aux, "act", form.pk, "publish").status_code == 403
    send(li, "act", form.pk, "publish")
    xml = answered(form="f", a="good")
    sent = SimpleUploadedFile("s.xml", xml, "text/xml")
    answer = aux.post(reverse("forms:fill", args=[form.pk]), {"xml_submission_file": sent})
    assert answer.status_code == 201
    page = aux.get(json.loads(answer.content)["url"])
    assert "good" in page.content.decode()
    assert [entry.verb for entry in reading.latest(1)] == ["forms.look"]


def test_a_new_version_goes_out_in_place_of_the_old_one(team, office):
    def made(version):
        told = {**sheets(("text", "a", f"A{version}")), "settings": [{"form_id": "f", "version": version}]}
        return publishing.publish(
            publishing.add(xlsforms.build(told), by=team.li, at=NOON), by=team.li, at=NOON
        )

    made("1"), made("2")
    assert [form.version for form in Form.objects.published()] == ["2"]
    with pytest.raises(Refused, match="other content"):
        publishing.add(xlsforms.build({**sheets(("text", "b", "B")), "settings": [{"form_id": "f", "version": "2"}]}),
                       by=team.li, at=NOON)  # fmt: skip


def test_a_form_waits_for_the_files_that_it_shows(li, team, office):
    rows = [{"type": "note", "name": "n", "label": "Look", "media::image": "a.png"}]
    form = publishing.add(xlsforms.build({"survey": rows}), by=team.li, at=NOON)
    assert send(li, "act", form.pk, "publish").status_code == 422
    send(li, "add_media", form.pk, media=SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n"))
    send(li, "act", form.pk, "publish")
    assert Form.objects.get().is_open
    html = json.loads(li.get(reverse("forms:engine", args=[form.pk])).content)["html"]
    assert f"/desk/forms/files/{form.media.get().pk}/a.png" in html


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_forms_are_drawn_without_inline_style_or_script(path):
    read = xlsforms.read(path.read_bytes(), path.name)
    html, model = drawing.drawn(read.hash, read.xform)
    assert html.count("<form") == 1
    assert "<instance>" in model
    assert [each for each in (" style=", "<script", "javascript:", " onclick=") if each in html] == []


@pytest.fixture
def lamp(office, team):
    return unit_actions.add_asset(
        Asset(kind="street_lamp", code="L-1", lon=24.94, lat=60.17), by=team.li, at=NOON
    )


@pytest.fixture
def round_(team, lamp):
    rows = [
        {"type": "select_one_from_file assets.csv", "name": "lamp", "label": "Lamp"},
        {"type": "text", "name": "state", "label": "State", "save_to": "state"},
    ]
    told = {"survey": rows, "settings": [{"form_id": "round", "version": "1"}],
            "entities": [{"list_name": "assets", "entity_id": "${lamp}", "update_if": "true()"}]}  # fmt: skip
    return publishing.publish(publishing.add(xlsforms.build(told), by=team.li, at=NOON), by=team.li, at=NOON)


def told(team, lamp, state, base, number=1):
    entity = f'<entity dataset="assets" id="{lamp.pk}" update="1" baseVersion="{base}"/>'
    xml = (f'<data id="round" version="1"><lamp>{lamp.pk}</lamp><state>{state}</state>'
           f"<meta><instanceID>uuid:{number}</instanceID>{entity}</meta></data>")  # fmt: skip
    return actions.receive(receiving.read(xml.encode()), by=team.li, at=NOON).submission


def test_an_update_that_saw_the_newest_version_changes_the_register(team, lamp, round_):
    assert told(team, lamp, "faulty", 1).state == Submission.State.COMPLETE
    assert Asset.objects.get().state == "faulty"
    assert lists.version(lists.LISTS["assets"], lamp.pk) == 2
    assert f"{lamp.pk}," in lists.text(lists.LISTS["assets"])


def test_two_updates_from_one_version_stand_side_by_side_until_somebody_decides(li, team, lamp, round_):
    told(team, lamp, "faulty", 1)
    second = told(team, lamp, "out_of_use", 1, number=2)
    update = EntityUpdate.objects.get(submission=second)
    assert (second.state, update.state, update.seen) == (Submission.State.CONFLICT, "conflict", 2)
    assert Asset.objects.get().state == "faulty"
    page = li.get(reverse("forms:answers", args=[second.pk])).content.decode()
    assert "out_of_use" in page
    assert "faulty" in page
    send(li, "settle", second.pk, update.pk, "take")
    assert Asset.objects.get().state == "out_of_use"
    assert Submission.objects.get(pk=second.pk).state == Submission.State.COMPLETE


def test_what_does_not_fit_the_register_is_noted_and_changes_nothing(team, lamp, round_):
    row = told(team, lamp, "purple", 1)
    assert (row.state, EntityUpdate.objects.get().state, Asset.objects.get().state) == (
        "complete",
        "kept",
        "working",
    )
    assert registers.now(EntityUpdate.objects.get()) == {"state": "working"}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_answers_go_out_without_what_asks_for_a_person_and_without_formulas(kind, li, aux, stairs, team):
    stairs.fields = [*stairs.fields, {"path": "who", "type": "string", "personal": True}]
    Form.objects.filter(pk=stairs.pk).update(fields=stairs.fields)
    actions.receive(receiving.read(answered(lamp="=1+1", who="Invented Name")), by=team.li, at=NOON)
    url = reverse("forms:export", args=[stairs.pk]) + f"?export={kind}"
    assert aux.get(url).status_code == 403
    content = li.get(url).content
    if kind == "xlsx":
        text = json.dumps(dict(books.read(content)))
    else:
        text = content.decode("utf-8-sig")
    assert "Invented Name" not in text
    assert "=1+1" in text
    assert kind != "csv" or tables.harmless("=1+1") in text
    assert [entry.verb for entry in reading.latest(1)] == ["forms.export"]


def test_a_record_shows_its_files_and_a_look_is_a_page(li, team, stairs):
    incoming = receiving.read(answered(photo="a.jpg"), {"a.jpg": picture()})
    row = actions.receive(incoming, by=team.aux, at=NOON).submission
    page = li.get(reverse("forms:answers", args=[row.pk])).content.decode()
    url = reverse("forms:file", args=[row.pk, row.files.get().attachment_id, "view"])
    assert url in page
    assert b"".join(li.get(url).streaming_content)[:2] == b"\xff\xd8"
    assert [entry.verb for entry in reading.latest(1)] == ["files.look"]


def test_the_list_of_what_came_in_asks_the_same_for_many(li, team, stairs, django_assert_max_num_queries):
    for number in range(12):
        actions.receive(receiving.read(answered(f"uuid:{number}")), by=team.aux, at=NOON)
    with django_assert_max_num_queries(12):
        assert (
            li.get(reverse("forms:records") + "?form=stairs&state=complete").content.count(b"/desk/records/0")
            == 12
        )


def test_a_telephone_is_enrolled_at_the_desk_and_its_key_is_shown_once(aux, li, team):
    page = send(aux, "phones", name="phone 7", hours="8").content.decode()
    device = Device.objects.get()
    assert device.login in page
    assert device.login not in aux.get(reverse("forms:phones")).content.decode()
    send(li, "lost", device.pk)
    assert Device.objects.get().lost_at is not None
