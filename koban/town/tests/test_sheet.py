"""The same stories, once through the real actions and once written at once, leave the same rows and the same pages."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from koban.kernel import stations
from koban.kernel.ledger import Actor, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.kernel.stations.rows import StationRow
from koban.town import accounts, offices
from koban.town.acts import Lives, Script
from koban.town.bulk import MODELS, Bulk
from koban.town.calls import calls
from koban.town.cast import Cast
from koban.town.chance import stream
from koban.town.district import district
from koban.town.player import ACTS, Player

pytestmark = pytest.mark.django_db

START = date(2025, 3, 3)
UNTIL = datetime(2025, 8, 1, tzinfo=UTC)
IDS = {"id", "salt", "station"}
SEALED = {"name", "phone", "email", "receipt"}


@pytest.fixture(scope="module")
def town():
    return district(seed=7, residents=150)


@pytest.fixture(scope="module")
def stories(town):
    """Half a hundred calls, and the rare ones of half a year: reopened at the desk, doubles of what is closed."""
    told = list(calls(town, start=START, years=0.5, seed=7, per_day=4.0))
    again = [call for call in told if call.anonymous and any(step.move == "reopen" for step in call.steps)]
    doubles = [call for call in told if call.same_as is not None]
    late = [call for call in doubles if call.at - told[call.same_as or 0].at > timedelta(hours=2)]
    false = [call for call in told if any(step.move == "cancel" for step in call.steps)]
    chosen = {call.id for call in [*told[:50], *again[:2], *doubles[:3], *late[:6], *false[:2]]}
    return [call for call in told if call.id in chosen | {told[n].same_as or n for n in chosen}]


def office(code: str, town) -> Cast:
    """An office of its own for each way of playing; the people and streets are the same."""
    top = Station.objects.create(code=f"{code}-top", name="所", kind="station", path=f"{code}/", pack="demo")
    station = Station.objects.create(
        code=code, name="室", kind="office", parent=top, path=f"{code}/{code}/", pack="demo"
    )
    at = datetime(2025, 3, 1, tzinfo=UTC)
    posts = [
        accounts.appoint(part, {code: station}, 7, from_on=date(2025, 1, 1), at=at)
        for part in accounts.team_parts(code, 1)
    ]
    team = [accounts.member(post, n) for n, post in enumerate(posts)]
    ground = offices.enter_ground(town, town.offices[0], station, at)
    centre = Actor("machine", station.pk, None, None, "110")
    return Cast(station, town, 0, team[0], team[1:], centre, ground.doors, {})


def told(cast: Cast) -> tuple[list[Any], list[Any]]:
    """Rows and pages of an office, its identifiers replaced by what they point at."""
    with stations.scope(cast.station.pk):
        names = {str(member.post.pk): member.post.badge for member in cast.members}
        rows = [row for model in MODELS for row in model.objects.order_by("id")]
        names |= {str(row.pk): type(row).__name__ for row in rows}
        names |= {str(row.pk): row.printed for row in rows if hasattr(row, "printed")}
        names |= {str(address.pk): address.label for address in cast.doors.values()}
        plain = sorted(str(plain_row(row, names)) for row in rows)
        # Pages of one instant stand in no promised order between two matters; within one they do.
        pages = sorted(
            (page_of(page, names) for page in reading.since(0, 100_000)), key=lambda page: page[:2]
        )
    return plain, [page for page in pages if page[2].split(".")[0] in ("incidents", "matters")]


def plain_row(row: StationRow, names: dict[str, str]) -> tuple[str, dict[str, object]]:
    values = {
        field.name: renamed(field.value_from_object(row), names)
        for field in row._meta.concrete_fields
        if field.name not in IDS | SEALED
    }
    return type(row).__name__, values | {name: bool(getattr(row, name, None)) for name in SEALED}


def renamed(value: object, names: dict[str, str]) -> object:
    """Identifiers by name; within texts and lists too."""
    if isinstance(value, dict):
        return {key: renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(str(value), str(value))


def page_of(page, names: dict[str, str]) -> tuple[Any, ...]:
    subject = page.subject.partition(":")
    sealed = sorted(Counter(name.partition(":")[0] for name in page.seals).items())
    return (
        page.at, names.get(str(page.matter_id), ""), page.verb, page.role, page.actor, names.get(str(page.post_id), ""),
        subject[0], names.get(subject[2], "?"), renamed(page.facts, names), sealed,
    )  # fmt: skip


def played_for_real(cast: Cast, stories) -> None:
    lives = Lives()
    acts = [
        (act.at, call.id, call, act)
        for call in stories
        for act in Script(call, cast, stream(7, "acts", 0, call.id), lives).acts()
        if act.at <= UNTIL
    ]
    player = Player(cast, {})
    with stations.scope(cast.station.pk):
        for _at, _number, call, act in sorted(acts, key=lambda one: one[:2]):
            player.play(call, act)


def written_at_once(cast: Cast, stories) -> None:
    with stations.scope(cast.station.pk):
        bulk = Bulk(cast, 7, UNTIL, UNTIL)
        half = len(stories) // 2
        bulk.add(stories[:half], stories[half - 1].at)
        bulk.add(stories[half:], UNTIL)
        bulk.write(UNTIL)


def test_what_is_written_at_once_is_what_the_real_actions_write(town, stories):
    real, bulk = office("real", town), office("bulk", town)
    played_for_real(real, stories)
    written_at_once(bulk, stories)
    (rows, pages), (bulk_rows, bulk_pages) = told(real), told(bulk)
    assert bulk_rows == rows
    assert bulk_pages == pages
    assert verify(real.station).ok
    assert verify(bulk.station).ok


def test_the_stories_compared_hold_every_act(town, stories):
    lives, cast = Lives(), office("acts", town)
    done = {
        act.do for call in stories for act in Script(call, cast, stream(7, "acts", 0, call.id), lives).acts()
    }
    assert done == ACTS.keys()


def test_pages_of_the_history_stand_in_order_of_time(town, stories):
    cast = office("order", town)
    written_at_once(cast, stories)
    with stations.scope(cast.station.pk):
        times = [page.at for page in reading.since(0, 100_000)]
    assert times == sorted(times)
    assert times[-1] > datetime(2025, 4, 1, tzinfo=UTC) + timedelta(days=1)
