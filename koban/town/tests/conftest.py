import pytest

from koban.town.district import district


@pytest.fixture(scope="session")
def town():
    return district(seed=7)


@pytest.fixture(scope="session")
def taipei():
    return district(seed=7, residents=600, names="map", place="taipei")
