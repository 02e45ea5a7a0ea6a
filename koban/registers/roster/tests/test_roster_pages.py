from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koban.kernel.access.models import Post
from koban.kernel.access.testing import sign_in
from koban.kernel.stations.models import Station
from koban.registers.roster import actions, queries
from koban.registers.roster.models import HandOver, Shift
from koban.registers.roster.tests.conftest import actor

Team = dict[str, Post]
pytestmark = pytest.mark.django_db


def client_of(post: Post) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, post.account)
    client.cookies["koban_language"] = "en"
    return client


def send(who: Post, step: str, /, *args: Any, **told: Any) -> Any:
    return client_of(who).post(reverse(f"roster:{step}", args=args), {"key": uuid4().hex, **told})


def page(post: Post) -> str:
    answer = client_of(post).get(reverse("roster:now"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_empty_roster_says_what_to_do_and_shows_the_gap(team: Team) -> None:
    text = page(team["li"])
    assert "Nobody is on duty." in text
    assert "1 gap in the next 72 hours." in text


def test_the_officer_makes_shifts_for_four_weeks_from_a_pattern(station: Station, team: Team) -> None:
    teams = {
        f"team_{post.pk}": "officer" if key == "li" else "ABC"[(int(key[-1]) - 1) // 2]
        for key, post in team.items()
    }
    first = timezone.now().date() - timedelta(days=1)
    answer = send(team["li"], "plan", pattern="one_and_six", first=first.isoformat(), weeks=4, **teams)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert queries.coverage_72h(station, timezone.now())[0].ok
    assert "Covered for the next 72 hours." in page(team["aux1"])


@pytest.mark.parametrize("step", ["on", "off", "back"])
def test_the_buttons_of_duty_answer_with_the_roster(team: Team, step: str) -> None:
    actions.sign_on(team["aux1"], by=actor(team["aux1"]), at=timezone.now() - timedelta(hours=1))
    answer = send(team["aux1"], step)
    assert answer.status_code == 302


def test_going_out_says_why_and_when_back(team: Team) -> None:
    assert send(team["aux1"], "out", why="round", minutes=45).status_code == 302
    assert "a round" in page(team["li"])


@pytest.mark.parametrize(
    "name, told",
    [
        ("out", {"why": "round", "minutes": "0"}),
        ("out", {"why": "fishing", "minutes": "30"}),
        ("enter", {"starts_at": "2026-03-10T08:00", "ends_at": "2026-03-10T07:00"}),
        ("plan", {"pattern": "none", "first": "tomorrow", "weeks": "99"}),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_changes_nothing(
    team: Team, name: str, told: dict[str, str]
) -> None:
    answer = send(team["li"], name, **told)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() or "error" in answer.content.decode()
    assert not Shift.objects.exists()


def test_a_shift_is_entered_in_the_local_time_of_the_station(team: Team) -> None:
    told = {"post": team["aux1"].pk, "starts_at": "2026-03-10T08:00", "ends_at": "2026-03-10T20:00"}
    assert send(team["li"], "enter", **told).status_code == 302
    assert Shift.objects.get().starts_at.isoformat() == "2026-03-10T00:00:00+00:00"


def test_an_auxiliary_sees_the_roster_and_does_not_plan(team: Team) -> None:
    assert reverse("roster:plan") not in page(team["aux1"])
    assert (
        send(team["aux1"], "plan", pattern="one_and_six", first=str(date(2026, 3, 9)), weeks=1).status_code
        == 403
    )


def test_the_note_goes_from_one_shift_to_the_next(team: Team) -> None:
    assert send(team["aux1"], "hand-over", text="Key is at the baker's.").status_code == 302
    note = HandOver.objects.get()
    assert "baker" in page(team["aux3"])
    assert send(team["aux3"], "take-over", note.pk).status_code == 302
    assert "taken over" in page(team["li"])


def test_the_page_asks_the_database_as_often_for_many_shifts_as_for_few(
    station: Station, team: Team, django_assert_max_num_queries: Any
) -> None:
    by, now = actor(team["li"]), timezone.now()
    teams = {post: "officer" if key == "li" else "ABC"[(int(key[-1]) - 1) // 2] for key, post in team.items()}
    actions.set_pattern("three_watches", now.date(), teams, by=by, at=now)
    actions.plan(now.date(), now.date() + timedelta(days=20), by=by, at=now, station=station)
    client = client_of(team["li"])
    with django_assert_max_num_queries(26):
        client.get(reverse("roster:now"))
