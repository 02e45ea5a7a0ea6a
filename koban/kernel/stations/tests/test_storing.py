"""Rows that are stored in one statement are the rows that saving each would have left."""

import pytest

from koban.kernel import stations
from koban.kernel.stations.models import Beat, Counter, Station
from koban.kernel.stations.scoping import OutsideScope
from koban.kernel.stations.storing import insert

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return [
        Station.objects.create(code=code, name=code, kind="office", path=f"{code}/")
        for code in ("lamp", "hill")
    ]


def beat(code: str) -> Beat:
    return Beat(code=code, name="北", polygon=[[[24.9, 60.1], [24.95, 60.1], [24.9, 60.2]]])


def test_they_read_back_as_they_were_given(pair):
    with stations.scope(pair[0].pk):
        north = beat("north")
        made = [north, beat("south"), Counter(register="matter", year=2026, last=7)]
        insert(made)
        assert not any(row._state.adding for row in made)
        for row in made:
            again = type(row).objects.get(pk=row.pk)
            assert (again.digest(), again.station_id) == (row.digest(), pair[0].pk)
        north.name = "北门"
        north.save(update_fields=["name"])
        assert Beat.objects.get(code="north").name == "北门"


def test_a_row_of_another_station_is_not_stored(pair):
    with stations.scope(pair[1].pk):
        strange = beat("north")
        strange.claim_station()
    with stations.scope(pair[0].pk), pytest.raises(OutsideScope):
        insert([beat("south"), strange])
