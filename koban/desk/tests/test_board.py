import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.desk.board import queries
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions, endings
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import PUBLIC
from koban.kernel.stations.models import Beat
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.roster import actions as roster

BOARD = "/desk/board/"


def lanes(html):
    """Lane -> numbers in the order of the page."""
    found: dict[str, list[str]] = {}
    for lane, number in re.findall(r'data-slip="[^"]+" data-lane="(\w+)".*?data-number="([\d-]+)"', html):
        found.setdefault(lane, []).append(number)
    return found


def test_what_waits_stands_by_urgency_and_then_by_how_long_it_waits(desk, team, take):
    slow, first, urgent = take("noise", minutes=9), take("dispute", minutes=3), take("fire", minutes=1)
    second = take("dispute", minutes=2)
    waiting = lanes(desk.get(BOARD).text)["waiting"]
    assert waiting == [urgent.printed, first.printed, second.printed, slow.printed]


def test_a_matter_moves_through_the_lanes_with_its_state(desk, team, take):
    li, now = actor_of(team.li), timezone.now()
    sent, there, handled, answered = (take("noise") for _ in range(4))
    for matter in (sent, there):
        actions.dispatch(matter, [team.li.posts.get()], by=li, at=now)
    actions.arrive(there, by=li, at=now)
    actions.handle(handled, by=li, at=now)
    actions.handle(answered, by=li, at=now)
    endings.answer(answered, "Done.", by=li, at=now, station=team.li.posts.get().station)
    found = lanes(desk.get(BOARD).text)
    assert found == {
        "way": [sent.printed], "scene": [there.printed], "hand": [handled.printed], "answered": [answered.printed]
    }  # fmt: skip


def test_a_closed_matter_is_not_on_the_board(desk, team, take):
    li, now, matter = actor_of(team.li), timezone.now(), take("noise")
    actions.handle(matter, by=li, at=now)
    endings.answer(matter, "Done.", by=li, at=now, station=team.li.posts.get().station)
    endings.close(Matter.objects.get(pk=matter.pk), by=li, at=now)
    page = desk.get(BOARD).text
    assert lanes(page) == {}
    assert "Nothing is open" in page


def test_the_board_holds_no_word_of_a_reporter(desk, team, take):
    take("dispute", summary="My neighbour Wang Xiaoming drinks")
    assert "Xiaoming" not in desk.get(BOARD).text


def test_who_is_late_is_said_in_words_and_counted(desk, team, take):
    take("noise", minutes=60)
    page = desk.get(BOARD).text
    assert re.search(r"<time[^>]*tone-red[^>]*data-due>45 min late</time>", page)
    assert "<span data-late-count>1</span>" in page


def test_a_term_answers_why(desk, team, take):
    take("noise", minutes=1)
    assert "OFFICE-DISPATCH-2" in desk.get(BOARD).text


def test_who_is_where_shows_the_free_the_sent_and_who_is_out(desk, team, take):
    now, matter = timezone.now(), take("noise")
    actions.dispatch(matter, [team.zhao.posts.get()], by=actor_of(team.li), at=now)
    roster.go_out(team.qian.posts.get(), "round", now + timedelta(minutes=30), by=actor_of(team.qian), at=now)
    page = desk.get(BOARD).text
    states = dict(
        re.findall(r"<strong>(\d+)</strong>.*?</svg>([^<]+)</span>", page.split("data-units=")[1], re.S)
    )
    assert states == {"002": "Sent", "001": "Free", "003": "Out"}
    assert "data-free>1</span>" in page


def test_somebody_sent_without_being_on_the_roster_is_shown_too(desk, people, take):
    matter = take("noise")
    actions.dispatch(matter, [people.qian.posts.get()], by=actor_of(people.li), at=timezone.now())
    assert "<strong>003</strong>" in desk.get(BOARD).text.split("data-units=")[1]


@pytest.mark.parametrize(
    "asked, shown",
    [
        ("", {"noise", "fire", "theft"}),
        ("?priority=1", {"fire"}),
        ("?group=neighbours", {"noise"}),
        ("?lane=way", {"theft"}),
        ("?mine=1", {"theft"}),
        ("?mine=1&priority=1", set()),
        ("?priority=nine&lane=moon", {"noise", "fire", "theft"}),
    ],
)
def test_filters_are_plain_addresses_that_work_without_a_script(desk, team, take, asked, shown):
    made = {code: take(code) for code in ("noise", "fire", "theft")}
    actions.dispatch(made["theft"], [team.li.posts.get()], by=actor_of(team.li), at=timezone.now())
    page = desk.get(BOARD + asked).text
    visible = re.findall(r'data-number="([\d-]+)"(?: data-\w+)*>', page)
    assert {code for code, matter in made.items() if matter.printed in visible} == shown


def test_the_beat_filter_is_there_when_beats_are(desk, team, take, address):
    beat = Beat.objects.create(code="south", name="南片", name_en="South", polygon=[])
    address.beat = beat
    address.save(update_fields=["beat"])
    matter = take("noise")
    page = desk.get(f"{BOARD}?beat={beat.pk}").text
    assert "South" in page
    assert re.search(rf'data-number="{matter.printed}">', page)


def test_an_office_sees_nothing_of_another(people, team, take):
    take("noise")
    assert lanes(browser_of(people.wang).get(BOARD).text) == {}


def test_a_chief_sees_the_offices_below_each_with_its_team(people, team, take, tree):
    here = take("noise")
    with stations.scope(tree.hill.pk):
        there = actions.take(
            Report("theft", "public", "…", Place("hill")), by=PUBLIC, at=timezone.now(), station=tree.hill
        ).matter
    page = browser_of(people.chief).get(BOARD).text
    assert sorted(lanes(page)["waiting"]) == sorted([here.printed, there.printed])
    assert "lake office" in page


@pytest.mark.parametrize("who, status", [("li", 200), ("zhao", 200), ("chief", 200), ("admin", 403)])
def test_who_may_watch(people, lake, who, status):
    assert browser_of(getattr(people, who)).get(BOARD).status_code == status


def test_the_board_asks_ten_questions_however_much_stands_on_it(desk, team, take):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(BOARD).status_code == 200
        return len(captured)

    for _ in range(10):
        take("noise")
    few = asked()
    for number in range(190):
        matter = take("theft")
        if number < 40:
            actions.dispatch(matter, [team.zhao.posts.get()], by=actor_of(team.li), at=timezone.now())
    assert asked() == few
    assert few <= 10


def test_what_does_not_fit_is_said_and_the_most_urgent_stays(desk, team, take, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)
    urgent = [take("fire", minutes=0), *(take("noise") for _ in range(4))][0]
    page = desk.get(BOARD).text
    assert len(lanes(page)["waiting"]) == 3
    assert urgent.printed in lanes(page)["waiting"]
    assert "There is more than fits here" in page


def test_the_map_gets_places_without_words(desk, team, take):
    matter = take("dispute", summary="Wang Xiaoming")
    feed = desk.get("/desk/board/map.json")
    (feature,) = feed.json()["features"]
    assert feed["Content-Type"] == "application/geo+json"
    assert feature["properties"]["id"] == str(matter.pk)
    assert feature["geometry"]["coordinates"] == [120.1501, 30.2502]
    assert "Xiaoming" not in feed.text


def test_a_note_that_nobody_took_over_is_shown_until_somebody_does(desk, team):
    li, now = actor_of(team.li), timezone.now()
    note = roster.hand_over("The lift is stuck again.", by=actor_of(team.zhao), at=now)
    assert "The lift is stuck again." in desk.get(BOARD).text
    roster.take_over(note, by=li, at=now)
    assert "The lift is stuck again." not in desk.get(BOARD).text


class TestSending:
    def test_the_form_offers_who_is_on_duty_and_ticks_who_was_named(self, desk, team, take):
        page = desk.get(f"{send_to(take('noise'))}?to=003,nobody").text
        ticked = re.findall(r'value="([^"]+)"[^>]*checked', page)
        assert ticked == [str(team.qian.posts.get().pk)]

    def test_sending_sends(self, desk, team, take):
        matter = take("noise")
        answer = desk.post(send_to(matter), {"posts": [team.zhao.posts.get().pk], "key": str(uuid4())})
        assert answer.headers["Location"] == BOARD
        assert Matter.objects.get(pk=matter.pk).state == "dispatched"

    def test_nobody_chosen_is_one_sentence(self, desk, team, take):
        answer = desk.post(send_to(take("noise")), {"key": str(uuid4())})
        assert answer.status_code == 422
        assert "Choose who goes." in answer.text

    def test_what_the_duty_refuses_is_said_in_the_form_with_what_was_ticked(self, desk, team, take):
        matter = take("robbery")
        answer = desk.post(send_to(matter), {"posts": [team.zhao.posts.get().pk], "key": str(uuid4())})
        assert answer.status_code == 422
        assert "At least 2 go together" in answer.text
        assert "checked" in answer.text
        assert Matter.objects.get(pk=matter.pk).state == "received"

    def test_nobody_is_sent_to_another_office(self, desk, team, tree):
        with stations.scope(tree.hill.pk):
            actions.take(
                Report("theft", "public", "…", Place("hill")), by=PUBLIC, at=timezone.now(), station=tree.hill
            )
        assert desk.get("/desk/board/send/2026/1/").status_code == 404


def send_to(matter):
    return f"/desk/board/send/{matter.year}/{matter.number}/"
