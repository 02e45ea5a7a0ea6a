"""Accounts and posts: who gives them, what excludes what, and the commands."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from koban.kernel import stations
from koban.kernel.access import actions, commands
from koban.kernel.access.models import Account, ApiKey
from koban.kernel.access.testing import add_totp, make_account
from koban.kernel.ledger.actor import Actor
from koban.kernel.ledger.models import Page
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused

pytestmark = pytest.mark.django_db
SECURITY = Actor("security", label="test")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def appoint(account, role, station, **days):
    return actions.appoint(
        account, role, station, by=SECURITY, at=NOON, **{"from_on": date(2026, 3, 2)} | days
    )


def test_an_appointment_is_a_page_of_the_station(north):
    zhao = make_account("zhao")
    post = appoint(zhao, "officer", north)
    with stations.scope(north.pk):
        page = Page.objects.get()
    assert page.verb == "access.appoint"
    assert page.subject == f"access.post:{post.pk}"
    assert page.facts == {"account": str(zhao.pk), "role": "officer", "from": "2026-03-02", "to": ""}


@pytest.mark.parametrize(
    "held,wanted,days,refused",
    [
        ("administrator", "security", {}, True),
        ("security", "administrator", {}, True),
        ("administrator", "auditor", {}, True),
        ("officer", "inspector", {}, True),
        ("officer", "chief", {}, False),
        ("administrator", "security", {"from_on": date(2026, 7, 1)}, False),  # after the first one ended
        ("administrator", "security", {"from_on": date(2026, 6, 30)}, True),
        ("administrator", "security", {"from_on": date(2025, 1, 1), "to_on": date(2025, 12, 31)}, False),
        ("administrator", "security", {"from_on": date(2025, 1, 1), "to_on": date(2026, 1, 1)}, True),
    ],
)
def test_which_roles_one_account_holds_at_a_time(north, held, wanted, days, refused):
    zhao = make_account("zhao")
    zhao.posts.create(station=north, role=held, from_on=date(2026, 1, 1), to_on=date(2026, 6, 30))
    if refused:
        with pytest.raises(Refused):
            appoint(zhao, wanted, north, **days)
    assert zhao.posts.filter(role=wanted).exists() is False
    if not refused:
        appoint(zhao, wanted, north, **days)


@pytest.mark.parametrize("role", ["public", "machine", "system", "emperor"])
def test_nobody_is_appointed_to_what_is_no_post(north, role):
    with pytest.raises(Refused):
        appoint(make_account("zhao"), role, north)


@pytest.mark.parametrize("role", ["officer", "chief", "administrator", "auditor", "public", "machine"])
def test_only_the_security_administrator_appoints(north, role):
    with pytest.raises(Denied):
        actions.appoint(
            make_account("zhao"), "officer", north, by=Actor(role), at=NOON, from_on=date(2026, 3, 2)
        )


def test_two_accounts_never_share_a_name(north):
    actions.add_account("Zhao", "correct horse battery", by=SECURITY, at=NOON)
    with pytest.raises(Refused):
        actions.add_account("zhao", "correct horse battery", by=SECURITY, at=NOON)


def test_ending_a_post_keeps_what_it_was(north):
    post = appoint(make_account("zhao"), "officer", north)
    actions.end_post(post, date(2026, 1, 1), by=SECURITY, at=NOON)
    assert post.to_on == post.from_on  # never before it began


def test_a_disabled_account_keeps_its_past_and_loses_its_sessions(north):
    zhao = make_account("zhao", role="officer", station=north)
    before = zhao.get_session_auth_hash()
    actions.disable(zhao, by=SECURITY, at=NOON)
    zhao.refresh_from_db()
    assert not zhao.is_active
    assert zhao.get_session_auth_hash() != before
    assert zhao.posts.count() == 1


# The commands


def run(command, *arguments, **more):
    return CliRunner().invoke(command, arguments, **more)


def test_the_operator_adds_appoints_and_disables(north):
    assert run(commands.account, "add", "zhao", input="correct horse battery\n").exit_code == 0
    assert (
        run(
            commands.account, "post", "zhao", "--role", "officer", "--station", "north", "--badge", "7"
        ).exit_code
        == 0
    )
    assert "officer at north" in run(commands.account, "list").output
    assert run(commands.account, "disable", "zhao").exit_code == 0
    assert not Account.objects.get(username="zhao").is_active


@pytest.mark.parametrize(
    "arguments,says",
    [
        (["post", "nobody", "--role", "officer", "--station", "north"], "no account 'nobody'"),
        (["post", "li", "--role", "emperor", "--station", "north"], "emperor"),
        (["post", "li", "--role", "officer", "--station", "nowhere"], "no station 'nowhere'"),
        (["disable", "nobody"], "no account 'nobody'"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(li, arguments, says):
    result = run(commands.account, *arguments)
    assert result.exit_code != 0
    assert says in result.output


def test_a_weak_password_is_refused_with_a_reason(db):
    result = run(commands.account, "add", "zhao", input="1234\n")
    assert result.exit_code == 1
    assert "too short" in result.output
    assert not Account.objects.exists()


def test_a_key_is_printed_once_and_can_be_withdrawn(north):
    result = run(commands.key, "add", "centre", "--station", "north", "--action", "files.add")
    secret = result.output.strip()
    listed = run(commands.key, "list").output
    assert secret.startswith("koban_")
    assert secret not in listed
    assert run(commands.key, "withdraw", str(ApiKey.objects.get().pk)).exit_code == 0
    assert "withdrawn" in run(commands.key, "list").output


def test_an_office_is_added_under_its_station(river):
    told = ("--kind", "office", "--name", "湖边", "--parent", "river")
    assert run(commands.station, "add", "lake", *told).exit_code == 0
    lake = Station.objects.get(code="lake")
    assert lake.path == f"{river.path}lake/"
    with stations.scope(lake.pk):
        assert Page.objects.get().facts == {"code": "lake", "kind": "office", "parent": "river"}
    assert "    lake  office  湖边" in run(commands.station, "list").output


@pytest.mark.parametrize("code", ["north", "no slug"])
def test_a_code_that_cannot_be_is_refused(north, code):
    with pytest.raises(Refused):
        actions.add_station(code, None, by=Actor("administrator"), at=NOON, kind="office", name="x")


def test_codes_are_for_demo_accounts_only(li, settings):
    add_totp(li)
    assert run(commands.code, "li").exit_code == 1
    settings.DEMO = True
    assert run(commands.code, "li").output.strip().isdigit()
