from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.duties.incidents.duplicates import Telling, likeness, score, suggestions
from koban.duties.incidents.types import CATALOGUE

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
OLD = Telling("noise", "楼上在唱歌，非常吵", NOON, 24.94, 60.17)
NEW = replace(OLD, text="楼上唱歌很吵", at=NOON + timedelta(minutes=20))
FIVE_HUNDRED_M_NORTH = 60.17 + 500 / 111_195


@pytest.mark.parametrize(
    "change, suggested",
    [
        ({}, True),
        ({"lat": FIVE_HUNDRED_M_NORTH}, False),  # beyond the 80 m for noise
        ({"at": NOON + timedelta(hours=7)}, False),  # beyond the 6 hours for noise
        ({"type": "fire", "text": "着火了"}, False),  # another kind of thing altogether
        ({"lon": None, "lat": None}, True),  # no place given: the words and the hour still speak
        ({"lon": None, "lat": None, "text": "有人打球"}, False),
        ({"type": "traffic", "text": "楼上唱歌很吵"}, True),  # same group, same spot, same words
    ],
)
def test_when_a_telling_is_suggested_as_the_same_event(change: dict[str, object], suggested: bool) -> None:
    assert (score(replace(NEW, **change), OLD) is not None) == suggested  # type: ignore[arg-type]


def test_the_reasons_say_what_speaks_for_it() -> None:
    found = score(NEW, OLD)
    assert found is not None
    said = [str(reason) for reason in found.reasons]
    assert said[:3] == ["the same type", "the same place", "20 min earlier"]
    assert said[3].startswith("the words are alike (")


def test_the_nearer_and_the_sooner_comes_first_and_no_more_than_asked_for() -> None:
    far = replace(OLD, lat=60.17 + 60 / 111_195, at=NOON - timedelta(hours=3))
    olds = [("far", far), ("near", OLD), ("third", far), ("fourth", far)]
    assert [key for key, _ in suggestions(NEW, olds, most=2)] == ["near", "far"]


@given(
    code=st.sampled_from(sorted(CATALOGUE.types)),
    text=st.text(max_size=30),
    minutes=st.integers(-5000, 5000),
    metres=st.floats(0, 3000),
)
def test_a_score_lies_between_nought_and_one_and_only_inside_the_types_own_window(
    code: str, text: str, minutes: int, metres: float
) -> None:
    same = CATALOGUE[code].same
    new = Telling(code, text, NOON + timedelta(minutes=minutes), 24.94, 60.17 + metres / 111_195)
    found = score(new, replace(OLD, type=code))
    if found:
        assert 0.5 <= found.score <= 1
        assert abs(minutes) <= same.window_h * 60
        assert not same.radius_m or metres <= same.radius_m * 1.001


@given(a=st.text(max_size=40), b=st.text(max_size=40))
def test_likeness_does_not_depend_on_the_order(a: str, b: str) -> None:
    assert likeness(a, b) == likeness(b, a)


@pytest.mark.parametrize(
    "a, b, least, most",
    [("噪音", "噪音", 1, 1), ("噪音", "走失", 0, 0), ("", "噪音", 0, 0), ("ＡＢＣ", "abc", 1, 1)],
)
def test_likeness_of_known_pairs(a: str, b: str, least: float, most: float) -> None:
    assert least <= likeness(a, b) <= most
