"""The doors themselves: password, code, passkey, lock-out. Through the pages, with the real hasher."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.lockout import hashed
from koban.kernel.access.second_step import current_code
from koban.kernel.access.testing import PASSWORD, add_totp, make_account, sign_in
from koban.kernel.ledger.models import Page

pytestmark = [pytest.mark.django_db, pytest.mark.urls("koban.kernel.access.tests.urls")]
LOGIN = "/accounts/login/"
CODE = "/accounts/2fa/authenticate/"
MANY = 5


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def knock(client, password, username="li", address="192.0.2.1"):
    return client.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=address)


def test_password_and_code_open_the_desk(client, li, north, demo):
    add_totp(li)
    client.get(LOGIN)
    assert knock(client, PASSWORD)["Location"] == CODE
    before = client.session.session_key
    response = client.post(CODE, {"code": current_code(li)})
    assert response["Location"] == "/desk/"
    assert client.session.session_key != before  # a session key from before the sign-in is worth nothing
    assert client.get("/accounts/").status_code == 200
    with stations.scope(north.pk):
        page = Page.objects.get()
    assert (page.verb, page.account_id, page.facts) == ("access.sign_in", li.pk, {})


def test_the_password_alone_opens_nothing(client, li):
    add_totp(li)
    knock(client, PASSWORD)
    assert client.get("/accounts/")["Location"].startswith(LOGIN)


@pytest.mark.django_db(transaction=True)
def test_a_new_account_must_set_up_its_second_step_first(client, li):
    knock(client, PASSWORD)
    assert client.get("/accounts/")["Location"].startswith("/accounts/2fa/")
    page = client.get("/accounts/2fa/totp/activate/")
    assert page["Location"].startswith("/accounts/reauthenticate/")
    client.post(page["Location"], {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    counter = int(timezone.now().timestamp()) // 30
    code = format_hotp_value(hotp_value(client.session[SECRET_SESSION_KEY], counter))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_a_resident_needs_no_second_step(client, db):
    make_account("may", role="")
    assert knock(client, PASSWORD, username="may")["Location"] == "/desk/"
    assert client.get("/accounts/").status_code == 200


def test_the_secret_of_the_app_is_sealed_in_the_database(li):
    secret = add_totp(li)
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_codes_are_shown_in_a_demo_of_an_invented_station_only(li, north, settings):
    add_totp(li)
    assert current_code(li) == ""
    settings.DEMO = True
    assert len(current_code(li)) == 6
    north.is_invented = False
    north.save()
    assert current_code(li) == ""


def test_names_are_the_same_in_any_case(client, li):
    add_totp(li)
    assert knock(client, PASSWORD, username=" LI ")["Location"] == CODE


# The lock-out

V4, SAME_64, OTHER_64 = "192.0.2.1", ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), "2001:db8:1:3::1"


@pytest.mark.parametrize(
    "tries,address,locked",
    [
        ([("li", V4)] * 4, V4, False),
        ([("li", V4)] * 5, V4, True),
        ([("li", V4)] * 5, "198.51.100.7", True),  # the account is locked wherever one comes from
        ([(name, V4) for name in "abcde"], V4, True),  # so is the address, whatever name is tried
        ([(name, V4) for name in "abcde"], "198.51.100.7", False),
        ([(name, SAME_64[0]) for name in "abcde"], SAME_64[1], True),  # a /64 is one visitor
        ([(name, SAME_64[0]) for name in "abcde"], OTHER_64, False),
        ([("LI ", V4)] * 5, "198.51.100.7", True),
    ],
)
def test_five_wrong_in_fifteen_minutes_lock(li, tries, address, locked):
    for username, origin in tries:
        knock(Client(), "wrong", username, origin)
    response = knock(Client(), PASSWORD, "li", address)
    assert response.status_code == (429 if locked else 302)


def test_a_code_is_counted_like_a_password(li, demo):
    add_totp(li)
    client = Client()
    knock(client, PASSWORD)
    for _ in range(MANY - 1):
        assert client.post(CODE, {"code": "000000"}, REMOTE_ADDR=V4).status_code == 200
    assert client.post(CODE, {"code": "000000"}, REMOTE_ADDR=V4).status_code == 429
    assert client.post(CODE, {"code": current_code(li)}, REMOTE_ADDR=V4).status_code == 429
    assert knock(Client(), PASSWORD, address="198.51.100.7").status_code == 429


def test_wrong_passwords_at_the_locked_screen_count_too(client, li):
    sign_in(client, li)
    client.post("/lock/now/")
    for _ in range(MANY):
        client.post("/lock/", {"password": "wrong"})
    assert client.post("/lock/", {"password": PASSWORD}).status_code == 429


def test_the_lock_opens_after_fifteen_minutes(li):
    for _ in range(MANY):
        knock(Client(), "wrong")
    assert knock(Client(), PASSWORD).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert knock(Client(), PASSWORD).status_code == 302


def test_trying_on_does_not_prolong_the_lock(li):
    for _ in range(MANY):
        knock(Client(), "wrong")
    before = AccessAttempt.objects.get().attempt_time
    knock(Client(), "wrong")
    assert AccessAttempt.objects.get().attempt_time == before


def test_a_success_forgives_the_own_tries_and_nobody_elses(li, wang, demo):
    for _ in range(2):
        knock(Client(), "wrong", "li")
        knock(Client(), "wrong", "wang")
    add_totp(li)
    client = Client()
    knock(client, PASSWORD)
    client.post(CODE, {"code": current_code(li)})
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == [hashed("wang")]


def words(response, name):
    return re.sub(r"[0-9A-Za-z]{64}", "", response.content.decode().replace(name, "NAME"))


def test_answers_do_not_tell_whether_an_account_exists(li):
    """The same words at each try and at the lock; the same hashing on both ways (the library hashes for nobody too)."""
    for _ in range(MANY + 1):
        there, missing = knock(Client(), "wrong", "li", V4), knock(Client(), "wrong", "zoe", "198.51.100.7")
        assert there.status_code == missing.status_code
        assert words(there, 'value="li"') == words(missing, 'value="zoe"')


def test_a_wrong_name_costs_as_much_hashing_as_a_wrong_password(li, monkeypatch):
    spent = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(*a, real=real, **k):
            spent.append(1)
            return real(*a, **k)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    knock(Client(), "wrong", "li")
    for_li = len(spent)
    knock(Client(), "wrong", "zoe")
    assert for_li == 1
    assert len(spent) - for_li == 1


def test_what_was_typed_as_a_name_is_not_kept(li):
    knock(Client(), "wrong", "my secret password")
    attempt = AccessAttempt.objects.get()
    assert "my secret password" not in f"{attempt.username}{attempt.post_data}{attempt.get_data}"


# What an account can do for itself


def test_signing_out_everywhere_else_leaves_only_this_session(li):
    here, there = Client(), Client()
    sign_in(here, li)
    sign_in(there, li)
    assert here.post("/accounts/sessions/")["Location"] == "/accounts/"
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/")["Location"].startswith(LOGIN)


def test_nobody_makes_an_account_or_resets_a_password_by_themselves(client):
    for path in (
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/accounts/3rdparty/signup/",
    ):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403


def test_the_last_second_step_cannot_be_removed(client, li, demo):
    add_totp(li)
    knock(client, PASSWORD)
    client.post(CODE, {"code": current_code(li)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=li, type="totp").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/accounts/2fa/webauthn/",
        "/about/rights",
        "/lock/",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_speaks_both_languages_without_inline_code(client, li, path, language):
    sign_in(client, li)
    if path == "/lock/":
        client.post("/lock/now/")
    client.cookies["koban_language"] = language
    response = client.get(path)
    assert response.status_code == 200
    body = response.content.decode()
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in body
    assert " style=" not in body
    assert " onclick=" not in body
    assert "<script>" not in body
