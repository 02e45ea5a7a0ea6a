import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koban.lib import rota
from koban.lib.rota import Absence, Member, Role, Shift, Watch

SHANGHAI = ZoneInfo("Asia/Shanghai")
HELSINKI = ZoneInfo("Europe/Helsinki")
ZONES = st.sampled_from([SHANGHAI, HELSINKI, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
PATTERNS = st.sampled_from([rota.one_and_six, rota.three_watches])
HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

TEAM = [Member("officer", Role.SWORN, "officer")] + [
    Member(f"aux{n}", Role.AUXILIARY, team) for n, team in enumerate("AABBCC", start=1)
]


def shift(
    start: float, end: float, member: str = "aux1", role: Role = Role.AUXILIARY, on_call: bool = False
) -> Shift:
    """A shift by hours after noon."""
    return Shift(member, role, NOON + HOUR * start, NOON + HOUR * end, on_call)


OFFICER_ON_CALL = shift(-24, 100, "officer", Role.SWORN, on_call=True)


@given(pattern=PATTERNS, first=DAYS, tz=ZONES, hour=st.integers(0, 71))
@settings(max_examples=60)
def test_a_full_pattern_never_leaves_the_office_empty_whatever_the_clocks_do(
    pattern: object, first: date, tz: ZoneInfo, hour: int
) -> None:
    shifts = rota.expand(pattern(date(2025, 1, 6)), TEAM, first - timedelta(1), first + timedelta(9), tz)  # type: ignore[operator]
    now = datetime.combine(first, time(0), tz).astimezone(UTC) + HOUR * hour
    covered = rota.coverage(shifts, now)
    assert rota.gaps(covered) == []
    assert all(len(interval.on_duty) >= 2 for interval in covered)


@given(pattern=PATTERNS, first=DAYS, tz=ZONES)
@settings(max_examples=40)
def test_a_member_never_stands_in_two_places_and_always_gets_the_rest_of_the_pattern(
    pattern: object, first: date, tz: ZoneInfo
) -> None:
    shifts = rota.expand(pattern(date(2025, 1, 6)), TEAM, first, first + timedelta(20), tz)  # type: ignore[operator]
    # Seven of eight hours are left when the clocks go forward in between.
    assert rota.short_rests(shifts, HOUR * 7) == []


@given(
    edges=st.lists(
        st.tuples(st.integers(-30, 90), st.integers(1, 20), st.booleans(), st.booleans()), max_size=12
    ),
    hours=st.integers(1, 96),
)
def test_coverage_tiles_the_time_asked_for_and_agrees_with_every_shift(
    edges: list[tuple[int, int, bool, bool]], hours: int
) -> None:
    shifts = [
        shift(start, start + length, f"m{n}", Role.SWORN if sworn else Role.AUXILIARY, on_call)
        for n, (start, length, sworn, on_call) in enumerate(edges)
    ]
    covered = rota.coverage(shifts, NOON, hours)
    assert covered[0].starts_at == NOON
    assert covered[-1].ends_at == NOON + HOUR * hours
    for earlier, later in itertools.pairwise(covered):
        assert earlier.ends_at == later.starts_at
        assert (earlier.on_duty, earlier.on_call) != (later.on_duty, later.on_call)
    for interval in covered:
        middle = interval.starts_at + (interval.ends_at - interval.starts_at) / 2
        here = [s for s in shifts if s.covers(middle)]
        assert set(interval.on_duty) == {s.member for s in here if not s.on_call}
        assert interval.ok == (bool(interval.on_duty) and any(s.role is Role.SWORN for s in here))


@pytest.mark.parametrize(
    "shifts, why",
    [
        ([shift(-1, 99), OFFICER_ON_CALL], rota.COVERED),
        ([shift(-1, 99, "officer", Role.SWORN)], rota.COVERED),
        ([shift(-1, 99)], rota.NO_OFFICER),
        ([OFFICER_ON_CALL], rota.NOBODY),
        ([], rota.NOBODY),
    ],
)
def test_an_hour_is_covered_by_somebody_in_and_an_officer_in_reach(shifts: list[Shift], why: str) -> None:
    (interval,) = rota.coverage(shifts, NOON)
    assert interval.why == why
    assert interval.ok == (why == rota.COVERED)


def test_a_gap_shows_from_its_first_to_its_last_minute() -> None:
    covered = rota.coverage([shift(0, 8), shift(9, 80), OFFICER_ON_CALL], NOON)
    (gap,) = rota.gaps(covered)
    assert (gap.starts_at, gap.ends_at, gap.why) == (NOON + 8 * HOUR, NOON + 9 * HOUR, rota.NOBODY)


@pytest.mark.parametrize(
    "shifts, is_in, changes_after",
    [
        ([shift(-1, 8)], True, 8),
        ([shift(-1, 8), shift(8, 16, "aux2")], True, 16),
        ([shift(5, 8)], False, 5),
        ([OFFICER_ON_CALL], False, None),
        ([shift(-1, 99)], True, None),
        ([shift(-3, 0)], False, None),
    ],
)
def test_the_sign_on_the_door_says_in_or_out_and_until_when(
    shifts: list[Shift], is_in: bool, changes_after: int | None
) -> None:
    changes_at = None if changes_after is None else NOON + HOUR * changes_after
    assert rota.presence(shifts, NOON) == rota.Presence(is_in, changes_at)


@pytest.mark.parametrize(
    "gone, left",
    [
        ((-5, -1), [(0, 8)]),
        ((2, 3), [(0, 2), (3, 8)]),
        ((-1, 3), [(3, 8)]),
        ((3, 9), [(0, 3)]),
        ((-1, 9), []),
        ((8, 9), [(0, 8)]),
    ],
)
def test_an_absence_is_cut_out_of_the_shift(gone: tuple[int, int], left: list[tuple[int, int]]) -> None:
    absence = Absence("aux1", NOON + HOUR * gone[0], NOON + HOUR * gone[1])
    assert rota.without([shift(0, 8)], [absence]) == [shift(a, b) for a, b in left]


def test_the_absence_of_one_member_leaves_the_others_on_duty() -> None:
    away = [Absence("aux1", NOON, NOON + HOUR)]
    assert rota.without([shift(0, 8, "aux2")], away) == [shift(0, 8, "aux2")]


@pytest.mark.parametrize(
    "day, hours",
    [(date(2026, 3, 28), 11), (date(2026, 10, 24), 13), (date(2026, 6, 1), 12)],
)
def test_a_night_over_the_change_of_clocks_has_the_hours_that_pass(day: date, hours: int) -> None:
    starts_at, ends_at = Watch("night", time(20), time(8)).on(day, HELSINKI)
    assert ends_at - starts_at == HOUR * hours


def test_a_watch_over_midnight_ends_on_the_next_day() -> None:
    starts_at, ends_at = Watch("evening", time(16), time(0)).on(date(2026, 12, 31), SHANGHAI)
    assert starts_at == datetime(2026, 12, 31, 8, tzinfo=UTC)
    assert ends_at == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "later, rest_hours",
    [((18, 26), None), ((8, 16), None), ((12, 20), 4), ((6, 10), -2)],
)
def test_too_short_a_rest_is_named_with_its_length(later: tuple[int, int], rest_hours: int | None) -> None:
    found = rota.short_rests([shift(*later), shift(0, 8)], HOUR * 10)
    assert [short.rest for short in found] == ([] if rest_hours is None else [HOUR * rest_hours])


def test_being_on_call_is_not_work_for_the_rest_rule() -> None:
    assert rota.short_rests([shift(0, 8), shift(9, 20, on_call=True)], HOUR * 10) == []


def test_the_pattern_turns_through_its_rows_before_and_after_its_anchor() -> None:
    pattern = rota.one_and_six(date(2026, 1, 1))
    teams = [pattern.turns_on(date(2026, 1, 1) + timedelta(n))[0].team for n in (-1, 0, 1, 2, 3)]
    assert teams == ["C", "A", "B", "C", "A"]


@pytest.mark.parametrize("start, end", [(8, 8), (8, 7)])
def test_a_shift_must_end_after_it_starts(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="end after"):
        shift(start, end)


def test_a_shift_needs_a_zone_and_a_pattern_its_watches() -> None:
    with pytest.raises(ValueError, match="zone"):
        Shift("aux1", Role.AUXILIARY, datetime(2026, 1, 1), datetime(2026, 1, 2))
    with pytest.raises(ValueError, match="evening"):
        rota.Pattern((Watch("day", time(8), time(16)),), ((rota.Turn("evening", "A"),),), date(2026, 1, 1))
