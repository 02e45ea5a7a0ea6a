import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.testing import PASSWORD, make_account, sign_in
from koban.kernel.access.who import SEEN_KEY, Who, open_office, who_of_session
from koban.kernel.ledger.models import Page
from koban.kernel.stations.models import Beat, Station

pytestmark = [pytest.mark.django_db, pytest.mark.urls("koban.kernel.access.tests.urls")]


def english(client):
    client.cookies["koban_language"] = "en"
    return client


def words(response):
    """The page without its address and its one-time tokens."""
    body = response.content.decode().replace(response.request["PATH_INFO"], "")
    return re.sub(r"[0-9A-Za-z]{64}", "", body)


REFUSALS = [
    ("refused", 422, "The rule says no."),
    ("denied", 403, "Officers only."),
    ("absent", 404, "There is nothing at this address."),
    ("missing", 404, "There is nothing at this address."),
    ("no-row", 404, "There is nothing at this address."),
    ("stale", 412, "Li was faster."),
    ("conflict", 409, "already sent with other words"),
    ("throttled", 429, "too many tries"),
    ("too-big", 413, "too large"),
    ("bad", 400, "cannot be read"),
    ("below", 403, "only its own office can change it"),
]


@pytest.mark.parametrize("kind,status,sentence", REFUSALS)
def test_every_refusal_is_one_sentence_on_a_page(client, kind, status, sentence):
    response = english(client).get(f"/fail/{kind}/")
    assert response.status_code == status
    assert sentence in response.content.decode()


@pytest.mark.parametrize("kind,status,sentence", REFUSALS)
def test_every_refusal_is_a_problem_document_for_machines(client, kind, status, sentence):
    for path, headers in [(f"/api/fail/{kind}/", {}), (f"/fail/{kind}/", {"Accept": "application/json"})]:
        response = english(client).get(path, headers=headers)
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json; charset=utf-8"
        assert response.json()["status"] == status
        assert sentence in response.json()["detail"]


def test_a_refusal_names_its_clause(client):
    assert client.get("/api/fail/refused/").json()["clause"] == "CN-CASE-1"


def test_a_throttled_visitor_learns_when_to_come_back(client):
    assert client.get("/fail/throttled/")["Retry-After"] == "90"


def test_a_record_that_is_refused_looks_like_one_that_is_not_there(client):
    refused, missing, unknown = (
        client.get(path) for path in ("/fail/absent/", "/fail/missing/", "/no/such/page/")
    )
    assert refused.status_code == missing.status_code == unknown.status_code == 404
    assert words(refused) == words(missing) == words(unknown)
    assert b"secret name" not in missing.content


def test_what_was_typed_comes_back_with_the_refusal(client):
    response = client.post(
        "/fail/refused/", {"title": "A lamp is out", "password": "hidden words", "key": "k1"}
    )
    body = response.content.decode()
    assert 'value="A lamp is out"' in body
    assert "hidden words" not in body
    assert 'value="k1"' not in body  # the words may be sent again, the key was used


def test_words_that_another_site_posts_are_not_offered_again(client):
    response = client.post(
        "/fail/refused/", {"title": "A lamp is out"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert "A lamp is out" not in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_sentence_and_its_words(db):
    strict = english(Client(enforce_csrf_checks=True))
    response = strict.post("/number/", {"title": "A lamp is out"})
    assert response.status_code == 403
    assert "open too long" in response.content.decode()
    assert 'value="A lamp is out"' in response.content.decode()


def test_an_undeclared_address_is_refused_to_everybody(client, li):
    assert client.get("/undeclared/").status_code == 403
    sign_in(client, li)
    assert client.get("/undeclared/").status_code == 403


def test_a_denial_is_a_page_in_the_ledger(client, wang, north):
    sign_in(client, wang)
    assert client.post("/split/").status_code == 403
    with stations.scope(north.pk):
        page = Page.objects.get()
    assert (page.verb, page.role, page.account_id) == ("access.refused", "auxiliary", wang.pk)
    assert page.facts == {"action": "split", "method": "POST"}


def test_reading_and_writing_ask_for_different_actions(client, wang):
    sign_in(client, wang)
    assert client.get("/split/").status_code == 200
    assert client.post("/split/").status_code == 403


def test_whoever_is_not_signed_in_is_led_to_the_door(client):
    response = client.get("/beats/?page=2")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fbeats%2F%3Fpage%3D2"
    assert client.get("/beats/", headers={"Accept": "application/json"}).status_code == 401


def test_the_headers_of_every_answer(client):
    for path in ("/who/", "/fail/refused/", "/no/such/page/"):
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["form-action"] == policy["worker-src"] == "'self'"
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "geolocation=()" in headers["Permissions-Policy"]


# Language


@pytest.mark.parametrize(
    "cookie,accept,expected",
    [
        ("", "", "zh-hans"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "fr, en;q=0.5", "en"),
        ("", "zh-CN", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("xx", "zh-CN", "zh-hans"),
        ("", "!!!", "zh-hans"),
    ],
)
def test_the_language_of_a_page(client, settings, cookie, accept, expected):
    settings.LANGUAGE_CODE = "zh-hans"  # as an office has it
    if cookie:
        client.cookies["koban_language"] = cookie
    response = client.get("/who/", headers={"Accept-Language": accept} if accept else {})
    assert response["Content-Language"] == expected


def test_the_account_decides_before_the_browser_and_after_the_cookie(client, li):
    li.language = "en"
    li.save()
    sign_in(client, li)
    assert client.get("/who/", headers={"Accept-Language": "zh-CN"})["Content-Language"] == "en"
    client.cookies["koban_language"] = "zh-hans"
    assert client.get("/who/")["Content-Language"] == "zh-hans"


def test_choosing_a_language_works_without_a_script(client, li):
    sign_in(client, li)
    response = client.post("/language/", {"language": "en", "next": "/who/"})
    assert response["Location"] == "/who/"
    assert response.cookies["koban_language"].value == "en"
    li.refresh_from_db()
    assert li.language == "en"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(client, target):
    response = client.post("/language/", {"language": "en", "next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    "came_from, led_to",
    [
        ("http://testserver/o/lake/?x=1", "http://testserver/o/lake/?x=1"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
@pytest.mark.parametrize("target", ["", "https://elsewhere.example/"])
def test_whoever_changes_the_language_stays_where_they_were(client, target, came_from, led_to):
    response = client.post("/language/", {"language": "en", "next": target}, headers={"Referer": came_from})
    assert response["Location"] == led_to


def test_an_unknown_language_is_refused(client):
    assert client.post("/language/", {"language": "tlh"}).status_code == 422


# Who and where


@pytest.mark.parametrize("role,expected", [("officer", "officer north"), ("auxiliary", "auxiliary north")])
def test_the_actor_is_the_post(client, north, role, expected):
    sign_in(client, make_account("a", role=role, station=north))
    assert client.get("/who/").content.decode() == expected


def test_an_account_without_a_post_acts_as_a_resident(client, db):
    sign_in(client, make_account("a"))
    assert client.get("/who/").content.decode() == "resident -"


@pytest.mark.parametrize(
    "from_in,to_in,expected",
    [
        (-10, None, "officer north"),
        (-10, 0, "officer north"),
        (-10, -2, "resident -"),
        (2, None, "resident -"),
    ],
)
def test_a_post_counts_from_its_first_day_to_its_last(client, north, from_in, to_in, expected):
    today = timezone.now().astimezone(timezone.get_fixed_timezone(480)).date()  # the zone of the station
    to_on = None if to_in is None else today + timedelta(days=to_in)
    sign_in(
        client,
        make_account(
            "a", role="officer", station=north, from_on=today + timedelta(days=from_in), to_on=to_on
        ),
    )
    assert client.get("/who/").content.decode() == expected


def test_one_account_switches_between_its_posts_and_to_no_other(client, north, south, li, wang):
    post = li.posts.create(station=south, role="chief", from_on="2024-01-01")
    sign_in(client, li)
    assert client.get("/who/").content.decode() == "officer north"
    assert client.post("/accounts/post/", {"post": post.pk}).status_code == 302
    assert client.get("/who/").content.decode() == "chief south"
    assert client.post("/accounts/post/", {"post": wang.posts.get().pk}).status_code == 403
    assert client.get("/who/").content.decode() == "chief south"


def test_a_disabled_account_is_nobody_at_once(client, li):
    sign_in(client, li)
    type(li).objects.filter(pk=li.pk).update(is_active=False)
    assert client.get("/who/").content.decode() == "public -"


def test_under_an_office_everybody_is_the_public(client, li, south):
    sign_in(client, li)
    assert client.get("/o/south/who/").content.decode() == "public south"
    assert client.get("/o/nowhere/who/").status_code == 404
    assert client.get("/o/river/who/").status_code == 404  # a station has no public site


@pytest.fixture
def a_beat_each(north, south, river, bureau, oversight):
    for place in (north, south, river, bureau, oversight):
        with stations.scope(place.pk):
            Beat.objects.create(code=place.code, name=place.code, polygon=[])


@pytest.mark.parametrize(
    "role,code,seen",
    [
        ("officer", "north", "north"),
        ("chief", "river", "north river south"),
        ("bureau", "bureau", "bureau north river south"),  # never oversight, wherever it hangs
        ("officer", "river", "river"),
        ("inspector", "oversight", "oversight"),
    ],
)
def test_which_rows_a_post_reads(client, a_beat_each, role, code, seen):
    sign_in(client, make_account("a", role=role, station=Station.objects.get(code=code)))
    assert client.get("/beats/").content.decode() == seen


def test_signing_in_costs_two_queries_a_request(client, li, django_assert_num_queries):
    sign_in(client, li)
    with django_assert_num_queries(2):
        client.get("/who/")


def test_a_live_board_learns_who_watches_from_the_cookie(client, li, north):
    sign_in(client, li)
    who = who_of_session(client.cookies["koban_session"].value)
    assert who is not None
    assert (who.actor.role, who.station) == ("officer", north)
    assert who_of_session("") is None
    assert who_of_session("made-up-by-somebody") is None


# The second step, and the lock


def test_a_post_opens_nothing_before_the_second_step(client, li):
    sign_in(client, li, second_step=False)
    assert client.get("/beats/")["Location"].startswith("/accounts/2fa/")
    assert client.get("/who/").content.decode() == "public north"
    assert client.get("/accounts/2fa/").status_code == 200


def test_an_idle_screen_locks_and_a_quiet_refresh_does_not_keep_it_awake(client, li, settings):
    now = timezone.now()
    sign_in(client, li, now=now - timedelta(minutes=10))
    client.get("/who/", headers={"Koban-Quiet": "1"})
    assert client.session[SEEN_KEY] < (now - timedelta(minutes=9)).timestamp()
    sign_in(client, li, now=now - timedelta(minutes=16))
    response = client.get("/beats/")
    assert response["Location"] == "/lock/?next=%2Fbeats%2F"
    assert not who_of_session(client.cookies["koban_session"].value).may_act


@pytest.mark.parametrize("minutes,locks", [(9, False), (11, True)])
def test_when_a_screen_locks_is_said_by_a_clause(client, li, settings, minutes, locks):
    settings.KOBAN_IDLE_MINUTES = 0  # as in an office: OFFICE-IDLE-LOCK, ten minutes
    sign_in(client, li, now=timezone.now() - timedelta(minutes=minutes))
    assert client.get("/beats/").status_code == (302 if locks else 200)


def test_using_a_screen_keeps_it_awake(client, li):
    sign_in(client, li, now=timezone.now() - timedelta(minutes=10))
    assert client.get("/beats/").status_code == 200
    assert client.session[SEEN_KEY] > (timezone.now() - timedelta(minutes=1)).timestamp()


def test_a_locked_screen_acts_for_nobody(client, li):
    sign_in(client, li)
    assert client.post("/lock/now/", {"next": "/beats/"})["Location"] == "/lock/?next=%2Fbeats%2F"
    assert client.get("/who/").content.decode().startswith("public")
    assert client.get("/beats/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/lock/")
    assert client.get("/beats/", headers={"Accept": "application/json"}).status_code == 401


def test_what_was_being_sent_when_the_screen_locked_is_kept_for_its_owner(client, li):
    sign_in(client, li)
    client.post("/lock/now/")
    response = client.post("/split/", {"note": "two people at the gate"})
    assert response["Location"] == reverse("lock")
    assert b"two people" not in client.get("/lock/").content
    wrong = client.post("/lock/", {"password": "something else"})
    assert wrong.status_code == 422
    key_before = client.session.session_key
    assert client.post("/lock/", {"password": PASSWORD})["Location"] == "/lock/held/"
    assert client.session.session_key != key_before
    held = client.get("/lock/held/").content.decode()
    assert 'action="/split/"' in held
    assert 'value="two people at the gate"' in held
    client.post("/lock/held/")
    assert client.get("/lock/held/").status_code == 404


def test_instants_are_shown_in_the_stations_own_time():
    station = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", tz="Asia/Shanghai"
    )
    with open_office(station.code):
        assert str(timezone.get_current_timezone()) == "Asia/Shanghai"
    li = make_account("li", role="officer", station=station)
    post = li.posts.get()
    with Who(li, (post,), post, (), is_locked=False, needs_second_step=False).scope():
        assert str(timezone.get_current_timezone()) == "Asia/Shanghai"
    assert str(timezone.get_current_timezone()) == "UTC"


def test_a_chief_looks_at_one_office_alone_where_its_address_says_so(client, a_beat_each, south, oversight):
    sign_in(client, make_account("a", role="chief", station=Station.objects.get(code="river")))
    assert client.get("/beats/", {"at": south.pk}).content.decode() == "south"
    assert client.get("/beats/", {"at": oversight.pk}).content.decode() == "north river south"
    assert client.get("/beats/", {"at": "nowhere"}).content.decode() == "north river south"


def test_an_officer_looks_at_no_other_office(client, a_beat_each, li, south):
    sign_in(client, li)
    assert client.get("/beats/", {"at": south.pk}).content.decode() == "north"


def test_whoever_reads_several_offices_is_asked_which_one_has_the_number(client, a_beat_each, li):
    sign_in(client, make_account("a", role="chief", station=Station.objects.get(code="river")))
    answer = client.get("/fail/several/")
    assert answer.status_code == 300
    assert answer.content.decode().count("?at=") == 2
    client.cookies.clear()
    sign_in(client, li)
    with pytest.raises(Beat.MultipleObjectsReturned):
        client.get("/fail/several/")
