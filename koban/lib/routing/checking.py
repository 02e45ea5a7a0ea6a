"""What cannot be planned is said before the search, in one sentence; what was planned is checked after it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from koban.lib.mistakes import Mistake
from koban.lib.routing.model import Person, Plan, Problem, Stop, Unserved
from koban.lib.routing.timing import overrun, timed
from koban.lib.sentence import Sentence, gettext_noop

LONGEST = 2**40
"""In the unit: longer times and travels are refused, so that no sum leaves 64 bits."""
MOST_STOPS, MOST_PEOPLE = 2_000, 50
HEAVIEST = 2**60

NO_PEOPLE = gettext_noop("Nobody walks the round: name at least one person.")
TOO_MANY = gettext_noop("%(count)d stops are too many for one plan; at most %(most)d are taken.")
CROWD = gettext_noop("%(count)d people are too many for one plan; at most %(most)d are taken.")
TWICE = gettext_noop("The stop %(stop)s is named twice.")
UNKNOWN_PLACE = gettext_noop("The travel times know no place %(place)s, which %(who)s needs.")
NOT_SQUARE = gettext_noop("The travel times are no square table.")
NOT_WHOLE = gettext_noop("The travel times are not whole numbers.")
OUT_OF_RANGE = gettext_noop("%(who)s has a time, stay or prize that is negative or too big.")
TRAVEL_RANGE = gettext_noop("A travel time is negative or too big.")
BACKWARDS = gettext_noop("%(who)s ends before it begins.")
NO_WAY_HOME = gettext_noop("%(who)s cannot even get from the start to the end in time.")
TOO_MUCH = gettext_noop("The prizes are too big beside the times: use smaller ones.")
OUT_OF_REACH = gettext_noop("The stop %(stop)s must be visited, but nobody can: %(why)s")

NEVER_OPEN = gettext_noop("It is not open while anybody is on the round.")
TOO_FAR = gettext_noop("There is no getting there and back within anybody's time.")
CLOSED_FIRST = gettext_noop("It closes before anybody can be there and back.")
NO_ROOM = gettext_noop("It is left out for others: with it, somebody would come too late.")
UNTRIED = gettext_noop("The search found no place for it in the time it had.")


def refuse_nonsense(problem: Problem) -> None:
    """Raises Mistake with one sentence for what is no problem at all, or has no answer whatever the order."""
    _refuse_counts(problem)
    matrix = _checked_matrix(problem)
    for person in problem.people:
        _refuse_person(person, matrix)
    for stop in problem.stops:
        _refuse_stop(stop, matrix)
        if stop.required and (why := out_of_reach(stop, problem.people, matrix)):
            raise Mistake("out_of_reach", OUT_OF_REACH, stop=stop.key, why=str(why))


def _refuse_counts(problem: Problem) -> None:
    keys = [stop.key for stop in problem.stops]
    if not problem.people:
        raise Mistake("no_people", NO_PEOPLE)
    if len(problem.people) > MOST_PEOPLE:
        raise Mistake("too_many", CROWD, count=len(problem.people), most=MOST_PEOPLE)
    if len(keys) > MOST_STOPS:
        raise Mistake("too_many", TOO_MANY, count=len(keys), most=MOST_STOPS)
    if len(set(keys)) < len(keys):
        raise Mistake("twice", TWICE, stop=next(key for key in keys if keys.count(key) > 1))


def _checked_matrix(problem: Problem) -> npt.NDArray[np.int64]:
    try:
        matrix = problem.matrix
    except (ValueError, TypeError):
        raise Mistake("travel", NOT_WHOLE) from None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise Mistake("travel", NOT_SQUARE)
    if matrix.size and not 0 <= int(matrix.min()) <= int(matrix.max()) <= LONGEST:
        raise Mistake("travel", TRAVEL_RANGE)
    return matrix


def _refuse_person(person: Person, matrix: npt.NDArray[np.int64]) -> None:
    _known(person.key, matrix, person.start, person.end)
    _in_range(person.key, person.begins, person.ends)
    if person.ends < person.begins:
        raise Mistake("backwards", BACKWARDS, who=person.key)
    if person.begins + int(matrix[person.start, person.end]) > person.ends:
        raise Mistake("no_way", NO_WAY_HOME, who=person.key)


def _refuse_stop(stop: Stop, matrix: npt.NDArray[np.int64]) -> None:
    _known(stop.key, matrix, stop.place)
    _in_range(
        stop.key, stop.stay, stop.prize, *(at for each in stop.windows for at in (each.opens, each.closes))
    )
    if any(window.closes < window.opens for window in stop.windows):
        raise Mistake("backwards", BACKWARDS, who=stop.key)


def _known(who: str, matrix: npt.NDArray[np.int64], *places: int) -> None:
    for place in places:
        if not 0 <= place < len(matrix):
            raise Mistake("place", UNKNOWN_PLACE, who=who, place=place)


def _in_range(who: str, *numbers: int) -> None:
    if not all(isinstance(number, int) and 0 <= number <= LONGEST for number in numbers):
        raise Mistake("range", OUT_OF_RANGE, who=who)


def out_of_reach(stop: Stop, people: Sequence[Person], matrix: npt.NDArray[np.int64]) -> Sentence | None:
    """Why nobody could visit this stop even if it were the only one; None if somebody could."""
    alone = [timed(person, [stop], matrix) for person in people]
    if any(route.in_time for route in alone):
        return None
    if stop.windows and not any(
        window.opens <= person.ends and window.closes >= person.begins
        for window in stop.windows
        for person in people
    ):
        return Sentence(NEVER_OPEN)
    anywhen = Stop(stop.key, stop.place, stop.stay)
    if not any(timed(person, [anywhen], matrix).in_time for person in people):
        return Sentence(TOO_FAR)
    return Sentence(CLOSED_FIRST)


def reasons(problem: Problem, orders: Sequence[Sequence[Stop]]) -> tuple[Unserved, ...]:
    """Every stop that no order visits, and why."""
    visited = {stop.key for order in orders for stop in order}
    return tuple(_left(stop, problem, orders) for stop in problem.stops if stop.key not in visited)


def _left(stop: Stop, problem: Problem, orders: Sequence[Sequence[Stop]]) -> Unserved:
    if never := out_of_reach(stop, problem.people, problem.matrix):
        return Unserved(stop, never)
    late = min(
        overrun(timed(person, [*order[:at], stop, *order[at:]], problem.matrix))
        for person, order in zip(problem.people, orders, strict=True)
        for at in range(len(order) + 1)
    )
    return Unserved(stop, Sentence(NO_ROOM if late else UNTRIED), late)


def late_in(found: Plan) -> list[str]:
    """Keys of the people and stops that a plan would come too late for; none in a plan of the search."""
    people = [route.person.key for route in found.routes if route.late]
    return people + [visit.stop.key for route in found.routes for visit in route.visits if visit.late]
