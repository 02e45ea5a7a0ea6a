"""A report from the street to its receipt, without a script, in both languages, also where something is mistyped."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from koban.desk.public.tests.pages import follow, form_in, press, receipt_in, report
from koban.duties.incidents.models import Incident
from koban.duties.incidents.types import CATALOGUE
from koban.kernel import stations
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import reading
from koban.kernel.notices.models import Notice
from koban.kernel.notices.outbox import message_of
from koban.kernel.stations import vault
from koban.matters.models import Matter, Party

PATH = "/o/lake/report/"


def photo(name="door.jpg", colour="red"):
    made = BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


# The way


@pytest.mark.parametrize("language, words", [("en", "Where is it?"), ("zh-CN", "在哪里？")])
def test_a_resident_reports_step_by_step_without_a_script(office, address, language, words):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    page = client.get(PATH, {"kind": "report"})
    page = client.post(PATH, form_in(page, id="report") | {"words": "noise, every night", "go": "what"})
    assert 'value="noise"' in page.content.decode()
    page = press(client, PATH, page, choose="noise")
    page = press(client, PATH, page, go="tell", ask_going_on="yes")
    assert words in page.content.decode()
    assert "noise, every night" in page.content.decode()
    page = press(client, PATH, page, find="1", place="灯湖路 12")
    page = press(
        client, PATH, page, go="check", address=str(address.pk), reply_by="phone", phone="138 0013 8000"
    )
    assert page.status_code == 200
    done = press(client, PATH, page, go="send")
    assert done.status_code == 201
    number, secret = receipt_in(done)
    matter = Matter.objects.get()
    assert (matter.printed, matter.type, matter.address_id) == (number, "noise", address.pk)
    assert matter.language == ("en" if language == "en" else "zh-hans")
    assert Incident.objects.get().answers == {"going_on": "yes"}
    assert vault.unseal(Party.objects.get(), "phone") == "+8613800138000"
    assert follow(client, number, secret).status_code == 302


@pytest.mark.parametrize("kind, other", [("report", "help"), ("help", "report")])
def test_the_two_kinds_are_offered_apart(visitor, kind, other):
    page = visitor.get(PATH, {"kind": kind}).content.decode()
    assert all(f'value="{type_.code}"' in page for type_ in CATALOGUE.of_kind(kind))
    assert not any(f'value="{type_.code}"' in page for type_ in CATALOGUE.of_kind(other))
    assert f"?kind={other}" in page


@pytest.mark.parametrize("code", sorted(CATALOGUE.types))
def test_every_type_can_be_reported_without_a_name(visitor, code):
    assert report(visitor, code=code).status_code == 201
    assert Party.objects.get().is_anonymous


def test_the_code_at_a_door_fills_in_the_place(visitor, address):
    path = f"/o/lake/report/at/{address.plate}/"
    page = visitor.get(path)
    assert "12 Lantern Road" in page.content.decode()
    for pressed in (
        {"choose": "facility"},
        {"go": "tell"},
        {"go": "check", "summary": "The lamp", "reply_by": "page"},
    ):
        page = press(visitor, path, page, **pressed)
        assert page.status_code == 200
    assert press(visitor, path, page, go="send").status_code == 201
    matter = Matter.objects.get()
    assert (matter.address_id, matter.incidents.get().channel) == (address.pk, "plate")


def test_the_code_of_another_office_opens_nothing(visitor, address):
    assert visitor.get(f"/o/hill/report/at/{address.plate}/").status_code == 404
    assert visitor.get("/o/lake/report/at/NOSUCHPLATE/").status_code == 404


def test_a_point_of_the_map_is_place_enough(visitor, address):
    assert report(visitor, place="", lon="120.1511", lat="30.2511").status_code == 201
    assert Matter.objects.get().address_id == address.pk


def test_going_back_loses_nothing(visitor):
    page = report(
        visitor, go="check", summary="Loud <music>", name="欧阳·古丽", reply_by="email", email="a@example.org"
    )
    back = press(visitor, PATH, page, go="tell").content.decode()
    assert "Loud &lt;music&gt;" in back
    assert "欧阳·古丽" in back
    assert "a@example.org" in back


def test_changing_the_language_on_the_way_loses_nothing(visitor):
    page = report(visitor, go="tell", summary="Loud music")
    there = press(visitor, PATH, page, language="zh-hans")
    assert there.cookies["koban_language"].value == "zh-hans"
    assert "请告诉我们" in there.content.decode()
    assert "Loud music" in there.content.decode()


# What saves lives


@pytest.mark.parametrize("step", ["tell", "check"])
def test_an_answer_that_means_danger_says_at_once_what_to_do(visitor, step):
    calm = report(visitor, code="medical", go=step).content.decode()
    told = report(visitor, code="medical", go=step, ask_not_breathing="yes").content.decode()
    prompt = CATALOGUE.prompts["cpr"]
    assert prompt.lines[1] not in calm
    assert prompt.lines[1] in told
    assert 'href="tel:120"' in told


def test_the_questions_carry_what_is_said_after_each_answer(visitor):
    page = report(visitor, code="medical", go="ask").content.decode()
    for key in ("cpr", "bleeding", "choking"):
        assert CATALOGUE.prompts[key].lines[0] in page
    assert "ask-said ask-yes" in page


def test_the_emergency_numbers_come_before_everything(visitor):
    page = visitor.get(PATH).content.decode()
    assert page.index("tel:110") < page.index("<form id=")


def test_whoever_is_in_danger_need_not_write_a_word(visitor):
    assert report(visitor, code="sos", summary="", place="the old mill").status_code == 201


# What is mistyped


@pytest.mark.parametrize("change, says", [
    ({"code": "murder"}, "Choose what it is about."),
    ({"code": ""}, "Choose what it is about."),
    ({"ask_going_on": "perhaps"}, "valid choice"),
    ({"summary": ""}, "a few words are enough"),
    ({"summary": "  \n "}, "a few words are enough"),
    ({"summary": "x" * 4001}, "too long: 4001"),
    ({"summary": "bell \x07"}, "U+0007"),
    ({"summary": "null \x00"}, "U+0000"),
    ({"place": ""}, "Write where it is"),
    ({"place": "y" * 201}, "too long: 201"),
    ({"lon": "120.1"}, "not complete"),
    ({"lon": "200", "lat": "30"}, "between -180 and 180"),
    ({"lon": "0", "lat": "0"}, "position seems to be missing"),
    ({"lon": "nan", "lat": "30"}, "not a position"),
    ({"lon": "١٢٠;DROP", "lat": "30"}, "not a position"),
    ({"address": "not-an-id"}, "not in our list"),
    ({"address": "0192f000-0000-7000-8000-000000000000"}, "not in our list"),
    ({"reply_by": "pigeon"}, "Choose how we shall answer you."),
    ({"reply_by": "phone"}, "number that we shall call"),
    ({"reply_by": "sms", "phone": "0571 8888 8888"}, "mobile number"),
    ({"reply_by": "phone", "phone": "call me"}, "not a telephone number"),
    ({"reply_by": "email"}, "Write your e-mail address"),
    ({"reply_by": "email", "email": "nobody"}, "not an e-mail address"),
    ({"name": "z" * 81}, "too long: 81"),
])  # fmt: skip
def test_each_mistake_gets_one_sentence_and_nothing_is_lost(visitor, change, says):
    told = {"summary": "About <b>noise</b> & 龘", "place": "by the lake", "ask_repeated": "yes"} | change
    answer = report(visitor, **told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "<b>noise" not in page
    kept = form_in(answer, id="report")
    for name, value in told.items():
        if name != "ask_going_on" and value.strip() and name in kept:
            assert value in [each.replace("\r\n", "\n") for each in kept[name]]
    assert not Matter.objects.exists()


def test_a_field_beyond_every_measure_is_refused_with_a_sentence(visitor):
    answer = report(visitor, summary="x" * 1_200_000)
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_rare_characters_and_the_middle_dot_arrive_whole(visitor):
    assert report(visitor, summary="𠮷野家 龘 · é", name="阿卜杜·热合曼", reply_by="page").status_code == 201
    assert Matter.objects.get().summary == "𠮷野家 龘 · é"
    assert vault.unseal(Party.objects.get(), "name") == "阿卜杜·热合曼"


def test_pressing_twice_makes_one_report_and_shows_the_same_receipt(visitor):
    first, second = report(visitor), report(visitor)
    assert receipt_in(first) == receipt_in(second)
    assert Matter.objects.count() == 1


def test_the_same_key_with_other_words_is_not_sent_again(visitor):
    report(visitor)
    assert report(visitor, summary="Something else").status_code == 409


def test_without_a_key_nothing_is_stored(visitor):
    assert report(visitor, key="").status_code == 400
    assert not Matter.objects.exists()


def test_a_flood_from_one_place_is_slowed_and_its_words_come_back(visitor, settings):
    settings.KOBAN_PUBLIC_POSTS = 2
    for n in range(2):
        assert report(visitor, key=f"k{n}").status_code == 201
    late = report(visitor, key="k9", summary="Still loud")
    assert late.status_code == 429
    assert "Still loud" in late.content.decode()


# Photos


def test_photos_come_along_drawn_anew(visitor):
    assert report(visitor, photos=[photo(), photo("two.jpg", "blue")]).status_code == 201
    assert Attachment.objects.count() == 2
    assert set(Attachment.objects.values_list("received_by", flat=True)) == {"public"}


def test_a_refused_photo_costs_neither_words_nor_the_good_ones(visitor):
    lie = SimpleUploadedFile("lie.jpg", b"%PDF-1.4 no photo", "image/jpeg")
    answer = report(visitor, photos=[photo(), lie], summary="Loud music")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "lie.jpg: The file is not what its name or type says" in page
    assert "door.jpg" in page
    assert not Matter.objects.exists()
    assert press(visitor, PATH, answer, go="send").status_code == 201
    assert [a.size for a in Attachment.objects.all()] == [photo().size]


def test_the_sixth_photo_is_left_out_with_a_sentence(visitor):
    answer = report(visitor, photos=[photo(f"{n}.jpg", (n, n, n)) for n in range(6)])
    assert answer.status_code == 422
    assert "at most 5 photos" in answer.content.decode()
    assert press(visitor, PATH, answer, go="send").status_code == 201
    assert Attachment.objects.count() == 5


def test_a_forged_name_of_a_photo_attaches_nothing(visitor):
    assert report(visitor, photo_kept="eyJzaGEyNTYiOiJ4In0:forged").status_code == 422
    assert not Matter.objects.exists()


# What is told on, and what is not


@pytest.mark.parametrize("way, to", [
    ({"reply_by": "sms", "phone": "13800138000"}, "+8613800138000"),
    ({"reply_by": "email", "email": "a@example.org"}, "a@example.org"),
])  # fmt: skip
@pytest.mark.parametrize("language, says", [("en", "has received your report"), ("zh-CN", "已收到您的报告")])
def test_whoever_left_a_way_for_it_gets_an_acknowledgement_without_the_secret(
    office, way, to, language, says
):
    number, secret = receipt_in(report(Client(HTTP_ACCEPT_LANGUAGE=language), **way))
    message = message_of(Notice.objects.get())
    assert message.to == to
    assert number in message.text
    assert says in message.text
    assert secret not in message.subject + message.text
    assert "http://testserver/o/lake/follow/" in message.text


@pytest.mark.parametrize("way", [{"reply_by": "page"}, {"reply_by": "phone", "phone": "13800138000"}])
def test_whoever_did_not_wish_for_one_gets_no_message(visitor, way):
    report(visitor, **way)
    assert not Notice.objects.exists()


def test_the_secret_stands_on_the_receipt_and_nowhere_else(visitor, caplog):
    answer = report(visitor, reply_by="sms", phone="13800138000")
    _number, secret = receipt_in(answer)
    told = [f"{page.verb}{page.facts}{page.subject}" for page in reading.latest(100)]
    rows = [str(list(model.objects.values())) for model in (Matter, Party, Incident, Notice)]
    assert not any(
        secret in text for text in [*told, *rows, caplog.text, str(answer.headers), str(answer.cookies)]
    )
    assert f"#{_number}.{secret}" not in answer.content.decode()  # only inside the drawing of the code
    assert answer["Cache-Control"] == "no-store"


def test_a_personal_value_never_reaches_the_ledger(visitor):
    report(visitor, name="Zhang Wei", reply_by="phone", phone="13800138000", summary="It is Wang's dog")
    told = str([page.facts for page in reading.latest(100)])
    assert not any(word in told for word in ("Zhang", "13800138000", "Wang"))


def test_another_office_has_nothing_of_it(visitor, tree):
    report(visitor)
    with stations.scope(tree.hill.pk):
        assert not Matter.objects.exists()


def test_addresses_are_found_as_one_types_and_never_by_a_web_address(visitor, address):
    found = visitor.post("/o/lake/places/", {"place": "denghu 12"}).json()["places"]
    assert [place["label"] for place in found] == ["12 Lantern Road"]
    assert visitor.get("/o/lake/places/", {"place": "denghu 12"}).status_code == 405
    assert visitor.post("/o/hill/places/", {"place": "denghu 12"}).json()["places"] == []


def test_a_report_takes_a_fixed_number_of_queries(visitor, django_assert_max_num_queries):
    report(visitor, key="warm")
    with django_assert_max_num_queries(30):
        assert report(visitor).status_code == 201


@pytest.mark.parametrize("step, most", [("what", 3), ("ask", 3), ("tell", 3), ("check", 5)])
def test_a_step_costs_next_to_nothing(visitor, step, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        assert report(visitor, go=step).status_code == 200
