import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from koban.lib.mistakes import Mistake
from koban.lib.routing.formats import read
from koban.operations.route import route

DATA = Path(__file__).parent / "data"
ROUND = {
    "office": {"lon": 24.94, "lat": 60.17},
    "people": [{"key": "A", "begins": "08:30", "ends": "12:00"}],
    "stops": [
        {"key": "hotel", "lon": 24.945, "lat": 60.171, "minutes": 20, "windows": [["10:00", "11:00"]]},
        {"key": "bank", "lon": 24.95, "lat": 60.165, "minutes": 15, "required": True},
    ],
}


def written(folder, text, name="round.json"):
    path = folder / name
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return path


def test_a_case_with_windows_is_read_in_tenths_as_the_literature_cuts_them():
    case = read(DATA / "c104.txt", 2)
    first = case.problem.stops[0]
    assert (case.kind, case.unit, len(case.problem.stops), len(case.problem.people)) == ("toptw", 10, 100, 2)
    assert (first.stay, first.prize, case.problem.people[0].ends) == (900, 10, 12360)
    assert case.problem.matrix[0, 1] == 186  # the root of 349 is 18.68


def test_a_case_without_windows_ends_at_its_last_point_and_never_promises_more_than_the_length_allows():
    case = read(DATA / "p4.2.d.txt")
    assert (case.kind, len(case.problem.stops), len(case.problem.people)) == ("top", 98, 2)
    assert case.problem.people[0].end == 99
    assert case.problem.people[0].ends == 400_000


def test_a_round_of_our_own_is_read_in_seconds_of_the_day(tmp_path):
    case = read(written(tmp_path, ROUND))
    hotel, bank = case.problem.stops
    assert (hotel.stay, hotel.windows[0].opens, bank.required) == (1200, 36_000, True)
    assert case.problem.people[0].begins == 30_600


@pytest.mark.parametrize(
    "name, text, why",
    [
        ("a.txt", "", "none of the known formats"),
        ("a.txt", "what is this", "none of the known formats"),
        ("a.txt", "n 3\nm 1\ntmax 5\n1 2 0\n", "ends before its last stop"),
        ("a.txt", "n 2\nm 1\ntmax x\n", "not made of the numbers"),
        ("a.txt", "n 2\nm 1\ntmax nan\n1 2 0\n1 2 0\n", "not made of the numbers"),
        ("a.txt", "4 1 2 1\n0 9\n0 1 1 0 0 0 0 0 9\n", "ends before its last stop"),
        ("a.txt", "4 1 1 1\n0 9\n0 1 1 0 0 0 0 0 9\n1 1 x 0 5 0 0 0 9\n", "Line 4 of a.txt"),
        ("a.json", "{", "no text of a round"),
        ("a.json", {}, "office lacks lon, lat"),
        ("a.json", ROUND | {"office": {"lon": 0, "lat": 0}}, "point in the sea"),
        ("a.json", ROUND | {"stops": []}, "lacks stops"),
        ("a.json", ROUND | {"stops": [{"lon": 1, "lat": 1, "minutes": "x"}]}, "Stop 1 lacks minutes"),
        ("a.json", ROUND | {"stops": [{"lon": 1, "lat": 1, "windows": [["9"]]}]}, "Stop 1 lacks windows"),
        ("a.json", ROUND | {"people": [{"begins": "8", "ends": "12:00"}]}, "8 is not a time of day"),
    ],
)
def test_a_file_that_is_no_round_is_answered_by_one_sentence(tmp_path, name, text, why):
    with pytest.raises(Mistake, match=why):
        read(written(tmp_path, text, name))


def asked(*words):
    return CliRunner().invoke(route, [*map(str, words), "--seconds", "0.3"])


def test_the_command_prints_the_round_with_its_clock_times(tmp_path):
    answer = asked(written(tmp_path, ROUND))
    assert answer.exit_code == 0
    assert "round: prize 2, 0 of 2 left out" in answer.stdout
    assert "10:00 - 10:20  hotel" in answer.stdout


def test_the_command_prints_json_for_machines(tmp_path):
    answer = asked(written(tmp_path, ROUND), "--json")
    told = json.loads(answer.stdout)
    assert [visit["stop"] for visit in told["routes"][0]["visits"]] == ["bank", "hotel"]
    assert told["unserved"] == []


@pytest.mark.parametrize(
    "change, said",
    [
        (
            {"stops": [{"key": "x", "lon": 30, "lat": 50, "required": True}]},
            "must be visited, but nobody can",
        ),
        ({"people": [{"begins": "12:00", "ends": "08:00"}]}, "1 ends before it begins."),
        ({"people": []}, "The round lacks people"),
    ],
)
def test_the_command_leaves_with_one_where_the_round_cannot_be_walked(tmp_path, change, said):
    answer = asked(written(tmp_path, ROUND | change))
    assert answer.exit_code == 1
    assert said in answer.stderr


def test_the_command_leaves_with_two_for_a_file_that_is_not_there(tmp_path):
    assert asked(tmp_path / "none").exit_code == 2
