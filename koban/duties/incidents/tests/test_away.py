"""Who is sent is out: what the door and the roster make of it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.duties.incidents.tests.test_pages import take
from koban.kernel.access.models import Account
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.stations.models import Station
from koban.matters.models import Matter
from koban.registers.roster import actions as roster
from koban.registers.roster.queries import coverage_72h, on_duty, someone_is_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def pair(office: Station) -> list[Account]:
    """An officer and an auxiliary who signed on at noon, alone in the office that day."""
    made = [
        make_account(name, role=role, station=office, password="")
        for name, role in (("liu", "officer"), ("aux7", "auxiliary"))
    ]
    for account in made:
        roster.sign_on(account.posts.get(), by=actor_of(account), at=NOON)
    return made


def sent(office: Station, pair: list[Account], count: int = 2) -> Matter:
    by = actor_of(pair[0])
    matter = actions.take(Report("noise", "phone", "Loud music"), by=by, at=NOON, station=office).matter
    return actions.dispatch(matter, [a.posts.get() for a in pair[:count]], by=by, at=NOON + MINUTE)


def test_the_door_says_back_soon_while_everybody_is_sent_and_in_again_once_one_is_free(
    office: Station, pair: list[Account]
) -> None:
    assert someone_is_in(office, NOON + MINUTE / 2).is_in
    matter = sent(office, pair)
    door = someone_is_in(office, NOON + 2 * MINUTE)
    assert (door.is_in, door.back_soon, door.confirmed, door.presence.changes_at) == (
        False,
        True,
        False,
        None,
    )
    assert [one.status for one in on_duty(NOON + 2 * MINUTE)] == ["out", "out"]
    actions.arrive(Matter.objects.get(pk=matter.pk), by=actor_of(pair[0]), at=NOON + 3 * MINUTE)
    assert not someone_is_in(office, NOON + 3 * MINUTE).is_in
    actions.free(Matter.objects.get(pk=matter.pk), by=actor_of(pair[0]), at=NOON + 4 * MINUTE)
    door = someone_is_in(office, NOON + 5 * MINUTE)
    assert (door.is_in, door.back_soon, door.confirmed) == (True, False, True)


def test_one_who_stays_keeps_the_sign_lit(office: Station, pair: list[Account]) -> None:
    sent(office, pair, count=1)
    door = someone_is_in(office, NOON + 2 * MINUTE)
    assert (door.is_in, door.back_soon) == (True, False)
    assert [one.status for one in on_duty(NOON + 2 * MINUTE)] == ["in", "out"]


def test_who_is_on_a_call_still_covers_the_office(office: Station, pair: list[Account]) -> None:
    sent(office, pair)
    assert someone_is_in(office, NOON + 2 * MINUTE).back_soon
    assert coverage_72h(office, NOON + 2 * MINUTE)[0].ok


def test_the_page_of_the_sign_tells_residents_to_call_while_everybody_is_out(
    desk: Client, door: Client, people: SimpleNamespace
) -> None:
    team = [account.posts.get().pk for account in (people.li, people.aux1, people.aux2)]
    take(desk, go=team[:2])
    assert "Someone is in" in door.get("/o/lake/in/").content.decode()
    take(desk, go=team[2:])
    page = door.get("/o/lake/in/").content.decode()
    assert "Out, back soon" in page
    assert "The telephone is answered" in page
