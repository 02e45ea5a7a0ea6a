"""Following by receipt: who has number and secret reads, writes and judges; nobody else learns even that it exists."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from koban.desk.public import follow as receipts
from koban.desk.public.tests.pages import follow, form_in, receipt_in, report
from koban.duties.incidents import actions, endings
from koban.kernel.access.models import OnceKey
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import book, checkpoints, proofs, reading
from koban.kernel.stations import vault
from koban.matters import joins, looks
from koban.matters.actions import hold, note
from koban.matters.models import Deadline, Matter, Note, Party

MINE = "/o/lake/follow/mine/"


def now():
    return timezone.now()


@pytest.fixture
def mine(visitor):
    """A visitor with an open receipt of a report with a telephone number."""
    number, secret = receipt_in(report(visitor, reply_by="phone", phone="13800138000", name="Zhang Wei"))
    assert follow(visitor, number, secret).status_code == 302
    visitor.receipt = (number, secret)
    return visitor


def the_matter():
    return Matter.objects.get()


def answered(matter, by, text="We spoke with them; it is quiet now."):
    actions.handle(matter, by=by, at=now())
    return endings.answer(matter, text, by=by, at=now(), station=matter.station)


def page_of(client, path=MINE):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# Getting in


def test_number_and_secret_open_the_report(mine):
    page = page_of(mine)
    assert mine.receipt[0] in page
    assert "We have it. Somebody reads it next." in page


@pytest.mark.parametrize(
    "slip", [str.lower, lambda s: s.replace("-", ""), lambda s: s.replace("0", "O"), lambda s: f" {s} "]
)
def test_slips_in_the_secret_do_no_harm(visitor, slip):
    number, secret = receipt_in(report(visitor))
    assert follow(visitor, number, slip(secret)).status_code == 302


def test_a_wrong_number_and_a_wrong_secret_get_the_same_answer(visitor):
    number, secret = receipt_in(report(visitor))
    tries = [(number, "0000-0000-0000"), ("2026-009999", secret), ("x", "y"), ("9" * 20, "z" * 40)]
    answers = [follow(visitor, *each) for each in tries]
    assert {answer.status_code for answer in answers} == {422}
    told = {a.content.decode().split('error-summary"')[1].split("</ul>")[0] for a in answers}
    assert len(told) == 1
    assert not any(receipts.COOKIE in answer.cookies for answer in answers)


def test_both_wrong_ways_ask_the_database_the_same(visitor, django_assert_num_queries):
    number, secret = receipt_in(report(visitor))
    for each in [(number, "0000-0000-0000"), ("2026-009999", secret)]:
        with django_assert_num_queries(
            5
        ):  # the office, the count of tries, the bodies of oversight, two look-ups
            follow(visitor, *each)


def test_guessing_is_slowed(visitor):
    answers = [
        follow(visitor, "2026-000001", f"AAAA-AAAA-{n:04d}").status_code for n in range(receipts.TRIES + 1)
    ]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}


def test_neither_link_nor_cookie_nor_page_holds_the_secret(mine, caplog):
    _number, secret = mine.receipt
    page = mine.get(MINE)
    jar = str({name: morsel.value for name, morsel in mine.cookies.items()})
    kept = str(list(OnceKey.objects.values()))
    for told in (
        page.content.decode(),
        str(page.headers),
        jar,
        caplog.text,
        kept,
        str(list(reading.latest(99).values())),
    ):
        assert secret not in told
        assert secret.replace("-", "") not in told


def test_the_cookie_is_for_the_follow_pages_alone_and_out_of_reach_of_scripts(mine):
    morsel = mine.cookies[receipts.COOKIE]
    assert morsel["path"] == "/o/lake/follow/"
    assert morsel["httponly"]
    assert morsel["samesite"] == "Strict"
    assert 0 < morsel["max-age"] <= 3600


def test_the_receipt_closes_by_itself_and_words_on_the_way_come_back(mine):
    with time_machine.travel(now() + timedelta(seconds=receipts.MAX_AGE + 60)):
        assert mine.get(MINE).status_code == 302
        late = mine.post(f"{MINE}write/", {"text": "Still here?", "key": "w"})
    assert late.status_code == 422
    assert "Still here?" in late.content.decode()
    assert not Note.objects.exists()


def test_closing_it_forgets_it_on_this_device(mine):
    assert mine.post(f"{MINE}leave/").status_code == 302
    assert mine.get(MINE).status_code == 302


@pytest.mark.parametrize("path", ["", "write/", "photo/", "judge/", "contact/", "proof/"])
def test_without_a_receipt_nothing_opens(visitor, path):
    report(visitor)
    assert visitor.get(MINE + path).status_code in (302, 405)
    assert visitor.post(MINE + path, {"text": "x", "key": "k"}).status_code in (405, 422)
    assert not Note.objects.exists()


def test_a_forged_cookie_opens_nothing(mine):
    name, value = receipts.COOKIE, mine.cookies[receipts.COOKIE].value
    mine.cookies[name] = value[:-2] + "xx"
    assert mine.get(MINE).status_code == 302


def test_a_receipt_of_one_office_opens_nothing_at_another(mine):
    number, secret = mine.receipt
    assert follow(mine, number, secret, "hill").status_code == 422
    mine.cookies[receipts.COOKIE]["path"] = "/"
    assert mine.get("/o/hill/follow/mine/").status_code == 302


# Both ways


def test_somebody_without_a_name_and_the_office_write_to_each_other(visitor, li):
    follow(visitor, *receipt_in(report(visitor)))
    sent = visitor.post(f"{MINE}write/", {"text": "It is the red door & <b>upstairs</b>", "key": "w1"})
    assert sent.status_code == 302
    endings.write_out(the_matter(), "Which floor?", by=actor_of(li), at=now())
    page = page_of(visitor)
    assert "It is the red door &amp; &lt;b&gt;upstairs&lt;/b&gt;" in page
    assert "Which floor?" in page
    assert Party.objects.get().is_anonymous


def test_writing_starts_the_term_to_reply_and_shows_it_with_its_reason(mine):
    mine.post(f"{MINE}write/", {"text": "Hello?", "key": "w1"})
    assert Deadline.objects.get(key="reply").met_at is None
    page = page_of(mine)
    assert "You get a reply to your message" in page
    assert "OFFICE-REPLY-1" in page


@pytest.mark.parametrize(
    "text, says", [("", "Write something first."), ("x" * 4001, "too long"), ("\x07", "U+0007")]
)
def test_a_message_that_cannot_be_taken_comes_back_with_a_sentence(mine, text, says):
    answer = mine.post(f"{MINE}write/", {"text": text, "key": "w1"})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Note.objects.exists()


def test_sending_a_message_twice_writes_it_once(mine):
    for _ in range(2):
        assert mine.post(f"{MINE}write/", {"text": "Hello", "key": "same"}).status_code == 302
    assert Note.objects.count() == 1


def test_notes_inside_the_office_stay_inside(mine, li):
    note(the_matter(), "Neighbour known for parties", by=actor_of(li), at=now())
    assert "parties" not in page_of(mine)


# The answer and what one says of it


def test_the_answer_is_read_and_judged(mine, li):
    answered(the_matter(), actor_of(li))
    assert "We spoke with them; it is quiet now." in page_of(mine)
    done = mine.post(f"{MINE}judge/", {"fixed": "yes", "satisfaction": "5", "text": "", "key": "j"})
    assert done.status_code == 302
    incident = the_matter().incidents.get()
    assert (incident.is_fixed, incident.satisfaction) == (True, 5)


def test_closed_but_not_fixed_opens_it_again(mine, li):
    matter = answered(the_matter(), actor_of(li))
    endings.close(matter, by=actor_of(li), at=now())
    assert mine.post(f"{MINE}judge/", {"fixed": "no", "text": "Loud again", "key": "j"}).status_code == 302
    assert the_matter().state == "reopened"
    assert "We look at it again." in page_of(mine)


@pytest.mark.parametrize(
    "told, says",
    [
        ({}, "Say whether it is settled."),
        ({"fixed": "maybe"}, "Say whether"),
        ({"fixed": "yes", "satisfaction": "9"}, "one to five"),
    ],
)
def test_a_judgement_that_says_nothing_comes_back(mine, li, told, says):
    answered(the_matter(), actor_of(li))
    answer = mine.post(f"{MINE}judge/", told | {"key": "j"})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_before_an_answer_there_is_nothing_to_judge(mine):
    assert f"{MINE}judge/" not in page_of(mine)
    assert mine.post(f"{MINE}judge/", {"fixed": "no", "key": "j"}).status_code == 422


def test_after_the_window_it_says_what_to_do_instead(mine, li):
    matter = answered(the_matter(), actor_of(li))
    endings.close(matter, by=actor_of(li), at=now())
    with time_machine.travel(now() + timedelta(days=200)):
        follow(mine, *mine.receipt)
        answer = mine.post(f"{MINE}judge/", {"fixed": "no", "text": "again", "key": "j"})
    assert answer.status_code == 422
    assert "make a new report" in answer.content.decode()


# What is seen


def test_what_was_done_stands_there_in_plain_words_without_names(mine, li, wang):
    matter = the_matter()
    actions.dispatch(matter, [wang.posts.get()], by=actor_of(li), at=now())
    actions.arrive(matter, by=actor_of(wang), at=now())
    actions.log_scene(matter, "seen", "A party of twenty", by=actor_of(wang), at=now())
    page = page_of(mine)
    assert "Somebody was sent" in page
    assert "Somebody arrived" in page
    assert "Somebody is there now." in page
    assert "A party of twenty" not in page


def test_every_promise_shows_its_clause(mine):
    page = page_of(mine)
    assert "You get an answer" in page
    assert "OFFICE-ANSWER-1" in page
    assert page.count('class="why') >= 2


def test_who_is_referred_out_sees_the_state_alone(mine, li):
    matter = the_matter()
    referral = endings.refer_out(
        matter, "urban", by=actor_of(li), at=now(), reason="street noise", station=matter.station
    )
    endings.referral_status(
        matter.referrals.get(), "received", by=actor_of(li), at=now(), their_number="U-77"
    )
    page = page_of(mine)
    assert referral.state == "referred_out"
    assert "Urban management" in page
    assert "U-77" in page
    assert "street noise" not in page


def test_a_joined_report_reads_the_answers_of_the_other_and_nothing_else_of_it(mine, office, li):
    other = Client(HTTP_ACCEPT_LANGUAGE="en")
    report(other, key="other")
    double, main = Matter.objects.order_by("number")
    joins.merge(double, main, by=actor_of(li), at=now(), reason="the same party")
    endings.write_out(main, "Only for the other one", by=actor_of(li), at=now())
    answered(Matter.objects.get(pk=main.pk), actor_of(li), "The party is over.")
    page = page_of(mine)
    assert "The party is over." in page
    assert "Only for the other one" not in page
    mine.post(f"{MINE}write/", {"text": "Thank you all", "key": "w"})
    assert "Thank you all" in page_of(mine)


def test_who_writes_back_on_a_joined_report_rings_where_it_is_worked_on(mine, li):
    report(Client(), key="other")
    double, main = Matter.objects.order_by("number")
    joins.merge(double, main, by=actor_of(li), at=now(), reason="the same party")
    mine.post(f"{MINE}write/", {"text": "It is louder now", "key": "w"})
    assert Deadline.objects.get(key="reply").matter_id == main.pk


# Who looked


def test_every_look_is_listed_with_who_when_what_and_why(mine, li):
    matter = the_matter()
    assert "Nobody has opened your name" in page_of(mine)
    hold(matter, li.posts.get().pk, by=actor_of(li), at=now())
    looked(matter, li)
    page = page_of(mine)
    assert "Nobody has opened your name" not in page
    assert "your telephone number" in page
    assert "<strong>li</strong>" in page
    assert "They had your matter in hand then" in page


def looked(matter, li):
    """A look is a transaction of its own, so the page is written as `looks.look` writes it."""
    party = Party.objects.get(matter=matter)
    facts = {"fields": ["phone"], "party": party.role}
    book.write("matters.look", by=actor_of(li), at=now(), matter_id=matter.pk, subject=party, facts=facts)


def test_a_refused_look_is_listed_too(mine, wang):
    matter = the_matter()
    book.refusal("matters.look", by=actor_of(wang), at=now(), matter_id=matter.pk)
    assert "wanted to look and was refused." in page_of(mine)
    assert "<strong>wang</strong>" in page_of(mine)


def test_correcting_replaces_what_was_kept_and_deletes_what_is_left_empty(mine):
    answer = mine.post(f"{MINE}contact/", {"reply_by": "email", "email": "new@example.org", "key": "c"})
    assert answer.status_code == 302
    party = Party.objects.get()
    kept = {field: vault.unseal(party, field) for field in looks.SEALED}
    assert kept == {"name": "", "phone": "", "email": "new@example.org"}
    assert party.reply_by == "email"
    told = str([page.facts for page in reading.of_matter(the_matter().pk)])
    assert "new@example.org" not in told


@pytest.mark.parametrize("told, says", [
    ({}, "Choose how we shall answer you."),
    ({"reply_by": "phone"}, "number that we shall call"),
    ({"reply_by": "email", "email": "nobody"}, "not an e-mail address"),
])  # fmt: skip
def test_a_correction_that_cannot_be_taken_changes_nothing(mine, told, says):
    answer = mine.post(f"{MINE}contact/", told | {"key": "c"})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert vault.unseal(Party.objects.get(), "phone") == "+8613800138000"


# Photos and proof


def picture(colour="red"):
    made = BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return SimpleUploadedFile("p.jpg", made.getvalue(), "image/jpeg")


def test_a_photo_can_be_added_and_is_seen_by_its_sender_alone(mine):
    assert mine.post(f"{MINE}photo/", {"photos": [picture()], "key": "p"}).status_code == 302
    page = page_of(mine)
    source = page.split('<img src="')[-1].split('"')[0]
    assert source.startswith(f"{MINE}photo/")
    assert mine.get(source)["Content-Type"] == "image/jpeg"
    assert Client().get(source).status_code == 302


def test_a_photo_that_is_none_is_refused_with_a_sentence(mine):
    lie = SimpleUploadedFile("lie.jpg", b"GIF89a but not really", "image/jpeg")
    answer = mine.post(f"{MINE}photo/", {"photos": [lie], "key": "p"})
    assert answer.status_code == 422
    assert "lie.jpg" in answer.content.decode()
    empty = mine.post(f"{MINE}photo/", {"key": "q"})
    assert "Choose a photo first." in empty.content.decode()


def test_the_proof_holds_against_the_published_key(mine, office, settings, tmp_path):
    before = json.loads(mine.get(f"{MINE}proof/").content)
    assert before["proofs"] == []
    assert before["pending"]
    settings.KOBAN_ROOTS = tmp_path
    checkpoints.sign_root(office, at=now())
    told = json.loads(mine.get(f"{MINE}proof/").content)
    assert told["pending"] == []
    assert len(told["proofs"]) == len(before["pending"])
    assert all(proofs.holds(each) for each in told["proofs"])
    told["proofs"][0]["page"]["verb"] = "incidents.close"
    assert not proofs.holds(told["proofs"][0])


def test_the_page_costs_the_same_however_long_the_story(mine, li, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        page_of(mine)
    for n in range(12):
        endings.write_out(the_matter(), f"message {n}", by=actor_of(li), at=now())
    with django_assert_max_num_queries(16):
        page_of(mine)


def test_the_form_of_the_follow_page_takes_what_the_code_brings(visitor):
    page = visitor.get("/o/lake/follow/")
    assert {"number", "secret"} <= form_in(page, id="receipt").keys()
    assert "koban/js/follow.js" in page.content.decode()
