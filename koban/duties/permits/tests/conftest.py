from types import SimpleNamespace

import pytest

from koban.duties.permits.tests.made import address
from koban.kernel.access.testing import actor_of


@pytest.fixture
def at_desk(office, people):
    """The office with li (officer) and aux1 (auxiliary) as actors, and a home in its register."""
    li, aux = actor_of(people.li), actor_of(people.aux1)
    return SimpleNamespace(station=office, li=li, aux=aux, home=address(by=li))
