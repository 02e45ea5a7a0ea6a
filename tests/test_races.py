"""Two people at the same moment: one of them is told no, nothing is lost, doubled or locked up, the ledger is whole."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from koban.duties.incidents import actions, endings, handover, mending
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Assignment
from koban.kernel import stations
from koban.kernel.access.actions import give_key
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.access.throttle import Throttled, throttle
from koban.kernel.ledger import PUBLIC, Actor, book
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import KobanError, Refused, Stale
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Holding, Matter
from koban.matters.places import Place
from tests.together import shared_sqlite, together

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def shared(tmp_path, transactional_db) -> Iterator[None]:
    """A database that threads share: PostgreSQL as it is, SQLite as a file."""
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        yield


@pytest.fixture
def house(shared) -> Iterator[SimpleNamespace]:
    def office(code: str) -> Station:
        return Station.objects.create(
            code=code, name=code, kind="office", path=f"{code}/", lon=24.94, lat=60.17
        )

    lamp, hill = office("lamp"), office("hill")
    li, wang = (make_account(name, role="officer", station=lamp, password="") for name in ("li", "wang"))
    aux = make_account("aux1", role="auxiliary", station=lamp, password="")
    with stations.scope(lamp.pk):
        yield SimpleNamespace(lamp=lamp, hill=hill, li=actor_of(li), wang=actor_of(wang), aux=actor_of(aux),
                              posts=[account.posts.get() for account in (li, wang, aux)])  # fmt: skip


def taken(house: SimpleNamespace, number: int = 0) -> Matter:
    report = Report("noise", "phone", f"report {number}", Place("", None, 24.94, 60.17))
    return actions.take(report, by=house.li, at=NOON, station=house.lamp).matter


def now(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def in_order(station: Station) -> None:
    verdict = verify(station)
    assert verdict.ok, verdict.fault


def raised(found: list[Any]) -> list[type]:
    return [type(one) for one in found if isinstance(one, BaseException)]


def test_sixteen_who_report_at_once_get_sixteen_numbers_without_a_gap(house):
    found = together(
        house.lamp, *[lambda n=n: [taken(house, n).number for _turn in range(3)] for n in range(16)]
    )
    assert sorted(number for numbers in found for number in numbers) == list(range(1, 49))
    in_order(house.lamp)


def test_a_report_that_another_centre_sends_on_two_lines_at_once_is_taken_once(house):
    report = Report("noise", "centre", "loud", source="city-110", source_number="A-17")
    found = together(
        house.lamp, *[lambda: handover.receive(report, by=PUBLIC, at=NOON, station=house.lamp)] * 6
    )
    assert raised(found) == []
    assert len({matter.pk for matter, _new in found}) == 1
    assert Counter(new for _matter, new in found) == {True: 1, False: 5}
    in_order(house.lamp)


def test_a_number_that_is_not_used_is_given_again(house):
    def undone() -> None:
        with transaction.atomic():
            taken(house)
            raise KobanError("never mind")

    found = together(house.lamp, *[undone, lambda: taken(house).number] * 6)
    assert sorted(number for number in found if isinstance(number, int)) == list(range(1, 7))
    assert raised(found) == [KobanError] * 6
    in_order(house.lamp)


def test_a_post_that_is_sent_twice_at_once_is_sent_once(house):
    matter, post = taken(house), house.posts[2]
    found = together(
        house.lamp,
        *[
            lambda by=by: actions.dispatch(matter, [post], by=by, at=NOON)
            for by in (house.li, house.wang) * 2
        ],
    )
    assert set(raised(found)) <= {Refused}
    assert Assignment.objects.filter(matter=matter).count() == 1
    assert now(matter).state == "dispatched"
    in_order(house.lamp)


def test_of_two_who_take_the_same_step_one_is_refused(house):
    matter = taken(house)
    found = together(
        house.lamp,
        *[lambda by=by: matters.move(matter, "handle", by=by, at=NOON) for by in (house.li, house.wang)],
    )
    assert raised(found) == [Refused]
    assert now(matter).version == 2
    in_order(house.lamp)


def test_of_two_steps_that_exclude_each_other_one_is_taken(house):
    matter = taken(house)
    found = together(
        house.lamp,
        lambda: endings.cancel(matter, by=house.li, at=NOON, reason="a mistake"),
        lambda: endings.answer(matter, "It is done.", by=house.wang, at=NOON, station=house.lamp),
    )
    assert raised(found) == [Refused]
    assert now(matter).state in ("cancelled", "answered")
    in_order(house.lamp)


def test_of_two_who_edit_the_same_version_one_is_told_to_look_again(house):
    matter = taken(house)
    found = together(house.lamp, *[
        lambda words=words: matters.change(
            matter, "matters.edit", by=house.li, at=NOON, version=1, changes={"summary": words}
        ) for words in ("seen by li", "seen by wang")
    ])  # fmt: skip
    assert raised(found) == [Stale]
    winner = next(one for one in found if isinstance(one, Matter))
    assert (now(matter).summary, now(matter).version) == (winner.summary, 2)
    in_order(house.lamp)


def test_of_those_who_correct_one_sheet_at_once_the_first_wins_and_the_others_are_told(house):
    matter, told = taken(house), {"by": house.li, "at": NOON, "version": 1}
    found = together(house.lamp,
        lambda: mending.reword(matter, "drums", **told),
        lambda: mending.relocate(matter, Place("behind the school"), **told),
        lambda: actions.triage(matter, "theft", {}, **told),
    )  # fmt: skip
    assert raised(found) == [Stale, Stale]
    changed = [
        now(matter).summary == "drums",
        now(matter).place == "behind the school",
        now(matter).type == "theft",
    ]
    assert sum(changed) == 1
    in_order(house.lamp)


def test_a_matter_that_is_taken_in_hand_twice_at_once_is_held_once(house):
    matter, post = taken(house), house.posts[1]
    found = together(house.lamp, *[lambda: matters.hold(matter, post.pk, by=house.li, at=NOON)] * 4)
    assert raised(found) == []
    assert Holding.objects.filter(matter=matter, post=post, to_at=None).count() == 1
    in_order(house.lamp)


def test_of_merges_in_a_ring_none_waits_for_ever_and_one_matter_stays_open(house):
    ring = [taken(house, number) for number in range(3)]
    found = together(house.lamp, *[
        lambda n=n: joins.merge(ring[n], ring[(n + 1) % 3], by=house.li, at=NOON, reason="one event") for n in range(3)
    ])  # fmt: skip
    assert set(raised(found)) == {Refused}
    still_open = [matter for matter in map(now, ring) if matter.is_open]
    assert len(still_open) == len(raised(found)) >= 1
    assert all(matter.merged_into_id for matter in map(now, ring) if not matter.is_open)
    in_order(house.lamp)


def test_two_merges_crosswise_leave_one_of_the_two_open(house):
    one, other = taken(house, 1), taken(house, 2)
    found = together(
        house.lamp,
        lambda: joins.merge(one, other, by=house.li, at=NOON, reason="one event"),
        lambda: joins.merge(other, one, by=house.wang, at=NOON, reason="one event"),
    )
    assert raised(found) == [Refused]
    assert sorted([now(one).is_open, now(other).is_open]) == [False, True]
    in_order(house.lamp)


def test_whatever_a_team_does_to_one_matter_at_once_the_ledger_stays_whole_and_nothing_locks_up(house):
    """Every action against every other one: each either happens or is refused with a sentence."""
    tellings = [taken(house, number) for number in range(2)]
    lamp, li, aux, at = house.lamp, house.li, house.aux, NOON + timedelta(hours=1)

    def acts(matter: Matter) -> list[Any]:
        return [
            lambda: actions.triage(matter, "fight", {}, by=li, at=at),
            lambda: actions.dispatch(matter, house.posts, by=li, at=at),
            lambda: actions.accept(matter, by=aux, at=at),
            lambda: actions.arrive(matter, by=aux, at=at),
            lambda: actions.free(matter, by=aux, at=at),
            lambda: actions.stand_down(matter, by=li, at=at, reason="not needed"),
            lambda: actions.handle(matter, by=li, at=at),
            lambda: actions.log_scene(matter, "seen", "two people", by=aux, at=at),
            lambda: endings.answer(matter, "It is done.", by=li, at=at, station=lamp),
            lambda: endings.write_out(matter, "We are at it.", by=li, at=at),
            lambda: endings.write_back(matter, "Thank you.", by=PUBLIC, at=at, station=lamp),
            lambda: endings.call_back(matter, reached=True, is_fixed=False, text="", by=li, at=at),
            lambda: endings.feedback(
                matter, is_fixed=False, satisfaction=2, text="", by=PUBLIC, at=at, station=lamp
            ),
            lambda: endings.refer_out(matter, "fire", by=li, at=at, reason="theirs", station=lamp),
            lambda: endings.take_back(matter, by=li, at=at, reason="refused"),
            lambda: endings.close(matter, by=li, at=at),
            lambda: endings.reopen(matter, by=li, at=at, reason="again", station=lamp),
            lambda: matters.release(matter, house.posts[2].pk, by=li, at=at),
        ]

    def storm(seed: int) -> Counter[type]:
        dice, came = random.Random(seed), Counter[type]()
        for _turn in range(25):
            try:
                dice.choice(acts(dice.choice(tellings)))()
                came[type(None)] += 1
            except KobanError as no:
                came[type(no)] += 1
        return came

    found = together(lamp, *[lambda seed=seed: storm(seed) for seed in range(6)])
    assert raised(found) == [], found
    in_order(lamp)


def test_one_key_sent_in_parallel_is_stored_once_and_answered_alike(house):
    security = Actor("security", label="security")
    _made, key = give_key("city", house.lamp, ["incidents.take"], by=security, at=timezone.now())
    told = {"api_key": key, "service_code": "noise", "lat": "60.17", "long": "24.94", "description": "loud",
            "jurisdiction_id": "lamp"}  # fmt: skip

    def post() -> tuple[int, bytes]:
        with stations.scoping.outside():
            answer = Client().post("/open311/v2/requests.json", told, headers={"Idempotency-Key": "the same"})
        return answer.status_code, answer.content

    found = together(house.lamp, *[post] * 8)
    assert raised(found) == []
    assert len(set(found)) == 1
    assert found[0][0] == 201
    assert Matter.objects.count() == 1
    in_order(house.lamp)


def test_a_throttle_lets_no_more_through_when_all_come_at_once(house):
    found = together(house.lamp, *[lambda: throttle("races", "one address", limit=5, minutes=15)] * 12)
    assert (raised(found), len(found)) == ([Throttled] * 7, 12)


@pytest.mark.may_skip("SQLite has one writer for all stations, so there is nothing to compare")
def test_a_station_does_not_wait_for_the_ledger_of_another_one(house):
    if connection.vendor != "postgresql":
        pytest.skip("one writer")
    written, go_on = threading.Event(), threading.Event()

    def holds() -> bool:
        with transaction.atomic():
            book.write("tests.slow", by=house.li, at=NOON)
            written.set()
            return go_on.wait(20)

    def passes() -> bool:
        assert written.wait(20)
        with stations.scope(house.hill.pk), transaction.atomic():
            book.write("tests.quick", by=PUBLIC, at=NOON)
        go_on.set()
        return True

    assert together(house.lamp, holds, passes) == [True, True]
