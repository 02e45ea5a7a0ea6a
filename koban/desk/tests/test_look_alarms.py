"""Who opens far more people than colleagues reaches the chief and oversight; a delay of notice shows itself afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from koban.desk.alarms import checking
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import delays, looks
from koban.matters.models import Party
from koban.registers.residents import actions as residents
from koban.registers.residents import alarms, usage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def line(db):
    def made(code, kind, parent):
        path = f"{parent.path if parent else ''}{code}/"
        return Station.objects.create(code=code, name=code, kind=kind, parent=parent, path=path, pack="demo")

    county = made("county", "county", None)
    station, body = made("above", "station", county), made("watch", "oversight", county)
    return made("lake", "office", station), station, body


@pytest.fixture
def office(line):
    with stations.scope(line[0].pk):
        yield line[0]


@pytest.fixture
def team(office):
    return [actor_of(make_account(name, role="officer", station=office)) for name in ("li", "wang", "zhao")]


def seen(office, reader, people, at=NOON):
    """A matter of the reader's in which these people were looked at."""
    matter = matters.open_matter("incidents", by=reader, at=at, station=office)
    matters.hold(matter, reader.post_id, by=reader, at=at)
    rows = [Party(matter=matter, role="involved", person_id=person.pk) for person in people]
    for row in rows:
        row.save()
    matters.change(matter, "matters.party", by=reader, at=at, rows=rows)
    looks.look_person(matter, [person.pk for person in people], ["name"], by=reader, at=at)
    return matter


@pytest.fixture
def people(office):
    return residents.enter([residents.Entry(f"张{n}") for n in range(30)], by=SYSTEM, at=NOON)


def raised(station, why):
    with stations.scope(station.pk):
        return [(row.label, row.people, row.middle) for row in alarms.all_alarms().filter(why=why)]


def test_a_reader_far_above_colleagues_reaches_chief_and_oversight_once(office, line, team, people):
    seen(office, team[0], people[:12])
    seen(office, team[1], people[:4])
    seen(office, team[2], people[:3])
    checking.check(office, NOON + timedelta(minutes=1))
    checking.check(office, NOON + timedelta(minutes=16))
    for station in line:
        assert raised(station, "volume") == [("li", 12, 3)]


def test_whoever_looks_without_being_on_duty_is_told_of(office, line, team, people):
    seen(office, team[0], people[:1])
    checking.check(office, NOON + timedelta(minutes=1))
    assert raised(line[2], "outside") == [("li", 1, 0)]


def test_an_alarm_is_answered_for_by_the_body_that_got_it(office, line, team, people):
    seen(office, team[0], people[:12])
    checking.check(office, NOON + timedelta(minutes=1))
    chief = actor_of(make_account("chief", role="chief", station=line[1]))
    with stations.scope(line[1].pk):
        alarm = alarms.all_alarms().filter(why="volume").get()
        assert alarms.see(alarm, words="拐卖排查", by=chief, at=NOON).seen_by == "chief"


def test_a_delayed_notice_needs_a_second_person_and_shows_itself_afterwards(office, team, people):
    li, wang, _zhao = team
    matter, end = seen(office, li, people[:1]), NOON + timedelta(days=10)
    asked = delays.ask_delay(
        matter, people[0].pk, ground="hinder", until_at=end, by=li, at=NOON, station=office
    )
    looks.look_person(matter, [people[0].pk], ["phone"], by=li, at=NOON)
    with pytest.raises(Refused, match="second person"):
        delays.approve_delay(asked, by=li, at=NOON)
    delays.approve_delay(asked, by=wang, at=NOON)
    looks.look_person(matter, [people[0].pk], ["name", "phone"], by=li, at=NOON)
    assert len(usage.looks_of(people[0], now=NOON + timedelta(hours=1))) == 2
    told = list(usage.looks_of(people[0], now=end))
    assert len(told) == 3
    assert [row.delay.ground for row in told if row.delay] == ["hinder"]


@pytest.mark.parametrize("ground, days, said", [
    ("convenience", 5, "ground"), ("hinder", 0, "after now"), ("hinder", 91, "90 days"),
])  # fmt: skip
def test_which_delays_are_refused(office, team, people, ground, days, said):
    matter = seen(office, team[0], people[:1])
    with pytest.raises(Refused, match=said):
        delays.ask_delay(
            matter,
            people[0].pk,
            ground=ground,
            until_at=NOON + timedelta(days=days),
            by=team[0],
            at=NOON,
            station=office,
        )
