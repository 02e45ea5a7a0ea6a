"""Keys of other systems, and counting tries."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from koban.kernel.access import actions
from koban.kernel.access.keys import NOT_VALID, actor_of_key
from koban.kernel.access.models import ApiKey, OnceKey, Tries
from koban.kernel.access.tasks import forget
from koban.kernel.access.throttle import Throttled, source, throttle
from koban.kernel.ledger.actor import Actor
from koban.lib.errors import Denied, Refused

pytestmark = pytest.mark.django_db
SECURITY = Actor("security", label="test")


@pytest.fixture
def given(north):
    return actions.give_key("centre", north, ["files.add"], by=SECURITY, at=timezone.now(), days=30)


def test_a_key_is_the_machine_of_its_station(given, north):
    _key, secret = given
    actor = actor_of_key(secret, "files.add")
    assert (actor.role, actor.station_id, actor.label) == ("machine", north.pk, "centre")


def test_the_secret_is_stored_nowhere(given):
    _key, secret = given
    assert secret not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "koban_made_up"},
        {"secret": ""},
        {"action": "files.read"},
        {"after": timedelta(days=31)},
        {"withdrawn": True},
    ],
)
def test_what_a_key_does_not_open(given, change):
    key, secret = given
    if change.get("withdrawn"):
        actions.withdraw_key(key, by=SECURITY, at=timezone.now())
    with pytest.raises(Denied) as refusal:
        now = timezone.now() + change.get("after", timedelta(seconds=1))
        actor_of_key(change.get("secret", secret), change.get("action", "files.add"), now)
    assert refusal.value.sentence is NOT_VALID  # one sentence for every reason


def test_no_key_is_given_for_what_no_machine_may_do(north):
    with pytest.raises(Refused):
        actions.give_key("centre", north, ["accounts.manage"], by=SECURITY, at=timezone.now())


@pytest.mark.parametrize("role", ["officer", "administrator", "auditor", "public"])
def test_only_the_security_administrator_gives_keys(north, role):
    with pytest.raises(Denied):
        actions.give_key("centre", north, ["files.add"], by=Actor(role), at=timezone.now())


def test_what_is_over_is_forgotten_and_what_is_not_is_kept(north):
    now = timezone.now()
    for age in (1, 6, 8):
        OnceKey.objects.create(place=north.pk, slot=str(age), at=now - timedelta(days=age))
    Tries.objects.create(slot="over", due=now.timestamp() - 1)
    Tries.objects.create(slot="counting", due=now.timestamp() + 60)
    assert forget(now) == 2
    assert set(OnceKey.objects.values_list("slot", flat=True)) == {"1", "6"}
    assert Tries.objects.get().slot == "counting"


# Throttle


def tried(times, key="a", limit=3, minutes=15):
    passed = 0
    for _ in range(times):
        try:
            throttle("test", key, limit=limit, minutes=minutes)
            passed += 1
        except Throttled:
            pass
    return passed


def test_so_many_tries_and_no_more():
    assert tried(10) == 3


def test_each_key_has_tries_of_its_own():
    assert (tried(5, "a"), tried(5, "b")) == (3, 3)


@pytest.mark.parametrize("minutes,again", [(4, 0), (6, 1), (11, 2), (16, 3), (600, 3)])
def test_tries_come_back_one_by_one(minutes, again):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        tried(5)
        clock.shift(timedelta(minutes=minutes))
        assert tried(5) == again


def test_a_throttled_visitor_learns_when_to_come_back():
    tried(3)
    with pytest.raises(Throttled) as refusal:
        throttle("test", "a", limit=3, minutes=15)
    assert refusal.value.seconds == 301


def test_keys_are_kept_as_hashes_only():
    tried(1, "192.0.2.1")
    assert "192" not in Tries.objects.get().slot


@pytest.mark.parametrize(
    "remote,forwarded,behind_proxy,expected",
    [
        ("192.0.2.1", "", False, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", False, "192.0.2.1"),  # a visitor's word about itself
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", True, "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", False, "192.0.2.1"),
        ("nonsense", "", False, "0.0.0.0"),
    ],
)
def test_where_a_request_comes_from(settings, remote, forwarded, behind_proxy, expected):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert source(request) == expected
