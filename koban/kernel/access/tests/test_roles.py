import pytest
from django.utils import translation

from koban.kernel.access import roles
from koban.kernel.access.roles import (
    ACTIONS,
    CONFLICTS,
    ROLES,
    Action,
    conflict,
    may,
    register_actions,
    require,
)
from koban.kernel.ledger.actor import Actor
from koban.lib.errors import Denied


@pytest.mark.parametrize(
    "one,other",
    [
        ("administrator", "security"),
        ("administrator", "auditor"),
        ("security", "auditor"),
        ("inspector", "officer"),
        ("inspector", "chief"),
        ("auditor", "officer"),
    ],
)
def test_roles_that_are_never_one_account(one, other):
    assert frozenset((one, other)) in CONFLICTS
    assert conflict([other], one) == other
    assert conflict([one], other) == one


def test_an_officer_may_also_be_a_chief():
    assert conflict(["officer"], "chief") == ""


def test_no_administrator_reads_a_matter_or_a_file():
    areas = ("matters", "incidents", "files", "residents", "oversight")
    closed = {key for key, action in ACTIONS.items() if "public" not in action.roles}
    keys = {key for key in closed if key.split(".")[0] in areas} - {"incidents.import"}
    assert "files.read" in keys
    for role in ("administrator", "security", "auditor"):
        assert [key for key in keys if may(role, key)] == []


def test_auxiliaries_are_told_which_clause_keeps_them_out():
    closed = [a for a in ACTIONS.values() if a.clause == "CN-AUX-1"]
    assert closed, "some action must be kept from auxiliaries by law"
    for action in closed:
        with pytest.raises(Denied) as refusal:
            require(Actor("auxiliary"), action.key)
        assert refusal.value.clause == "CN-AUX-1"


def test_a_refusal_names_the_role_and_the_action():
    with translation.override("en"), pytest.raises(Denied, match="Anyone may not do this: Add accounts"):
        require(Actor("public"), "accounts.manage")


def test_an_undeclared_action_is_a_mistake_in_the_code():
    with pytest.raises(LookupError, match=r"nothing\.such"):
        require(Actor("officer"), "nothing.such")


@pytest.mark.parametrize(
    "action,why",
    [
        (Action("public.read", "another sentence", frozenset({"officer"})), "twice"),
        (Action("test.new", "a sentence", frozenset({"emperor"})), "do not exist"),
    ],
)
def test_what_cannot_be_registered(action, why):
    with pytest.raises(ValueError, match=why):
        register_actions(action)
    assert action.key not in ACTIONS or ACTIONS[action.key] is not action


def test_roles_are_nobody_at_a_desk_or_posts():
    assert {key for key, role in ROLES.items() if not role.is_post} == {"public", "machine", "system"}
    assert {key for key, role in ROLES.items() if role.is_post} == roles.SIGNED_IN
