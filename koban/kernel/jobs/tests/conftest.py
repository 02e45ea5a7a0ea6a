from collections.abc import Iterator

import pytest
from django.utils import translation

from koban.kernel import stations
from koban.kernel.stations.models import Station


@pytest.fixture
def station(db: None) -> Station:
    return Station.objects.create(code="yinhe", name="银河", kind="office", path="yinhe/")


@pytest.fixture
def scope(station: Station) -> Iterator[None]:
    with stations.scope(station.pk):
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
