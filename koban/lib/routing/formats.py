"""Files of stops: the public cases of team orienteering, and a day's round of our own as JSON (README.md)."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from koban.lib.geo import Point, metres, point
from koban.lib.mistakes import Mistake
from koban.lib.routing.model import Person, Problem, Stop, Window
from koban.lib.sentence import gettext_noop

MOST_BYTES = 5_000_000
SOLOMON_TENTHS = 10  # the literature cuts these distances after the first decimal
CHAO_FINE = 10_000  # and computes with real numbers here: rounded up, so that what fits here fits there
BENDS = 1.3  # how much longer the way is than the line, where no streets are known
WALKING_KMH = 4.5
MINUTE = 60

NOT_TEXT = gettext_noop("%(file)s is no text of a round.")
TOO_LONG = gettext_noop("%(file)s is too long for a round.")
CUT = gettext_noop("%(file)s ends before its last stop, or has more than it says.")
NOT_NUMBERS = gettext_noop("Line %(line)d of %(file)s is not made of the numbers that belong there.")
UNKNOWN = gettext_noop("%(file)s is none of the known formats: TOPTW, TOP, or a round as JSON.")
MISSING = gettext_noop("%(where)s lacks %(what)s, or it is not what it should be.")
NOT_A_TIME = gettext_noop("%(time)s is not a time of day such as 09:30.")

Matrix = npt.NDArray[np.int64]
Ways = Callable[[Sequence[Point]], Matrix]
"""Travel times in seconds between all points."""


@dataclass(frozen=True)
class Case:
    """kind: toptw, top or round. unit: how many of the problem's units make one of the file's (a minute in a round)."""

    name: str
    kind: str
    unit: int
    problem: Problem


def read(path: Path, people: int = 0, ways: Ways | None = None) -> Case:
    """The case in a file. people: how many walk it, 0 for what the file says. ways: between points of a round.

    Raises Mistake with a sentence for a file that is none.
    """
    text = _text(path)
    if text.lstrip().startswith("{"):
        return _round(path, text, people, ways or straight)
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if lines and lines[0][0] == "n":
        return _top(path, lines, people)
    if len(lines) > 2 and len(lines[0]) == 4 and len(lines[1]) == 2:
        return _toptw(path, lines, people)
    raise Mistake("format", UNKNOWN, file=path.name)


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise Mistake("too_long", TOO_LONG, file=path.name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Mistake("text", NOT_TEXT, file=path.name) from None


# --- The public cases -------------------------------------------------------------------------------------------


def _toptw(path: Path, lines: list[list[str]], people: int) -> Case:
    """Righini and Salani after Solomon: number, x, y, stay, prize, some, opening, closing; row 0 is the office."""
    rows = _numbers(path, lines[2:], first=3)
    count = int(_numbers(path, lines[:1], first=1)[0][2])
    if len(rows) != count + 1 or any(len(row) < 7 for row in rows):
        raise Mistake("cut", CUT, file=path.name)
    grain = SOLOMON_TENTHS
    travel = np.floor(_distances([(row[1], row[2]) for row in rows]) * grain + 1e-9).astype(np.int64)
    stops = [
        Stop(
            str(int(row[0])), at, _grained(row[3], grain),
            (Window(_grained(row[-2], grain), _grained(row[-1], grain)),), round(row[4]),
        )
        for at, row in enumerate(rows) if at
    ]  # fmt: skip
    team = _team(max(1, people), _grained(rows[0][-2], grain), _grained(rows[0][-1], grain), 0)
    return Case(path.stem, "toptw", grain, Problem(stops, travel, team))


def _top(path: Path, lines: list[list[str]], people: int) -> Case:
    """Chao, Golden and Wasil: x, y, prize; the first row is the start and the last the end."""
    head = {line[0]: line[-1] for line in lines[:3]}
    if set(head) != {"n", "m", "tmax"}:
        raise Mistake("format", UNKNOWN, file=path.name)
    (count, told, longest), *_rest = _numbers(path, [[head["n"], head["m"], head["tmax"]]], first=1)
    rows = _numbers(path, lines[3:], first=4)
    if len(rows) != count or count < 2 or any(len(row) != 3 for row in rows):
        raise Mistake("cut", CUT, file=path.name)
    travel = np.ceil(_distances([(row[0], row[1]) for row in rows]) * CHAO_FINE - 1e-6).astype(np.int64)
    stops = [Stop(str(at), at, prize=round(row[2])) for at, row in enumerate(rows[:-1]) if at and row[2] > 0]
    team = _team(people or int(told), 0, math.floor(longest * CHAO_FINE + 1e-6), len(rows) - 1)
    return Case(path.stem, "top", CHAO_FINE, Problem(stops, travel, team))


def _numbers(path: Path, lines: list[list[str]], first: int) -> list[list[float]]:
    rows: list[list[float]] = []
    for number, line in enumerate(lines, first):
        try:
            rows.append([float(part) for part in line])
        except ValueError:
            raise Mistake("numbers", NOT_NUMBERS, file=path.name, line=number) from None
        if not all(math.isfinite(value) for value in rows[-1]):
            raise Mistake("numbers", NOT_NUMBERS, file=path.name, line=number)
    return rows


def _grained(value: float, grain: int) -> int:
    return round(value * grain)


def _team(count: int, begins: int, ends: int, end: int) -> list[Person]:
    return [Person(str(number), begins, ends, 0, end) for number in range(1, count + 1)]


def _distances(points: Sequence[tuple[float, float]]) -> npt.NDArray[np.float64]:
    at = np.array(points)
    far: npt.NDArray[np.float64] = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
    return far


# --- A round of our own -----------------------------------------------------------------------------------------


def _round(path: Path, text: str, people: int, ways: Ways) -> Case:
    """Times in seconds after midnight; places: the office, then the stops."""
    try:
        told = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise Mistake("json", NOT_TEXT, file=path.name) from None
    office = _place(told.get("office"), "office")
    stops = [_stop(each, at) for at, each in enumerate(_listed(told, "stops"), 1)]
    team = [_person(each) for each in _listed(told, "people")]
    if people:
        team = [Person(f"{team[0].key} {n}", team[0].begins, team[0].ends) for n in range(1, people + 1)]
    points = [office, *(_place(each, f"stop {at}") for at, each in enumerate(told["stops"], 1))]
    return Case(path.stem, "round", MINUTE, Problem(stops, ways(points), team))


def _listed(told: Any, name: str) -> list[dict[str, Any]]:
    rows = told.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Mistake("missing", MISSING, where="The round", what=name)
    return rows


def _place(told: Any, where: str) -> Point:
    if not isinstance(told, dict):
        raise Mistake("missing", MISSING, where=where, what="lon, lat")
    return point(told.get("lon"), told.get("lat"))


def _stop(told: dict[str, Any], at: int) -> Stop:
    where = f"Stop {at}"
    windows = tuple(Window(_clock(opens), _clock(closes)) for opens, closes in _pairs(told, where))
    stay = _whole(told.get("minutes", 0), where, "minutes") * MINUTE
    prize = _whole(told.get("prize", 1), where, "prize")
    return Stop(str(told.get("key", at)), at, stay, windows, prize, told.get("required") is True)


def _pairs(told: dict[str, Any], where: str) -> list[tuple[Any, Any]]:
    pairs = told.get("windows", [])
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise Mistake("missing", MISSING, where=where, what="windows")
    return [(first, last) for first, last in pairs]


def _person(told: dict[str, Any]) -> Person:
    return Person(str(told.get("key", "1")), _clock(told.get("begins")), _clock(told.get("ends")))


def _whole(value: object, where: str, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Mistake("missing", MISSING, where=where, what=what)
    return value


def _clock(value: Any) -> int:
    """Seconds after midnight."""
    hours, _, minutes = str(value).partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) <= 48 and int(minutes) < MINUTE):
        raise Mistake("time", NOT_A_TIME, time=str(value)[:20])
    return (int(hours) * MINUTE + int(minutes)) * MINUTE


def straight(points: Sequence[Point]) -> Matrix:
    """Walking times in seconds by the line between points, longer by the usual bends."""
    pace = BENDS / (WALKING_KMH / 3.6)
    return np.array([[math.ceil(metres(a, b) * pace) for b in points] for a in points], dtype=np.int64)
