"""Two at the same moment: one is told no, and the ledger is whole."""

from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from koban.duties.hazards import actions
from koban.duties.hazards.models import Hazard
from koban.duties.hazards.tests.conftest import BESIDE, HERE, LAT, LON, NOON, taken
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger.verify import verify as whole
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.models import Matter
from koban.matters.places import Place
from tests.together import shared_sqlite, together


@pytest.fixture
def shared(tmp_path, transactional_db) -> Iterator[None]:
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        yield


@pytest.fixture
def house(shared) -> Iterator[SimpleNamespace]:
    office = Station.objects.create(code="lamp", name="lamp", kind="office", path="lamp/", lon=LON, lat=LAT)
    people = {name: make_account(name, role=role, station=office, password="")
              for name, role in (("li", "officer"), ("wang", "officer"), ("aux", "auxiliary"))}  # fmt: skip
    with stations.scope(office.pk):
        yield SimpleNamespace(office=office, **{name: actor_of(one) for name, one in people.items()})


def repaired(house: SimpleNamespace) -> Hazard:
    found = actions.Found("wiring", "Loose cable")
    hazard = actions.open_hazard(
        found, Place("", None, LON, LAT), by=house.aux, at=NOON, station=house.office, photo=(taken(), HERE)
    )
    actions.repair(hazard, by=house.aux, at=NOON, station=house.office, photo=(taken(), BESIDE))
    return actions.fresh_of(hazard)


@pytest.mark.parametrize("other", ["verify", "reject"])
def test_of_two_who_decide_at_once_one_is_told_no(house, other):
    hazard = repaired(house)

    def second() -> Any:
        if other == "reject":
            return actions.reject(hazard, "Tape", by=house.wang, at=NOON, station=house.office)
        return actions.verify(hazard, by=house.wang, at=NOON, station=house.office)

    def first() -> Any:
        return actions.verify(hazard, by=house.li, at=NOON, station=house.office)

    answers = together(house.office, first, second)
    refused = [one for one in answers if isinstance(one, Refused)]
    assert len(refused) == 1, answers
    matter = Matter.objects.get(pk=hazard.matter_id)
    assert matter.state == ("closed" if other == "verify" or matter.state == "closed" else "reopened")
    assert whole(house.office).ok
