"""The pages: public, own and at the desk, in few queries, and what each of them lets through."""

import io
import re
from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from koban.duties.permits import told
from koban.duties.permits.actions import applications, cards, queue, registrations
from koban.duties.permits.models import Application, Occupant, Paper, Permit, Visit
from koban.duties.permits.tests.made import entry, number, someone, wish
from koban.kernel.access.testing import sign_in
from koban.kernel.ledger import PUBLIC, reading
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter, Note
from koban.matters.places import Place
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register

ALL = ("identity", "picture", "address", "job")
LONG_AGO = date(2020, 1, 1)


def at(name, *args):
    return reverse(f"permits:{name}", args=args)


def keyed(data, key="k1"):
    return {"key": key, **data}


def person(n=0, name="张三", order=1):
    return {f"p{n}-name": name, f"p{n}-id_kind": "id_card", f"p{n}-id_number": number(order=order)}


def stay(desk, **change):
    today = timezone.localdate().isoformat()
    return {
        "people": "1", **person(), "source": "landlord", "kind": "tenant", "place": str(desk.home.label), "from_on": today,
        "reply_by": "page", "send": "1",
    } | change  # fmt: skip


def declared(desk, **change):
    told_ = told.Residence(
        [someone()], Place.at(desk.home), "landlord", "web", timezone.localdate(), **change
    )
    return registrations.declare(told_, by=PUBLIC, at=timezone.now(), station=desk.station).matter


def applied(desk):
    """Somebody registered long ago applies; the clock of these pages is the real one."""
    return applications.apply(
        wish(desk.home, since=LONG_AGO), by=PUBLIC, at=timezone.now(), station=desk.station
    ).matter


def one(name, matter):
    return at(name, matter.year, matter.number)


@pytest.fixture
def files(settings, tmp_path):
    settings.KOBAN_FILES = tmp_path


# On the public site


def test_a_landlord_registers_a_family_on_one_page(at_desk, door):
    url = at("register", "lake")
    page = door.get(url)
    assert page.status_code == 200
    data = {k: v for k, v in stay(at_desk).items() if k != "send"}
    again = door.post(url, data | {"more": "1"})
    assert again.status_code == 200
    assert 'name="p1-name"' in again.content.decode()
    assert "张三" in again.content.decode()
    sent = door.post(url, keyed(stay(at_desk, people="2") | person(1, "李四", 2)))
    assert sent.status_code == 201
    matter = Matter.objects.get()
    assert matter.address_id == at_desk.home.pk
    assert Occupant.objects.filter(matter=matter).count() == 2
    assert matter.printed in sent.content.decode()
    assert sent["Cache-Control"]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"p0-id_number": number()[:-1] + ("1" if number()[-1] != "1" else "2")}, "last character"),
        ({"p0-name": ""}, "Write the name"),
        ({"from_on": ""}, "first day"),
        ({"place": ""}, "address"),
        ({"reply_by": "sms", "phone": ""}, "number for the text message"),
        ({"to_on": "2020-01-01"}, "before the first"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(at_desk, door, change, words):
    page = door.post(at("register", "lake"), keyed(stay(at_desk, **change)))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert Matter.objects.count() == 0


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(drawn, "PNG")
    return SimpleUploadedFile("card.png", drawn.getvalue(), "image/png")


@pytest.mark.django_db(transaction=True)
def test_a_picture_of_the_document_is_read_by_a_person_beside_the_form(at_desk, door, desk, files):
    """Whoever sends it types nobody; somebody in the office reads it, enters them, and the look is in the ledger."""
    empty = stay(at_desk) | {"p0-name": "", "p0-id_number": ""}
    without = door.post(at("register", "lake"), keyed(empty))
    assert without.status_code == 422
    sent = door.post(at("register", "lake"), keyed({**empty, "photos": picture()}, "k2"))
    assert sent.status_code == 201
    matter = Matter.objects.get()
    assert Occupant.objects.count() == 0
    assert "beside the form" not in desk.get(one("people", matter)).content.decode()
    desk.post(one("hold", matter), keyed({}, "k3"))
    assert desk.post(one("confirm", matter), keyed({}, "k4")).status_code == 422
    page = desk.get(one("people", matter) + "?pictures=1").content.decode()
    shown = re.search(r'<img class="read-off" src="([^"]+)"', page)
    assert shown
    desk.get(shown[1])
    assert "files.look" in [row.verb for row in reading.of_matter(matter.pk)]
    assert desk.post(one("people", matter), keyed({"people": "1", **person()}, "k5")).status_code == 302
    assert desk.post(one("confirm", matter), keyed({}, "k6")).status_code == 302
    assert Occupant.objects.count() == 1


def test_words_that_are_no_address_are_taken_too(at_desk, door):
    door.post(at("register", "lake"), keyed(stay(at_desk, place="the yellow house behind the market")))
    assert (Matter.objects.get().address_id, Matter.objects.get().place) == (
        None,
        "the yellow house behind the market",
    )


def test_the_button_finds_addresses_without_a_script(at_desk, door):
    data = {k: v for k, v in stay(at_desk, place="灯湖路").items() if k != "send"}
    page = door.post(at("register", "lake"), data | {"find": "1"})
    assert str(at_desk.home.pk) in page.content.decode()


def application(desk, **change):
    return {
        **person(), "p0-origin": "somewhere", "ground": "job", "lives_since_on": "2020-01-01", "place": desk.home.label,
        "reply_by": "page", "send": "1",
    } | change  # fmt: skip


def test_an_application_on_the_web_gives_a_receipt(at_desk, door):
    assert door.get(at("apply", "lake")).status_code == 200
    sent = door.post(at("apply", "lake"), keyed(application(at_desk)))
    assert sent.status_code == 201
    assert set(Paper.objects.values_list("key", flat=True)) == set(ALL)


def test_half_a_year_that_is_not_full_is_said_at_once(at_desk, door):
    recent = timezone.localdate() - timedelta(days=30)
    page = door.post(at("apply", "lake"), keyed(application(at_desk, lives_since_on=recent.isoformat())))
    assert page.status_code == 422
    assert "half year is full on" in page.content.decode()


def test_a_proxy_needs_a_name(at_desk, door):
    page = door.post(at("apply", "lake"), keyed(application(at_desk, kin="relative")))
    assert "name of whoever acts" in page.content.decode()
    page = door.post(
        at("apply", "lake"), keyed(application(at_desk, kin="relative", proxy_name="张三"), "k2")
    )
    assert "applies oneself" in page.content.decode()
    data = application(at_desk, kin="relative", proxy_name="张三", cannot_come="on")
    assert door.post(at("apply", "lake"), keyed(data, "k3")).status_code == 201
    assert Application.objects.get().proxy_clause == "CN-RES-6"


@pytest.mark.parametrize("name", ["start", "register", "apply", "book", "take", "give_up", "serving"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_public_page_opens_in_both_languages(at_desk, door, name, language):
    door.cookies["koban_language"] = language
    page = door.get(at(name, "lake"))
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode().lower()


# The queue


@pytest.fixture
def open_desk(at_desk):
    spans = [queue.Span(day, time(0), time(23, 59), 60, 2) for day in range(7)]
    queue.set_hours(spans, by=at_desk.li, at=timezone.now())
    return at_desk


def test_a_time_is_booked_and_given_up(open_desk, door):
    page = door.get(at("book", "lake"))
    start = page.context["days"][0].slots[0].starts_at
    sent = door.post(
        at("book", "lake"), keyed({"purpose": "permit", "starts_at": start.strftime("%Y-%m-%dT%H:%M:%S%z")})
    )
    assert sent.status_code == 201
    visit, secret = Visit.objects.get(), sent.context["secret"]
    wrong = door.post(
        at("give_up", "lake"), keyed({"on": visit.on, "ticket": "A001", "secret": "0000"}, "k2")
    )
    assert wrong.status_code == 422
    door.post(at("give_up", "lake"), keyed({"on": visit.on, "ticket": "A001", "secret": secret}, "k3"))
    assert Visit.objects.get().state == "given_up"


def test_a_number_is_taken_called_and_served(open_desk, door, desk):
    assert door.post(at("take", "lake"), keyed({"purpose": "other"})).status_code == 201
    assert desk.post(at("queue_call"), keyed({"desk": "2"}, "k2")).status_code == 302
    assert "B001" in door.get(at("serving", "lake")).content.decode()
    visit = Visit.objects.get()
    assert (visit.state, visit.desk) == ("called", "2")
    assert "B001" in desk.get(at("queue")).content.decode()
    desk.post(at("queue_end", visit.pk, "done"), keyed({}, "k3"))
    assert Visit.objects.get().state == "done"
    assert "Nobody waits" in desk.post(at("queue_call"), keyed({"desk": "1"}, "k4")).content.decode()


def test_the_hours_are_set_by_an_officer(at_desk, desk, people):
    data = {
        f"{end}_{line}_{day}": "" for end in ("opens", "closes") for line in ("am", "pm") for day in range(7)
    }
    data |= {"opens_am_0": "09:00", "closes_am_0": "11:30", "opens_pm_0": "14:00", "closes_pm_0": "17:00"}
    data |= {"slot_minutes": "30", "places": "1"}
    assert desk.post(at("queue_hours"), keyed(data)).status_code == 302
    page = desk.get(at("queue_hours")).content.decode()
    assert 'value="09:00"' in page
    assert 'value="17:00"' in page
    half = desk.post(at("queue_hours"), keyed(data | {"closes_pm_0": ""}, "k2"))
    assert half.status_code == 422
    aux = Client()
    sign_in(aux, people.aux1)
    assert aux.get(at("queue_hours")).status_code == 403


# At the desk


def test_a_landlords_declaration_is_confirmed_with_one_click(at_desk, desk):
    matter = declared(at_desk)
    page = desk.get(at("waiting"))
    assert one("confirm", matter) in page.content.decode()
    sent = desk.post(one("confirm", matter), keyed({"back": "waiting"}))
    assert (sent.status_code, sent.url) == (302, at("waiting"))
    assert Matter.objects.get().state == "confirmed"
    assert "Nothing waits" in desk.get(at("waiting")).content.decode()


def test_an_auxiliary_sees_it_and_cannot_confirm_it(at_desk, people):
    aux = Client()
    sign_in(aux, people.aux1)
    matter = declared(at_desk)
    assert aux.get(at("waiting")).status_code == 200
    assert aux.post(one("confirm", matter), keyed({})).status_code == 403


def test_a_permit_from_the_desk_to_the_card(at_desk, desk, files):
    taken = desk.post(at("apply_desk"), keyed(application(at_desk)))
    assert taken.status_code == 200
    matter = Matter.objects.get()
    right = {f"is_{key}": "right" for key in ALL if key != "job"}
    assert desk.post(one("judge", matter), keyed(right, "k2")).status_code == 302
    assert desk.post(one("tell", matter), keyed({}, "k3")).status_code == 302
    assert "list is complete" in Note.objects.get(direction="out").text
    applications.bring(
        matter, {"job": told.Brought("contract")}, by=PUBLIC, at=timezone.now(), station=at_desk.station
    )
    desk.post(one("judge", matter), keyed({"is_job": "right"}, "k4"))
    assert desk.post(one("accept", matter), keyed({}, "k5")).status_code == 302
    assert desk.post(one("issue", matter), keyed({}, "k6")).status_code == 302
    permit = Permit.objects.get()
    look = next(page for page in reading.of_matter(matter.pk) if page.verb == "residents.look")
    assert look.facts["fields"] == [
        "birth_on",
        "id_number",
        "name",
        "origin",
        "sex",
    ]  # before the paper was made
    assert permit.printed in desk.get(one("detail", matter)).content.decode()
    assert desk.get(at("card", permit.printed)).status_code == 200
    early = desk.post(
        at("card_ask", permit.printed, "endorsement"), keyed({"ground_holds": "on", "send": "1"}, "k7")
    )
    assert early.status_code == 422
    assert "in the month before" in early.content.decode()
    desk.post(at("card_ask", permit.printed, "replacement"), keyed({"why": "lost", "send": "1"}, "k8"))
    asked = Matter.objects.get(type="replacement")
    assert desk.post(one("finish", asked), keyed({}, "k10")).status_code == 302
    assert "Print the paper" in desk.get(one("detail", asked)).content.decode()
    assert desk.post(one("handover", asked), keyed({}, "k11")).status_code == 302
    assert Matter.objects.get(pk=asked.pk).state == "done"
    fresh = Permit.objects.running().get()
    assert fresh.replaces_id == permit.pk
    old, new = Certificate.objects.order_by("issued_at")
    assert (old.revoked_at is None, new.revoked_at) == (False, None)
    assert old.printed != new.printed
    assert (
        desk.post(at("card_ask", fresh.printed, "cancellation"), keyed({"send": "1"}, "k9")).status_code
        == 302
    )
    assert Permit.objects.running().count() == 0


def test_what_is_not_right_needs_words(at_desk, desk):
    matter = applied(at_desk)
    page = desk.post(one("judge", matter), keyed({"is_job": "wrong"}))
    assert page.status_code == 422
    assert "Say what is not right" in page.content.decode()


def test_refused_with_words_that_the_applicant_reads(at_desk, desk):
    matter = applied(at_desk)
    desk.post(one("refuse", matter), keyed({"reason": "Nobody lives there."}))
    assert Note.objects.get(direction="out").text == "Nobody lives there."
    desk.post(one("reopen", matter), keyed({"reason": "somebody does"}, "k2"))
    assert Matter.objects.get().state == "declared"


def test_an_address_is_chosen_and_people_are_added_at_the_desk(at_desk, desk):
    words = told.Residence([someone()], Place("behind the market"), "host", "web", timezone.localdate())
    matter = registrations.declare(words, by=PUBLIC, at=timezone.now(), station=at_desk.station).matter
    wrong = desk.post(one("place", matter), keyed({"place": "nowhere at all"}))
    assert wrong.status_code == 422
    desk.post(one("place", matter), keyed({"place": at_desk.home.label}, "k2"))
    desk.post(one("people", matter), keyed({"people": "1", **person(0, "李四", 2)}, "k3"))
    assert Occupant.objects.filter(matter=matter).exclude(residence_id=None).count() == 2


def test_a_permit_number_that_nobody_has_is_not_there(at_desk, desk):
    for number_ in ("P-2026-000009", "X", "P-a-b"):
        assert desk.get(at("card", number_)).status_code == 404


@pytest.mark.parametrize("name, most", [("list", 20), ("waiting", 20), ("cards", 20), ("queue", 20)])
def test_lists_ask_few_questions(at_desk, desk, django_assert_max_num_queries, name, most):
    for turn in range(3):
        told_ = told.Residence(
            [someone(order=turn + 20)], Place.at(at_desk.home), "self", "web", timezone.localdate()
        )
        registrations.declare(told_, by=PUBLIC, at=timezone.now(), station=at_desk.station)
    desk.get(at(name))
    with django_assert_max_num_queries(most):
        assert desk.get(at(name)).status_code == 200


def test_one_matter_asks_few_questions(at_desk, desk, django_assert_max_num_queries):
    family = told.Residence(
        [someone(order=n) for n in range(40, 46)],
        Place.at(at_desk.home),
        "landlord",
        "web",
        timezone.localdate(),
    )
    big = registrations.declare(family, by=PUBLIC, at=timezone.now(), station=at_desk.station).matter
    for matter in (declared(at_desk), applied(at_desk), big):
        desk.get(one("detail", matter))
        with django_assert_max_num_queries(24):
            assert desk.get(one("detail", matter)).status_code == 200


def test_no_page_of_the_desk_shows_a_name(at_desk, desk):
    matter = declared(at_desk)
    for url in (at("list"), at("waiting"), one("detail", matter)):
        assert "张三" not in desk.get(url).content.decode()


# One's own pages


@pytest.fixture
def own(at_desk, door):
    """Somebody with a key, on their own pages."""
    who = residents.enter([entry()], by=at_desk.li, at=timezone.now())[0]
    key, secret = residents.give_key(who, by=at_desk.li, at=timezone.now())
    door.post(reverse("desk:me_enter", args=["lake"]), {"number": key, "secret": secret})
    door.person = who
    return door


def test_my_pages_register_a_home_without_saying_who_i_am_and_end_it(at_desk, own):
    today = timezone.localdate().isoformat()
    data = {"place": at_desk.home.label, "kind": "tenant", "from_on": today, "reply_by": "page", "send": "1"}
    assert own.get(at("own_register", "lake")).status_code == 200
    assert own.post(at("own_register", "lake"), keyed(data)).status_code == 302
    home = register.residences_of(own.person)[0]
    assert home.state == "declared"
    assert at_desk.home.label_en in own.get(at("own", "lake")).content.decode()
    own.post(at("own_leave", "lake", home.pk), keyed({"on": today}, "k2"))
    assert register.residence(home.pk).state == "ended"


def test_my_application_says_what_is_missing_and_takes_it(at_desk, own, files):
    data = {
        "place": at_desk.home.label,
        "ground": "job",
        "lives_since_on": "2020-01-01",
        "reply_by": "page",
        "send": "1",
    }
    assert own.get(at("own_apply", "lake")).status_code == 200
    assert own.post(at("own_apply", "lake"), keyed(data)).status_code == 302
    matter = Matter.objects.get()
    assert Application.objects.get().person_id == own.person.pk
    page = own.get(at("own", "lake")).content.decode()
    assert "Proof of the address" in page
    papers = at("own_papers", "lake", matter.year, matter.number)
    assert own.get(papers).status_code == 200
    lease = SimpleUploadedFile("lease.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    sent = own.post(papers, keyed({"proof_address": "lease", "file_address": lease}, "k2"))
    assert sent.status_code == 302
    kept = Paper.objects.get(key="address")
    assert (kept.state, kept.proof, kept.attachment_id is not None) == ("brought", "lease", True)


def test_my_permit_is_asked_for_its_endorsement_and_nobody_elses(at_desk, own):
    assert own.post(at("own_ask", "lake", "endorsement"), keyed({})).status_code == 404
    wished = wish(at_desk.home, told.Someone(person_id=own.person.pk), since=LONG_AGO)
    matter = applications.apply(wished, by=PUBLIC, at=timezone.now(), station=at_desk.station).matter
    applications.judge(matter, dict.fromkeys(ALL, ""), by=at_desk.li, at=timezone.now())
    applications.accept(matter, by=at_desk.li, at=timezone.now(), station=at_desk.station)
    permit = cards.issue(matter, by=at_desk.li, at=timezone.now(), station=at_desk.station)
    assert permit.printed in own.get(at("own", "lake")).content.decode()
    own.post(at("own_ask", "lake", "replacement"), keyed({"why": "lost"}, "k2"))
    asked = Application.objects.get(matter__type="replacement")
    assert (asked.permit_id, asked.why) == (permit.pk, "lost")
    other = declared(at_desk)
    home = Occupant.objects.get(matter=other).residence_id
    assert own.post(at("own_leave", "lake", home), keyed({}, "k3")).status_code == 404


def test_i_prove_my_own_registration(at_desk, own, files):
    told_ = told.Residence(
        [told.Someone(person_id=own.person.pk)],
        Place.at(at_desk.home),
        "self",
        "portal",
        timezone.localdate(),
    )
    matter = registrations.declare(told_, by=PUBLIC, at=timezone.now(), station=at_desk.station).matter
    home = register.residences_of(own.person)[0]
    assert own.post(at("own_proof", "lake", home.pk), keyed({})).status_code == 404  # not confirmed yet
    registrations.confirm(matter, by=at_desk.li, at=timezone.now())
    assert own.post(at("own_proof", "lake", home.pk), keyed({}, "k2")).status_code == 302
    paper = Certificate.objects.get()
    assert paper.printed in own.get(at("own", "lake")).content.decode()
    pdf = own.get(at("own_paper", "lake", paper.pk))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
