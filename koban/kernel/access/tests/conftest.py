"""A small piece of the line: a station with two offices, its bureau, and a body of oversight beside them."""

import pytest

from koban.kernel.access.testing import make_account
from koban.kernel.stations.models import Station


def station(code, kind, parent=None):
    path = f"{parent.path if parent else ''}{code}/"
    return Station.objects.create(code=code, name=code, kind=kind, parent=parent, path=path, is_invented=True)


@pytest.fixture(autouse=True)
def idle(settings):
    settings.KOBAN_IDLE_MINUTES = 15


@pytest.fixture
def bureau(db):
    return station("bureau", "county")


@pytest.fixture
def river(bureau):
    return station("river", "station", bureau)


@pytest.fixture
def north(river):
    return station("north", "office", river)


@pytest.fixture
def south(river):
    return station("south", "office", river)


@pytest.fixture
def oversight(bureau):
    return station("oversight", "oversight", bureau)


@pytest.fixture
def li(north):
    return make_account("li", role="officer", station=north)


@pytest.fixture
def wang(north):
    return make_account("wang", role="auxiliary", station=north)
