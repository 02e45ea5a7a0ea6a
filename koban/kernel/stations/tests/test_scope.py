"""No query without a scope, no row of another station, no number without its transaction."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from koban.kernel import stations
from koban.kernel.stations import numbers
from koban.kernel.stations.models import Beat, Counter, Station

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Station:
    return Station.objects.create(code="here", name="本所", kind="office", path="here/")


@pytest.fixture
def there() -> Station:
    return Station.objects.create(code="there", name="邻所", kind="office", path="there/")


def beat(code: str = "north") -> Beat:
    return Beat(code=code, name=code, polygon=[])


WITHOUT: list[Callable[[], Any]] = [
    lambda: list(Beat.objects.all()),
    lambda: Beat.objects.filter(code="north").count(),
    lambda: Beat.objects.create(code="north", name="", polygon=[]),
    lambda: Beat.objects.bulk_create([beat()]),
    lambda: beat().save(),
    lambda: list(Beat._base_manager.all()),
]


@pytest.mark.parametrize("query", WITHOUT)
def test_a_query_outside_a_scope_raises(query: Callable[[], Any]) -> None:
    with pytest.raises(stations.OutsideScope):
        query()


def test_a_new_row_belongs_to_the_open_station(here: Station) -> None:
    with stations.scope(here.pk):
        made = Beat.objects.create(code="north", name="北", polygon=[])
        assert made.station_id == here.pk


def test_a_station_does_not_see_its_neighbours_rows(here: Station, there: Station) -> None:
    with stations.scope(here.pk):
        beat().save()
    with stations.scope(there.pk):
        assert not Beat.objects.exists()
    with stations.scope(there.pk, here.pk):
        assert Beat.objects.count() == 1


SAVES: list[Callable[[Beat], Any]] = [
    lambda row: row.save(),
    lambda row: row.save(update_fields=["name"]),
    lambda row: row.delete(),
    lambda row: Beat.objects.bulk_create([row]),
]


@pytest.mark.parametrize("save", SAVES)
def test_saving_into_another_station_raises(
    here: Station, there: Station, save: Callable[[Beat], Any]
) -> None:
    with stations.scope(here.pk):
        row = Beat.objects.create(code="north", name="北", polygon=[])
    with stations.scope(there.pk, here.pk), pytest.raises(stations.OutsideScope):
        save(row)


def test_a_row_never_changes_its_station(here: Station, there: Station) -> None:
    with stations.scope(here.pk), pytest.raises(stations.OutsideScope):
        Beat.objects.update(station=there)


def test_an_update_finds_no_row_of_another_station(here: Station, there: Station) -> None:
    with stations.scope(here.pk):
        beat().save()
    with stations.scope(there.pk):
        assert Beat.objects.filter(code="north").update(name="taken") == 0


def test_work_over_all_stations_reads_and_does_not_write(here: Station) -> None:
    with stations.scope(here.pk):
        beat().save()
    with stations.everywhere("test"):
        assert Beat.objects.count() == 1
        with pytest.raises(stations.OutsideScope):
            beat("south").save()


def test_work_over_all_stations_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"), stations.everywhere(""):
        pass


def test_the_scope_closes_behind_an_error(here: Station) -> None:
    with pytest.raises(KeyError), stations.scope(here.pk):
        raise KeyError
    with pytest.raises(stations.OutsideScope):
        stations.current()


def test_numbers_are_per_register_and_year(here: Station, there: Station) -> None:
    with stations.scope(here.pk):
        assert [numbers.take("matter", 2026) for _ in range(3)] == [1, 2, 3]
        assert numbers.take("matter", 2027) == 1
        assert numbers.take("letter", 2026) == 1
    with stations.scope(there.pk):
        assert numbers.take("matter", 2026) == 1


def test_a_number_of_a_transaction_that_failed_is_given_again(here: Station) -> None:
    with stations.scope(here.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            assert numbers.take("matter", 2026) == 1
            Counter.objects.create(register="matter", year=2026, last=9)
        assert numbers.take("matter", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused(here: Station) -> None:
    with stations.scope(here.pk), pytest.raises(transaction.TransactionManagementError):
        numbers.take("matter", 2026)


def test_a_digest_covers_every_sealed_field(here: Station) -> None:
    with stations.scope(here.pk):
        row = Beat.objects.create(code="north", name="北", polygon=[[1.5, 2.0]])
        before = row.digest()
        assert Beat.objects.get(pk=row.pk).digest() == before
        for field, value in {"code": "x", "name": "x", "name_en": "x", "polygon": [1], "salt": b"x"}.items():
            changed = Beat.objects.get(pk=row.pk)
            setattr(changed, field, value)
            assert changed.digest() != before, field


def test_keys_between_rows_name_the_station_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        assert connection.vendor == "sqlite"
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'matters_party'::regclass "
            "AND array_length(conkey, 1) = 2"
        )
        assert cursor.fetchone()[0] == 1
