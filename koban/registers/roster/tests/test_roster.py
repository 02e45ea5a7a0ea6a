from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from koban.kernel import stations
from koban.kernel.access.models import Post
from koban.kernel.ledger import reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.registers.roster import actions, promises, queries
from koban.registers.roster.models import Shift
from koban.registers.roster.tests.conftest import NOON, actor

HOUR = timedelta(hours=1)
Team = dict[str, Post]
pytestmark = pytest.mark.django_db


def enter(team: Team, who: str, start: float, end: float, **more: Any) -> Shift:
    """A shift by hours from noon, entered by the officer."""
    return actions.enter_shift(
        team[who], NOON + HOUR * start, NOON + HOUR * end, by=actor(team["li"]), at=NOON - 48 * HOUR, **more
    )


def planned(station: Station, team: Team) -> list[Shift]:
    by = actor(team["li"])
    teams = {post: "officer" if key == "li" else "ABC"[(int(key[-1]) - 1) // 2] for key, post in team.items()}
    actions.set_pattern("one_and_six", date(2026, 3, 9), teams, by=by, at=NOON)
    return actions.plan(date(2026, 3, 9), date(2026, 3, 16), by=by, at=NOON, station=station)


def test_a_pattern_covers_the_next_72_hours_without_a_gap(station: Station, team: Team) -> None:
    assert planned(station, team)
    covered = queries.coverage_72h(station, NOON)
    assert covered[-1].ends_at == NOON + 72 * HOUR
    assert all(interval.ok and len(interval.on_duty) >= 2 for interval in covered)


def test_planning_twice_makes_nothing_twice_and_leaves_the_past_alone(station: Station, team: Team) -> None:
    first = planned(station, team)
    again = actions.plan(date(2026, 3, 9), date(2026, 3, 16), by=actor(team["li"]), at=NOON, station=station)
    assert again == []
    assert all(shift.ends_at > NOON for shift in first)


def test_what_was_entered_by_hand_is_not_planned_over(station: Station, team: Team) -> None:
    mine = enter(team, "aux1", 1, 30)
    planned(station, team)
    theirs = Shift.objects.filter(post=team["aux1"], starts_at__lt=mine.ends_at, ends_at__gt=mine.starts_at)
    assert list(theirs) == [mine]


def test_a_cancelled_shift_opens_a_gap_and_stays_in_the_table(station: Station, team: Team) -> None:
    enter(team, "li", -1, 30, on_call=True)
    shift = enter(team, "aux1", -1, 30)
    assert queries.coverage_72h(station, NOON)[0].ok
    actions.cancel_shift(shift, by=actor(team["li"]), at=NOON)
    assert not queries.coverage_72h(station, NOON)[0].ok
    assert Shift.objects.filter(pk=shift.pk).exists()


@pytest.mark.parametrize(
    "start, end, why",
    [(5, 5, "end after"), (5, 4, "end after"), (0, 40, "day and a half"), (1, 5, "already has a shift")],
)
def test_a_shift_that_cannot_be_is_refused(team: Team, start: int, end: int, why: str) -> None:
    enter(team, "aux1", 0, 8)
    with pytest.raises(Refused, match=why):
        enter(team, "aux1", start, end)


def test_two_shifts_may_meet_and_on_call_may_run_beside_being_in(team: Team) -> None:
    enter(team, "li", 0, 8)
    enter(team, "li", 8, 16)
    enter(team, "li", 0, 8, on_call=True)
    assert Shift.objects.count() == 3


def test_the_database_itself_refuses_the_same_shift_twice(team: Team) -> None:
    shift = enter(team, "aux1", 0, 8)
    twin = Shift(post=shift.post, role=shift.role, starts_at=shift.starts_at, ends_at=shift.ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_an_auxiliary_does_not_plan(station: Station, team: Team) -> None:
    with pytest.raises(Denied):
        actions.plan(date(2026, 3, 9), date(2026, 3, 9), by=actor(team["aux1"]), at=NOON, station=station)


def test_a_pattern_needs_somebody_in_each_team(team: Team) -> None:
    with pytest.raises(Refused, match="team C"):
        actions.set_pattern(
            "one_and_six", date(2026, 3, 9), {team["li"]: "officer", team["aux1"]: "A", team["aux2"]: "B"},
            by=actor(team["li"]), at=NOON,
        )  # fmt: skip


def sign_on(team: Team, who: str, hours: float = 0) -> None:
    actions.sign_on(team[who], by=actor(team[who]), at=NOON + HOUR * hours)


def status(hours: float = 0) -> dict[str, str]:
    return {standing.label: standing.status for standing in queries.on_duty(NOON + HOUR * hours)}


def test_on_duty_tells_who_is_in_out_planned_and_on_call(team: Team) -> None:
    enter(team, "li", -1, 8, on_call=True)
    for who in ("aux1", "aux2", "aux3"):
        enter(team, who, -1, 8)
    sign_on(team, "aux1", -1)
    actions.go_out(team["aux2"], "round", NOON + HOUR, by=actor(team["aux2"]), at=NOON)
    assert status() == {"aux1": "in", "aux2": "out", "aux3": "planned", "li": "on_call"}


def test_who_signed_off_early_is_gone_and_who_came_unplanned_is_there(team: Team) -> None:
    enter(team, "aux1", -4, 8)
    sign_on(team, "aux1", -4)
    actions.sign_off(team["aux1"], by=actor(team["aux1"]), at=NOON - HOUR)
    sign_on(team, "aux5", -1)
    assert status() == {"aux5": "in"}


def test_who_forgot_to_sign_off_does_not_count_for_ever(team: Team) -> None:
    enter(team, "aux1", -8, 0)
    sign_on(team, "aux1", -8)
    assert status(0.5) == {"aux1": "in"}
    assert status(2) == {}


@pytest.mark.parametrize(
    "who_is_in, who_is_out, is_in",
    [(["aux1"], [], True), (["aux1", "aux2"], ["aux1"], True), (["aux1"], ["aux1"], False), ([], [], False)],
)
def test_the_sign_on_the_door_tells_the_truth(
    station: Station, team: Team, who_is_in: list[str], who_is_out: list[str], is_in: bool
) -> None:
    for who in who_is_in:
        enter(team, who, -1, 8)
        sign_on(team, who, -1)
    for who in who_is_out:
        actions.go_out(team[who], "call", NOON + 2 * HOUR, by=actor(team[who]), at=NOON)
    assert queries.someone_is_in(station, NOON).is_in == is_in


def test_the_sign_says_when_somebody_is_back_and_stops_believing_who_is_late(
    station: Station, team: Team
) -> None:
    enter(team, "aux1", -1, 8)
    actions.go_out(team["aux1"], "call", NOON + HOUR, by=actor(team["aux1"]), at=NOON)
    assert queries.someone_is_in(station, NOON).presence.changes_at == NOON + HOUR
    assert not queries.someone_is_in(station, NOON + 2 * HOUR).is_in
    actions.come_back(team["aux1"], by=actor(team["aux1"]), at=NOON + 2 * HOUR)
    assert queries.someone_is_in(station, NOON + 2 * HOUR).is_in


def test_a_sign_that_rests_on_the_plan_alone_says_so(station: Station, team: Team) -> None:
    enter(team, "aux1", -1, 8)
    door = queries.someone_is_in(station, NOON)
    assert door.is_in
    assert not door.confirmed
    sign_on(team, "aux1")
    assert queries.someone_is_in(station, NOON).confirmed


def test_an_officer_on_call_is_reachable_and_auxiliaries_alone_are_not_enough(team: Team) -> None:
    enter(team, "aux1", -1, 8)
    assert not queries.is_sworn_reachable(NOON)
    enter(team, "li", -1, 8, on_call=True)
    assert queries.is_sworn_reachable(NOON)


def test_signing_on_going_out_and_coming_back_twice_changes_nothing(team: Team) -> None:
    sign_on(team, "aux1")
    sign_on(team, "aux1")
    actions.come_back(team["aux1"], by=actor(team["aux1"]), at=NOON)
    assert [page.verb for page in reading.latest()] == ["roster.sign_on"]


@pytest.mark.parametrize("why, minutes, said", [("fishing", 60, "Say why"), ("call", 0, "already over")])
def test_going_out_needs_a_reason_and_a_time_to_come(team: Team, why: str, minutes: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        actions.go_out(team["aux1"], why, NOON + timedelta(minutes=minutes), by=actor(team["aux1"]), at=NOON)


def test_signing_off_ends_the_outing_and_needs_to_have_signed_on(team: Team) -> None:
    with pytest.raises(Refused, match="not signed on"):
        actions.sign_off(team["aux1"], by=actor(team["aux1"]), at=NOON)
    actions.go_out(team["aux1"], "call", NOON + HOUR, by=actor(team["aux1"]), at=NOON)
    actions.sign_off(team["aux1"], by=actor(team["aux1"]), at=NOON + HOUR)
    assert status(1) == {}


def test_every_change_of_the_roster_has_its_page(station: Station, team: Team) -> None:
    planned(station, team)
    sign_on(team, "aux1")
    verbs = [page.verb for page in reading.latest()]
    assert verbs == ["roster.sign_on", "roster.plan", "roster.pattern"]


@pytest.fixture
def owed(monkeypatch: pytest.MonkeyPatch) -> None:
    owing = promises.Promise("m1", "2026-000001", "answer", "2026-03-12T15:59:59+00:00", "OFFICE-ANSWER-1")
    monkeypatch.setattr(promises, "_sources", [lambda at: [owing]])


def test_the_note_at_the_change_of_shift_carries_the_open_promises(team: Team, owed: None) -> None:
    note = actions.hand_over("Key of the shed is at the baker's.", by=actor(team["aux1"]), at=NOON)
    assert [promise["number"] for promise in note.promises] == ["2026-000001"]


def test_an_empty_note_is_refused_unless_promises_fill_it(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "_sources", [])
    with pytest.raises(Refused, match="next shift"):
        actions.hand_over("  ", by=actor(team["aux1"]), at=NOON)


def test_somebody_else_takes_over_and_only_once(team: Team) -> None:
    note = actions.hand_over("All quiet.", by=actor(team["aux1"]), at=NOON)
    with pytest.raises(Refused, match="your own"):
        actions.take_over(note, by=actor(team["aux1"]), at=NOON)
    taken = actions.take_over(note, by=actor(team["aux3"]), at=NOON)
    again = actions.take_over(note, by=actor(team["aux4"]), at=NOON + HOUR)
    assert (taken.taken_label, again.taken_label) == ("aux3", "aux3")


def test_coverage_by_the_hour_shows_the_worst_moment_of_each(station: Station, team: Team) -> None:
    enter(team, "li", -1, 30, on_call=True)
    enter(team, "aux1", 0, 2.5)
    hours = queries.by_hour(queries.coverage_72h(station, NOON))
    assert len(hours) == 72
    assert [hour.gap for hour in hours[:4]] == [False, False, True, True]


def test_another_station_sees_none_of_it(station: Station, team: Team) -> None:
    enter(team, "aux1", -1, 8)
    other = Station.objects.create(code="hill", name="山上警务室", kind="office", path="hill/")
    with stations.outside(), stations.scope(other.pk):
        assert queries.on_duty(NOON) == []
        assert not queries.someone_is_in(other, NOON).is_in
