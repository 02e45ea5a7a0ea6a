"""A telephone works for a post until the shift ends, and not a moment longer once it is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from koban.kernel.access import devices
from koban.kernel.access.models import Device
from koban.kernel.access.testing import actor_of, make_account
from koban.lib.errors import Denied, Refused

NOW = timezone.now()
LATER = NOW + timedelta(hours=8)


@pytest.fixture(autouse=True)
def _keys(settings, tmp_path):
    settings.KOBAN_KEYS = tmp_path


@pytest.fixture
def enrolled(li):
    return devices.enrol(li.posts.get(), "phone", ends_at=LATER, by=actor_of(li), at=NOW)


def test_its_key_opens_until_the_shift_ends(enrolled, li):
    device, key = enrolled
    assert devices.by_password(device.login, key, NOW) == device
    assert devices.by_password(device.login, key, LATER) is None
    assert devices.by_password(device.login, key + "x", NOW) is None
    assert devices.by_password("nobody", key, NOW) is None
    assert devices.actor_of(device) == actor_of(li)


def test_the_key_is_stored_nowhere(enrolled):
    device, key = enrolled
    stored = Device.objects.get(pk=device.pk)
    assert devices.digest_of(device.login, key) == devices.ha1(stored)
    assert devices.ha1(stored).encode() not in bytes(stored.secret)


def test_a_lost_telephone_is_out_at_once_and_for_good(enrolled, li):
    device, key = enrolled
    devices.lose(device, by=actor_of(li), at=NOW)
    assert devices.by_password(device.login, key, NOW) is None
    assert devices.by_id(device.pk, NOW) is None
    assert devices.lose(device, by=actor_of(li), at=LATER).lost_at == NOW


def test_a_post_that_ended_has_no_telephone(enrolled, li):
    device, _key = enrolled
    li.posts.update(to_on=(NOW - timedelta(days=3)).date())
    assert devices.by_login(device.login, NOW) is None


def test_who_gets_one(li, north, south):
    aux, other = (make_account(n, role="auxiliary", station=s) for n, s in (("aux", north), ("far", south)))
    clerk = make_account("clerk", role="archivist", station=north)
    devices.enrol(aux.posts.get(), "phone", ends_at=LATER, by=actor_of(li), at=NOW)
    for post, by, no in [
        (li.posts.get(), aux, Denied),
        (other.posts.get(), li, Denied),
        (clerk.posts.get(), li, Refused),
    ]:
        with pytest.raises(no):
            devices.enrol(post, "phone", ends_at=LATER, by=actor_of(by), at=NOW)
    with pytest.raises(Refused, match="later end"):
        devices.enrol(aux.posts.get(), "phone", ends_at=NOW, by=actor_of(aux), at=NOW)


def test_who_loses_one_is_signed_out_everywhere_and_an_auxiliary_says_so_of_none_but_the_own(
    enrolled, li, north
):
    device, epoch = enrolled[0], li.epoch
    aux = make_account("aux", role="auxiliary", station=north)
    with pytest.raises(Denied):
        devices.lose(device, by=actor_of(aux), at=NOW)
    devices.lose(device, by=actor_of(li), at=NOW)
    li.refresh_from_db()
    assert li.epoch == epoch + 1


def test_only_its_own_station_reports_it_lost(enrolled, south):
    far = make_account("far", role="officer", station=south)
    with pytest.raises(Denied):
        devices.lose(enrolled[0], by=actor_of(far), at=NOW)
