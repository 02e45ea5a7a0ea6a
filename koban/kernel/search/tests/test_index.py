"""The index: what was put in is found by what it was put in with, in its own station, and no longer once it is dropped."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from koban.kernel import stations
from koban.kernel.search import asking, writing
from koban.kernel.search.asking import Wanted
from koban.kernel.search.models import Entry, Term
from koban.kernel.stations.models import Station
from koban.lib.ids import uuid7

ONE, TWO, THREE = uuid7(), uuid7(), uuid7()
ROWS = [
    (ONE, ["灯", "湖", "路", "12", "12号", "denghulu", "dhl"]),
    (TWO, ["灯", "湖", "路", "120", "120号", "denghulu", "dhl"]),
    (THREE, ["月", "桥", "街", "3", "3号", "yueqiaojie", "yqj"]),
]


@pytest.fixture
def here(db) -> Iterator[Station]:
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        writing.put("place", ROWS)
        yield station


def found(*words: str, kind: str = "place", limit: int = 9) -> list[UUID]:
    """`=` before a word: as a whole."""
    return asking.find(kind, [Wanted(word.lstrip("="), word.startswith("=")) for word in words], limit)


@pytest.mark.parametrize(
    "words, rows",
    [
        (["灯"], [ONE, TWO]),
        (["dengh"], [ONE, TWO]),
        (["dengh", "=12"], [ONE]),
        (["12", "湖"], [ONE, TWO]),
        (["=12号"], [ONE]),
        (["yq"], [THREE]),
        (["灯", "月"], []),
        (["灯", "99"], []),
        ([], []),
        (["'"], []),
        (["灯", "%"], []),
        (['"灯" OR "月"'], []),
        (["月*"], []),
    ],
)
def test_a_row_is_found_by_every_beginning_of_its_terms(here, words, rows):
    assert found(*words) == rows


def test_at_most_as_many_as_are_asked_for(here):
    assert found("灯", limit=1) == [ONE]


def test_a_kind_is_searched_alone(here):
    writing.put("unit", [(ONE, ["灯"])])
    assert found("灯", kind="unit") == [ONE]
    assert found("灯") == [ONE, TWO]


def test_putting_again_replaces(here):
    writing.put("place", [(ONE, ["望", "湖", "路", "12"])])
    assert found("灯") == [TWO]
    assert found("望") == [ONE]
    assert Entry.objects.count() == 3


def test_what_is_dropped_is_found_no_more_and_leaves_no_word(here):
    writing.drop("place", [ONE, TWO, THREE])
    assert found("灯") == []
    assert Entry.objects.count() == 0
    assert Term.objects.filter(count__gt=0).count() == 0


def test_another_station_finds_nothing_and_one_above_finds_both(here):
    there = Station.objects.create(code="there", name="邻所", kind="office", path="there/")
    with stations.scope(there.pk):
        assert found("灯") == []
        writing.put("place", [(uuid7(), ["灯", "塔"])])
    with stations.scope(there.pk, here.pk):
        assert len(found("灯")) == 3
        assert found("灯", "湖") == [ONE, TWO]


def test_nobody_searches_everywhere(here):
    with stations.everywhere("test"), pytest.raises(stations.OutsideScope):
        found("灯")


@pytest.mark.parametrize("words", [["灯"], ["灯", "12"], ["dengh", "=12号"], ["灯", "湖", "=120"]])
def test_what_is_common_is_compared_and_gives_the_same(here, words, monkeypatch):
    before = found(*words)
    monkeypatch.setattr(asking, "COMMON", 1)
    assert found(*words) == before
    monkeypatch.setattr(asking, "COMMON", 0)
    monkeypatch.setattr(asking, "WIDE", 1)
    assert found(*words) == before


def test_the_vocabulary_is_where_slips_are_looked_for(here):
    assert asking.near("place", "d") == ["denghulu", "dhl"]
    assert asking.near("place", "zz") == []


def test_no_question_costs_more_than_two_queries(here, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):  # two, and what PostgreSQL needs to be led through its index
        found("dengh", "=12")
