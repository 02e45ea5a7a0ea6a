from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.types import CATALOGUE
from koban.town import texts
from koban.town.almanac import look_up
from koban.town.calls import calls
from koban.town.ground import scale
from koban.town.profile import kinds


@pytest.fixture(scope="module")
def told(town):
    return list(calls(town, start=date(2024, 1, 1), years=2.0))


def test_calls_come_in_order_and_are_numbered_by_it(told):
    assert all(before.at <= after.at for before, after in pairwise(told))
    assert [call.id for call in told] == list(range(len(told)))


def test_there_are_as_many_events_a_day_as_asked(told):
    events = sum(call.same_as is None for call in told)
    assert events / 730 == pytest.approx(9.0, rel=0.06)


def test_every_type_of_the_catalogue_happens_and_carries_its_kind(told):
    assert {call.type for call in told} == set(CATALOGUE.types)
    assert all(call.kind == CATALOGUE[call.type].kind for call in told)


def test_every_walk_is_one_that_the_flow_allows(told):
    for call in told:
        state, last = FLOW.initial, call.at
        for step in call.steps:
            state = FLOW.step(state, step.move).target
            assert step.at > last
            last = step.at
        assert FLOW.state(state).closed


def test_a_second_telling_is_merged_into_a_call_of_its_type_near_in_place_and_time(told, town):
    wide, high = scale(town.box)
    again = [call for call in told if call.same_as is not None]
    assert len(again) > 100
    for call in again:
        first, same = told[call.same_as], CATALOGUE[call.type].same
        assert first.type == call.type
        assert first.same_as is None
        assert call.at - first.at <= timedelta(hours=same.window_h)
        assert ((call.lon - first.lon) * wide) ** 2 + ((call.lat - first.lat) * high) ** 2 < 300**2
        assert call.steps[-1].move == "merge"


def test_who_stays_anonymous_is_nobody(told):
    assert all(call.reporter is None for call in told if call.anonymous)
    assert 0.1 < sum(call.anonymous for call in told) / len(told) < 0.3


def test_who_calls_is_old_enough_and_lives_on_the_ground_of_the_office(told, town):
    for call in told:
        if call.reporter is not None:
            person = town.residents[call.reporter]
            assert town.door_of(person).office == 0
            assert town.on.year - person.born.year >= 14


def test_what_is_referred_out_names_the_body_and_goes_within_a_day(told):
    for call in told:
        sent = next((step.at for step in call.steps if step.move == "refer_out"), None)
        if sent is not None:
            assert call.referred_to in CATALOGUE.bodies
            assert sent - call.at < timedelta(hours=24)


def test_life_in_danger_is_reached_first(told):
    def minutes(priority):
        arrived = sorted(
            (step.at - call.at).total_seconds() / 60
            for call in told
            for step in call.steps
            if step.move == "arrive" and call.priority == priority
        )
        return arrived[len(arrived) // 2]

    assert minutes(1) < 8
    assert minutes(1) < minutes(2) < minutes(3) < minutes(4)


def test_hours_follow_what_was_learned(told):
    local = Counter((call.at + timedelta(hours=8)).hour for call in told if call.type == "noise")
    assert sum(local[hour] for hour in (20, 21, 22, 23)) > 3 * sum(local[hour] for hour in (5, 6, 7, 8))


def test_numbers_grow_from_year_to_year(told):
    events = Counter((call.at + timedelta(hours=8)).year for call in told)
    assert events[2025] > events[2024]


def test_texts_vary_in_both_languages(told):
    assert len({call.text for call in told}) > len(told) / 2
    assert 0.05 < sum(call.language == "en" for call in told) / len(told) < 0.15
    assert all(call.text.strip() and "{" not in call.text and "[" not in call.text for call in told)
    assert all(call.place.isascii() for call in told if call.language == "en")


def test_the_answer_speaks_the_language_of_the_caller(told):
    for call in told:
        assert bool(call.answer) == bool(call.outcome)
        if call.answer:
            assert call.answer.isascii() == (call.language == "en")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_there_are_several_hundred_sentence_forms_and_some_for_every_type(language):
    found = texts.phrases(language)["types"]
    assert set(found) == set(CATALOGUE.types)
    assert sum(len(texts.forms(form)) for forms in found.values() for form in forms) >= 300


@pytest.mark.parametrize(
    "form, sentences",
    [
        ("plain", {"plain"}),
        ("[a|b] c", {"a c", "b c"}),
        ("x [a [1|2]|b]", {"x a 1", "x a 2", "x b"}),
    ],
)
def test_how_a_form_becomes_sentences(form, sentences):
    assert texts.forms(form) == sentences


@pytest.mark.parametrize(
    "day, festival, weekday",
    [
        (date(2025, 1, 29), "春节", 6),
        (date(2025, 1, 26), "", 2),  # a Sunday that is worked
        (date(2025, 7, 16), "", 2),
        (date(2031, 2, 3), "", 0),  # no notice is out: the plain week
    ],
)
def test_a_festival_is_a_sunday_and_a_working_sunday_is_not(day, festival, weekday):
    found = look_up(day, seed=7)
    assert (found.festival, found.weekday) == (festival, weekday)


def test_spring_festival_is_quiet_but_for_fireworks():
    day = look_up(date(2025, 1, 29), seed=7)
    assert day.factor("advice") < 0.5
    assert day.factor("noise") > 1.5
    assert day.factor("fire") > 2


def test_kinds_of_the_town_are_types_of_the_catalogue():
    assert {kind.code for kind in kinds()} == set(CATALOGUE.types)


def test_another_seed_tells_of_other_calls(town):
    mine, other = (
        [call.text for call in calls(town, start=date(2025, 3, 1), years=0.05, seed=seed)] for seed in (7, 8)
    )
    assert mine != other


def test_the_neighbouring_office_has_calls_of_its_own(town):
    found = list(calls(town, start=date(2025, 3, 1), years=0.1, office=1))
    assert found
    assert all(town.doors[call.door].office == 1 for call in found)


def test_times_are_utc_and_the_first_day_is_the_local_one(town):
    first = next(calls(town, start=date(2025, 3, 1), years=0.1))
    assert first.at.tzinfo == UTC
    assert first.at >= datetime(2025, 2, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"years": -1}, {"per_day": -0.5}, {"office": 2}])
def test_calls_that_cannot_be_are_refused(town, wrong):
    with pytest.raises(ValueError, match="no calls for"):
        next(calls(town, start=date(2025, 1, 1), **wrong))
