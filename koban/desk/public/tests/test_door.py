"""The front of an office: which one, whether somebody is in, what was found, what was promised, and what goes past it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from koban.desk.public.about import REFUSALS
from koban.desk.public.numbers import LEAST, Share, numbers
from koban.desk.public.tests.pages import follow, press, receipt_in, report
from koban.duties.incidents import actions, endings, things
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Thing
from koban.duties.oversight import actions as oversight
from koban.duties.oversight.models import Complaint
from koban.kernel import law, stations
from koban.kernel.access.models import OnceKey
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import reading
from koban.kernel.stations import vault
from koban.matters.models import Matter, Note, Party
from koban.registers.roster import actions as roster

PAGES = ["", "in/", "notices/", "report/", "lost/", "lost/lost/", "lost/found/", "follow/", "complaint/"]
ABOUT = ["/about/rules", "/about/refusals", "/about/privacy"]


@pytest.mark.parametrize("language, html", [("en", 'lang="en"'), ("zh-CN", 'lang="zh-Hans"')])
@pytest.mark.parametrize("path", [*(f"/o/lake/{page}" for page in PAGES), *ABOUT, "/"])
def test_every_page_speaks_both_languages_without_a_script_or_a_stranger(office, path, language, html):
    answer = Client(HTTP_ACCEPT_LANGUAGE=language).get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert html in page
    assert " style=" not in page
    assert " onclick=" not in page
    # The rules are as long as the law is; everything else is small enough for a slow line.
    assert len(answer.content) < (250_000 if path == "/about/rules" else 60_000)


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_office_has_no_pages(visitor, page):
    assert visitor.get(f"/o/nowhere/{page}").status_code == 404
    assert visitor.get(f"/o/watch/{page}").status_code == 404


@pytest.mark.parametrize(
    "page, most",
    [("", 6), ("in/", 8), ("notices/", 5), ("report/", 2), ("lost/", 3), ("follow/", 2), ("complaint/", 5)],
)
def test_a_page_takes_few_queries(visitor, page, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        assert visitor.get(f"/o/lake/{page}").status_code == 200


# Which office


def test_several_offices_are_offered_with_their_signs(visitor):
    page = visitor.get("/").content.decode()
    assert "/o/lake/" in page
    assert "/o/hill/" in page
    assert "Someone is in" in page
    assert "Everyone is out" in page


def test_the_named_or_the_only_office_opens_at_once(visitor, settings, tree):
    settings.KOBAN_OFFICE = "hill"
    assert visitor.get("/").headers["Location"] == "/o/hill/"
    settings.KOBAN_OFFICE = ""
    tree.hill.delete()
    assert visitor.get("/").headers["Location"] == "/o/lake/"


def test_a_house_without_an_office_says_what_to_do(db):
    assert "There is no office here yet" in Client(HTTP_ACCEPT_LANGUAGE="en").get("/").content.decode()


# The sign


def test_the_sign_tells_whether_somebody_is_in_and_never_who(visitor, wang):
    for page in ("", "in/"):
        told = visitor.get(f"/o/lake/{page}").content.decode()
        assert "Someone is in" in told
        assert "0571-5550110" in told
        assert "wang" not in told
    roster.sign_off(wang.posts.get(), by=actor_of(wang), at=timezone.now())
    assert "Everyone is out" in visitor.get("/o/lake/").content.decode()
    assert "Nobody is in just now" in visitor.get("/o/lake/in/").content.decode()


# Lost and found


def kept(station, by, category="wallet", description="brown, with a photo of a tortoise"):
    told = Report("found_property", "walk_in", "found")
    taken = actions.take(told, by=by, at=timezone.now(), station=station)
    return things.record(
        taken.matter, "found", category, description, timezone.now().date() - timedelta(days=1),
        by=by, at=timezone.now(), station=station, shelf="north wall",
    )  # fmt: skip


def test_found_things_are_listed_by_kind_and_day_and_by_nothing_that_proves_ownership(visitor, office, li):
    kept(office, actor_of(li))
    page = visitor.get("/o/lake/lost/", {"category": "wallet"}).content.decode()
    assert "wallet or purse" in page
    assert "kept here" in page
    for secret in ("brown", "tortoise", "north wall"):
        assert secret not in page


@pytest.mark.parametrize("query, found", [({}, 1), ({"category": "keys"}, 0), ({"since": "2999-01-01"}, 0)])
def test_found_things_are_searched_by_kind_and_day(visitor, office, li, query, found):
    kept(office, actor_of(li))
    assert visitor.get("/o/lake/lost/", query).content.decode().count('class="thing"') == found


def test_a_search_for_nonsense_is_answered_with_a_sentence(visitor):
    answer = visitor.get("/o/lake/lost/", {"since": "yesterday"})
    assert answer.status_code == 422
    assert "Choose a day." in answer.content.decode()


@pytest.mark.parametrize("way, code", [("lost", "lost_property"), ("found", "found_property")])
def test_a_lost_and_a_found_thing_get_a_receipt(visitor, way, code):
    told = {
        "category": "keys",
        "on": "2026-03-01",
        "description": "three keys, blue tag",
        "reply_by": "page",
        "key": "t",
    }
    answer = visitor.post(f"/o/lake/lost/{way}/", told)
    assert answer.status_code == 201
    assert follow(visitor, *receipt_in(answer)).status_code == 302
    thing = Thing.objects.select_related("matter").get()
    assert (thing.way, thing.category, thing.matter.type, thing.description) == (
        way,
        "keys",
        code,
        "three keys, blue tag",
    )
    assert visitor.post(f"/o/lake/lost/{way}/", told).status_code == 201
    assert Thing.objects.count() == 1


@pytest.mark.parametrize("change, says", [
    ({"category": "diamonds"}, "Choose what it is."),
    ({"on": "soon"}, "Choose the day."),
    ({"on": "2999-01-01"}, "has not come yet"),
    ({"description": ""}, "a few words are enough"),
    ({"description": "x" * 401}, "too long"),
    ({"reply_by": "phone"}, "number that we shall call"),
])  # fmt: skip
def test_each_mistake_about_a_thing_gets_one_sentence(visitor, change, says):
    told = {
        "category": "keys",
        "on": "2026-03-01",
        "description": "three keys",
        "reply_by": "page",
        "key": "t",
        "place": "at the lake",
    }
    answer = visitor.post("/o/lake/lost/lost/", told | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "at the lake" in answer.content.decode()
    assert not Thing.objects.exists()


def test_another_office_lists_none_of_it(visitor, office, li):
    kept(office, actor_of(li))
    assert 'class="thing"' not in visitor.get("/o/hill/lost/").content.decode()


def test_there_is_no_third_way(visitor):
    assert visitor.get("/o/lake/lost/stolen/").status_code == 404


# Past the office


def complain(visitor, **change):
    told = {
        "subject": "conduct",
        "words": "The officer shouted at me",
        "about": "badge 007",
        "key": "c",
    } | change
    return visitor.post("/o/lake/complaint/", told)


def test_a_complaint_goes_past_the_office_and_leaves_nothing_in_it(visitor, office, tree):
    pages, keys = reading.size(office.pk), OnceKey.objects.filter(place=office.pk).count()
    answer = complain(visitor)
    assert answer.status_code == 201
    assert "oversight body" in answer.content.decode()
    assert reading.size(office.pk) == pages
    assert OnceKey.objects.filter(place=office.pk).count() == keys
    assert not Matter.objects.exists()
    with stations.scope(tree.watch.pk):
        found = Complaint.objects.get()
        assert vault.unseal(found, "words") == "The officer shouted at me"
        assert vault.unseal(found, "about") == "badge 007"


@pytest.mark.parametrize("role, where", [("officer", "lake"), ("chief", "above"), ("bureau", "county")])
def test_nobody_of_the_line_learns_of_it(visitor, tree, role, where):
    number, _secret = receipt_in(complain(visitor))
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, make_account("someone", role=role, station=getattr(tree, where), password=""))
    for path in ("/desk/matters/", f"/desk/oversight/{number.replace('-', '/')}/", "/desk/board/"):
        assert number not in client.get(path).content.decode()


def test_a_complaint_is_followed_by_the_same_form_in_both_directions(visitor, tree):
    number, secret = receipt_in(complain(visitor))
    assert follow(visitor, number, secret).status_code == 302
    page = visitor.get("/o/lake/follow/mine/").content.decode()
    assert "The oversight body has it. An inspector reads it next." in page
    assert "CN-PET-1" in page
    sent = visitor.post("/o/lake/follow/mine/write/", {"text": "There is a video", "key": "w"})
    assert sent.status_code == 302
    with stations.scope(tree.watch.pk):
        assert Note.objects.get().text == "There is a video"
        inspector = actor_of(make_account("ins", role="inspector", station=tree.watch, password=""))
        oversight.write_out(Complaint.objects.get(), "Please send it", by=inspector, at=timezone.now())
    assert "Please send it" in visitor.get("/o/lake/follow/mine/").content.decode()
    assert not Note.objects.exists()
    assert not OnceKey.objects.filter(slot__isnull=False, place=tree.lake.pk).exists()


def test_the_same_number_at_office_and_oversight_opens_what_its_secret_fits(visitor, tree):
    one, other = receipt_in(report(visitor)), receipt_in(complain(visitor))
    assert one[0] == other[0]
    for receipt, says in ((one, "Noise"), (other, "rude or unfair conduct")):
        follow(visitor, *receipt)
        assert says in visitor.get("/o/lake/follow/mine/").content.decode()


def test_who_complains_can_correct_how_to_be_reached_past_the_office_too(visitor, tree):
    follow(visitor, *receipt_in(complain(visitor, phone="13800138000")))
    told = {"reply_by": "email", "email": "a@example.org", "key": "x"}
    assert visitor.post("/o/lake/follow/mine/contact/", told).status_code == 302
    with stations.scope(tree.watch.pk):
        assert vault.unseal(Party.objects.get(), "email") == "a@example.org"


@pytest.mark.parametrize("change, says", [
    ({"subject": ""}, "Choose what it is about."),
    ({"subject": "vanity"}, "Choose what it is about."),
    ({"words": ""}, "a few words are enough"),
    ({"words": "y" * 4001}, "too long"),
    ({"about": "z" * 201}, "too long"),
    ({"phone": "none"}, "not a telephone number"),
    ({"email": "none"}, "not an e-mail address"),
])  # fmt: skip
def test_each_mistake_in_a_complaint_gets_one_sentence_and_leaves_no_trace(
    visitor, office, tree, change, says
):
    answer = complain(visitor, **change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "badge 007" in answer.content.decode() or "about" in change
    with stations.scope(tree.watch.pk):
        assert not Complaint.objects.exists()


def test_without_an_oversight_body_the_page_says_whom_to_call(visitor, tree):
    tree.watch.delete()
    assert "12389" in visitor.get("/o/lake/complaint/").content.decode()
    refused = complain(visitor)
    assert refused.status_code == 422
    assert "The officer shouted at me" in refused.content.decode()


def test_changing_the_language_in_a_complaint_loses_nothing(visitor):
    page = visitor.get("/o/lake/complaint/")
    there = press(visitor, "/o/lake/complaint/", page, id="complaint", language="zh-hans", words="He shouted")
    assert "He shouted" in there.content.decode()
    assert "本警务室看不到" in there.content.decode()


# What is promised


def test_numbers_are_shown_only_where_there_are_enough(visitor, office, li):
    assert "fewer would tell of persons" in visitor.get("/o/lake/notices/").content.decode()
    for n in range(LEAST):
        report(visitor, key=f"n{n}")
    for matter in Matter.objects.all():
        actions.handle(matter, by=actor_of(li), at=timezone.now())
        endings.answer(matter, "Done", by=actor_of(li), at=timezone.now(), station=office)
    found = numbers(timezone.now())
    assert (found.taken, found.answered) == (LEAST, Share(LEAST, LEAST))
    page = visitor.get("/o/lake/notices/").content.decode()
    assert f"{LEAST} of {LEAST}" in page
    assert "100 %" in page


@pytest.mark.parametrize(
    "count, of, percent, shown", [(9, 9, 100, False), (5, 10, 50, True), (0, 0, 0, False), (2, 12, 17, True)]
)
def test_a_share_counts_whole_percents_and_hides_small_groups(count, of, percent, shown):
    assert (Share(count, of).percent, Share(count, of).is_shown) == (percent, shown)


def test_an_answer_that_is_late_is_not_counted_as_kept(office, visitor, li):
    report(visitor)
    late = timezone.now() + timedelta(days=60)
    matter = Matter.objects.get()
    actions.handle(matter, by=actor_of(li), at=late)
    endings.answer(matter, "Sorry", by=actor_of(li), at=late, station=office)
    assert numbers(late).answered == Share(0, 1)


# What the house says of itself


def test_every_clause_of_the_pack_stands_on_the_page_of_rules(visitor):
    page = visitor.get("/about/rules", {"office": "lake"}).content.decode()
    for clause in law.all_clauses("demo", on=timezone.localdate()):
        assert f'id="{clause.id}"' in page
    assert "Guidance only" in page
    assert "house standard" in page


def test_the_rules_of_an_office_are_those_of_its_pack(visitor):
    assert 'id="JN-12345"' in visitor.get("/about/rules", {"office": "lake"}).content.decode()
    assert 'id="JN-12345"' not in visitor.get("/about/rules", {"office": "hill"}).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_eight_refusals_stand_in_both_languages(office, language):
    page = Client(HTTP_ACCEPT_LANGUAGE=language).get("/about/refusals").content.decode()
    assert len(REFUSALS) == 8
    assert page.count("<li>") >= 8
    assert ("No score" in page) == (language == "en")
