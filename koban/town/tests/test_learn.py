from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.town import learn
from koban.town.chance import stream
from koban.town.profile import Closing, kinds, learned, rhythm

FLAT_WEEK = [10.0] * 168


@given(st.integers(0, 6), st.sampled_from(learn.ROUNDED_HOURS), st.integers(0, 10_000))
def test_a_spike_at_midnight_or_noon_leaves_no_trace(day, hour, spike):
    week = list(FLAT_WEEK)
    week[day * 24 + hour] += spike
    assert learn.without_rounded_hours(week) == FLAT_WEEK


@given(st.lists(st.integers(0, 1_000), min_size=168, max_size=168))
def test_no_other_hour_is_touched(week):
    mended = learn.without_rounded_hours(week)
    kept = [i for i in range(168) if i % 24 not in learn.ROUNDED_HOURS]
    assert [mended[i] for i in kept] == [week[i] for i in kept]


def test_midnight_of_monday_leans_on_sunday_night():
    week = [0.0] * 168
    week[-1], week[1] = 4.0, 8.0
    assert learn.without_rounded_hours(week)[0] == 6.0


def test_new_years_day_is_no_busier_than_the_days_around_it():
    days = {date(2015, 1, 1) + timedelta(days=i): 10 for i in range(-5, 6)} | {date(2015, 1, 1): 500}
    assert set(learn.without_rounded_days(days).values()) == {10}


def test_a_short_month_is_not_a_quiet_one():
    year = {date(2015, 1, 1) + timedelta(days=i): 7.0 for i in range(365)}
    assert learn.by_month(year) == [1.0] * 12


@pytest.mark.parametrize("growth", [0.9, 1.0, 1.1])
def test_yearly_growth_is_found_again(growth):
    days = {date(year, 6, 1): 1000 * growth ** (year - 2014) for year in range(2014, 2022)}
    assert learn.trend(days) == pytest.approx(growth, abs=1e-3)


def test_the_committed_profile_is_what_the_real_data_teach(tmp_path):
    path = tmp_path / "profile.json"
    learn.main(path)
    assert path.read_text(encoding="utf-8") == learn.PROFILE.read_text(encoding="utf-8")


def test_the_profile_holds_numbers_and_no_places():
    def leaves(value):
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]

    found = learned()
    assert all(
        isinstance(leaf, int | float) for leaf in leaves(found["volumes"]) + leaves(found["durations"])
    )


def test_robbery_is_an_evening_matter_and_theft_an_afternoon_one():
    def hour_of_most(kind):
        return max(range(24), key=lambda hour: sum(rhythm(kind).week[hour::24]))

    assert hour_of_most("robbery") in (20, 21, 22)
    assert hour_of_most("theft") in (15, 16, 17, 18)


def test_neither_midnight_nor_noon_stands_out_any_more():
    for kind in learned()["volumes"]:
        day = [sum(rhythm(kind).week[hour::24]) for hour in range(24)]
        assert all(min(day[h - 1], day[h + 1]) <= day[h] <= max(day[h - 1], day[h + 1]) for h in (0, 12))


def test_times_to_close_follow_their_quantiles():
    chance = stream(1, "close")
    closing = Closing(((0.0, 0.0), (0.5, 10.0), (1.0, 110.0)))
    drawn = sorted(closing.draw(chance) for _ in range(4_000))
    assert drawn[2_000] == pytest.approx(10, abs=1.5)
    assert drawn[3_000] == pytest.approx(60, abs=6)
    assert 0 <= drawn[0] <= drawn[-1] <= 110


def test_the_assumed_mix_is_about_a_hundred():
    assert sum(kind.per_100 for kind in kinds()) == pytest.approx(100, abs=15)
