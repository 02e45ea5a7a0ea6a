from itertools import permutations
from pathlib import Path

import pytest

from koban.lib.mistakes import Mistake
from koban.lib.routing import Person, Stop, Window, late_in, plan, timed
from koban.lib.routing.formats import read
from koban.lib.routing.model import Problem

DATA = Path(__file__).parent / "data"
LINE = [[abs(a - b) * 10 for b in range(7)] for a in range(7)]
"""Seven places on a line, ten apart; the office is at 0."""
DAY = Person("A", 0, 200)
TRIES = 300


def order(route):
    return [visit.stop.key for visit in route.visits]


def planned(stops, people=(DAY,), travel=LINE, **more):
    return plan(stops, travel, people, tries=TRIES, **more)


def test_all_stops_are_visited_by_the_shortest_way_where_there_is_time():
    found = planned([Stop(str(at), at, 5) for at in (3, 1, 2)])
    assert (found.prize, found.unserved, found.routes[0].travelled) == (3, (), 60)
    assert found.routes[0].returns == 75


def test_what_is_worth_more_goes_first_where_there_is_no_time_for_all():
    found = planned([Stop("near", 1, 60, prize=2), Stop("far", 6, 60, prize=5)], [Person("A", 0, 185)])
    assert order(found.routes[0]) == ["far"]
    assert [(left.stop.key, str(left.why), left.late) for left in found.unserved] == [
        ("near", "It is left out for others: with it, somebody would come too late.", 55)
    ]


def test_what_is_required_goes_before_any_prize():
    found = planned(
        [Stop("near", 1, 60, prize=2, required=True), Stop("far", 6, 60, prize=500)], [Person("A", 0, 185)]
    )
    assert (order(found.routes[0]), found.missed) == (["near"], ())


def test_two_that_are_required_and_exclude_each_other_leave_one_that_is_told():
    early = (Window(60, 60),)
    found = planned([Stop("near", 1, 0, early, required=True), Stop("far", 6, 0, early, required=True)])
    assert len(found.missed) == 1


@pytest.mark.parametrize(
    "windows, begins",
    [
        ((), 10),
        ((Window(50, 60),), 50),
        ((Window(0, 5), Window(50, 60)), 50),  # closed in the middle of the day
        ((Window(0, 10), Window(50, 60)), 10),  # both ends of a window are open
    ],
)
def test_a_visit_begins_in_one_of_the_windows(windows, begins):
    found = planned([Stop("1", 1, 5, windows)])
    assert found.routes[0].visits[0].begins == begins


def test_nobody_waits_at_the_first_door_for_it_to_open():
    route = planned([Stop("1", 1, 5, (Window(50, 90),))]).routes[0]
    assert (route.leaves, route.visits[0].waits) == (40, 0)


def test_two_people_share_the_stops_and_nobody_goes_where_there_is_nothing():
    stops = [Stop(str(at), at, 70) for at in (1, 2)]
    both = planned(stops, [Person("A", 0, 100), Person("B", 0, 120)])
    assert sorted(map(order, both.routes)) == [["1"], ["2"]]
    idle = planned([Stop("1", 1)], [DAY, Person("B", 0, 200)])
    assert sorted(map(order, idle.routes)) == [[], ["1"]]


def test_a_route_may_end_elsewhere():
    found = planned([Stop("3", 3)], [Person("A", 0, 60, start=0, end=6)])
    assert (found.routes[0].returns, found.routes[0].travelled) == (60, 60)


def test_travel_may_be_a_function_and_may_differ_by_direction():
    found = planned([Stop("1", 1)], travel=lambda a, b: 10 if a < b else 30 if a > b else 0)
    assert found.routes[0].returns == 40


def test_the_same_seed_and_tries_give_the_same_plan():
    case = read(DATA / "r104.txt", 2).problem
    plans = [plan(case.stops, case.matrix, case.people, tries=200, seed=7) for _ in range(2)]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_small_rounds_are_as_good_as_trying_every_order(seed):
    # Six stops, half of them with windows; every order of every subset is tried.
    stops = [
        Stop(
            str(at),
            at,
            (at * seed) % 17,
            (Window(at * 13 % 90, at * 13 % 90 + 40),) if (at + seed) % 2 else (),
            at,
        )
        for at in range(1, 7)
    ]
    person = Person("A", 0, 110)
    found = planned(stops, [person])
    matrix = Problem(stops, LINE, [person]).matrix
    best = max(
        sum(stop.prize for stop in some)
        for count in range(7)
        for some in permutations(stops, count)
        if timed(person, some, matrix).in_time
    )
    assert found.prize == best


@pytest.mark.parametrize(
    "stop, why",
    [
        (Stop("1", 1, 0, (Window(300, 400),)), "It is not open while anybody is on the round."),
        (Stop("1", 1, 500), "There is no getting there and back within anybody's time."),
        (Stop("6", 6, 0, (Window(0, 30),)), "It closes before anybody can be there and back."),
    ],
)
def test_a_stop_that_nobody_can_reach_says_why_and_one_that_must_be_visited_ends_the_plan(stop, why):
    found = planned([stop, Stop("2", 2)])
    assert [(left.stop.key, str(left.why)) for left in found.unserved] == [(stop.key, why)]
    with pytest.raises(Mistake, match=why):
        planned([Stop(stop.key, stop.place, stop.stay, stop.windows, required=True)])


@pytest.mark.parametrize(
    "stops, people, travel, why",
    [
        ([Stop("1", 1)], [], LINE, "Nobody walks the round"),
        ([Stop("1", 1), Stop("1", 2)], [DAY], LINE, "The stop 1 is named twice"),
        ([Stop("1", 7)], [DAY], LINE, "know no place 7"),
        ([Stop("1", 1, -5)], [DAY], LINE, "negative or too big"),
        ([Stop("1", 1, prize=2**50)], [DAY], LINE, "negative or too big"),
        (
            [Stop(str(at), 1, prize=2**40) for at in range(40)],
            [Person("A", 0, 2**39)],
            LINE,
            "prizes are too big",
        ),
        ([Stop("1", 1, 0, (Window(5, 4),))], [DAY], LINE, "1 ends before it begins"),
        ([Stop("1", 1)], [Person("A", 10, 5)], LINE, "A ends before it begins"),
        ([Stop("1", 1)], [Person("A", 0, 5, 0, 6)], LINE, "A cannot even get from the start to the end"),
        ([Stop("1", 1)], [DAY], [[0, 1.5], [1.5, 0]], "not whole numbers"),
        ([Stop("1", 1)], [DAY], [[0, 1]], "no square table"),
        ([Stop("1", 1)], [DAY], [[0, -1], [1, 0]], "negative or too big"),
        ([Stop(str(at), 1) for at in range(2001)], [DAY], LINE, "2001 stops are too many"),
    ],
)
def test_what_is_no_problem_is_refused_with_one_sentence(stops, people, travel, why):
    with pytest.raises(Mistake, match=why):
        planned(stops, people, travel)


def test_no_stops_are_an_empty_round():
    assert planned([]).routes[0].visits == ()


def test_an_order_made_by_hand_says_where_it_comes_too_late():
    stops = [Stop("6", 6, 10), Stop("1", 1, 10, (Window(0, 30),))]
    route = timed(Person("A", 0, 100), stops, Problem(stops, LINE, [DAY]).matrix)
    assert [(visit.begins, visit.late) for visit in route.visits] == [(60, 0), (120, 90)]
    assert (route.late, route.in_time) == (40, False)


@pytest.mark.parametrize(
    "file, people, least", [("c104.txt", 1, 400), ("r104.txt", 2, 500), ("p4.2.d.txt", 0, 510)]
)
def test_public_cases_are_planned_near_the_best_that_is_known_and_keep_every_window(file, people, least):
    case = read(DATA / file, people).problem
    found = plan(case.stops, case.matrix, case.people, tries=1500)
    assert found.prize >= least
    assert late_in(found) == []
    assert not any("no place" in str(left.why) for left in found.unserved)
