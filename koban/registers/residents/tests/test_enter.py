"""Residents are entered sealed, with a page, and nothing about them can be searched."""

from datetime import UTC, datetime

import pytest

from koban.kernel import stations
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.ledger.verify import verify
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied
from koban.lib.sealing import SealBroken
from koban.registers.residents import actions, filing
from koban.registers.residents.models import Person, PersonFile

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
MADE_UP = actions.Entry("阿依古丽·买买提", phone="000-0001", birth_on="1950")


@pytest.fixture
def office() -> Station:
    return Station.objects.create(code="here", name="本所", kind="office", path="here/")


def test_a_resident_is_kept_sealed_and_told_by_a_page(office: Station) -> None:
    with stations.scope(office.pk):
        actions.enter([MADE_UP] * 3, by=SYSTEM, at=NOON)
        file = PersonFile.objects.all()[0]
        assert MADE_UP.name.encode() not in bytes(file.name)
        assert vault.unseal(file, "name") == MADE_UP.name
        assert verify(office).ok


def test_a_sealed_value_does_not_open_in_another_row(office: Station) -> None:
    with stations.scope(office.pk):
        actions.enter([MADE_UP, actions.Entry("张伟")], by=SYSTEM, at=NOON)
        one, other = PersonFile.objects.all()
        one.name = other.name
        with pytest.raises(SealBroken):
            vault.unseal(one, "name")


def test_the_same_telephone_is_found_without_opening_it(office: Station) -> None:
    with stations.scope(office.pk):
        actions.enter([MADE_UP, actions.Entry("张伟", phone="000-0002")], by=SYSTEM, at=NOON)
        assert PersonFile.objects.filter(phone_index=filing.blind_phone("0000001")).count() == 1


@pytest.mark.parametrize("role", ["auxiliary", "public", "bureau", "inspector", "administrator"])
def test_who_may_not_enter_residents(office: Station, role: str) -> None:
    with stations.scope(office.pk), pytest.raises(Denied):
        actions.enter([MADE_UP], by=Actor(role, office.pk), at=NOON)
    with stations.scope(office.pk):
        assert not Person.objects.exists()
