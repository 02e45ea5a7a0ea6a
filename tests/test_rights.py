"""Who may do what, and what each address answers to each role: all of it, against the table in `rights.txt`.

The table is written down so that a change of rights is seen by whoever reviews it. After a change that is meant, run
`KOBAN_ACCEPT=1` with this file, and look at the difference before committing it.
"""

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from koban.kernel.access import edge
from koban.kernel.access.addresses import addresses
from koban.kernel.access.roles import ACTIONS, ROLES, SIGNED_IN
from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.ledger.actor import PUBLIC, Actor
from koban.kernel.stations.models import Station

TABLE = Path(__file__).with_name("rights.txt")
NOBODY = "nobody"  # an address of a library that the house does not open


def written() -> str:
    """The two tables as the code has them."""
    lines = ["# action: roles"]
    lines += [f"{a.key}: {' '.join(sorted(a.roles))}" for a in sorted(ACTIONS.values(), key=lambda a: a.key)]
    lines += ["", "# address | pattern | to read | to write"]
    for address in sorted(addresses()):
        read, write = address.need or (NOBODY, NOBODY)
        lines.append(f"{address.name} | {address.pattern} | {read} | {write}")
    return "\n".join(lines) + "\n"


def roles_of() -> dict[str, set[str]]:
    """Action -> roles, as they are written down; not as the code says."""
    actions = TABLE.read_text(encoding="utf-8").split("\n\n")[0].splitlines()[1:]
    return {key: set(roles.split()) for key, _, roles in (line.partition(": ") for line in actions)}


def needs_of() -> list[tuple[str, str, str, str]]:
    """(name, pattern, read, write) of each address, as they are written down."""
    lines = TABLE.read_text(encoding="utf-8").split("\n\n")[1].splitlines()[1:]
    return [
        (name, pattern, read, write) for name, pattern, read, write in (line.split(" | ") for line in lines)
    ]


def test_the_rights_are_those_that_are_written_down():
    if os.environ.get("KOBAN_ACCEPT") == "1":
        TABLE.write_text(written(), encoding="utf-8")
    assert written() == TABLE.read_text(encoding="utf-8")


def test_every_own_address_is_declared():
    """What is refused to everybody may only be what a library brings along unasked."""
    closed = {address.name for address in addresses() if address.need is None}
    libraries = re.compile(
        r"^(account_|socialaccount_|mfa_|openid_connect_|api-[\w.]+:openapi-view|django\.views)"
    )
    assert {name for name in closed if not libraries.match(name)} == set()


def test_every_declared_action_exists():
    asked = {action for address in addresses() for action in (address.need or ())}
    assert asked <= ACTIONS.keys()


def test_every_sentence_is_said_in_both_languages():
    spoken = [a.sentence for a in ACTIONS.values()] + [
        t for r in ROLES.values() for t in (r.label, r.sentence)
    ]
    silent = []
    for sentence in spoken:
        with translation.override("en"):
            english = str(sentence)
        with translation.override("zh-hans"):
            silent += [english] if str(sentence) == english else []
    assert silent == []


# Role x address -> status, at the gate: nothing of a view runs.

LED, REFUSED, PASSES = 302, 403, 200


def asked(need, role, method, *, locked=False, half=False):
    request: Any = RequestFactory().generic(method, "/somewhere/")
    who = None
    if role in SIGNED_IN:
        who = SimpleNamespace(is_locked=locked, needs_second_step=half, may_act=not (locked or half))
    request.who, request.station, request.session = who, None, {}
    request.actor = Actor(role) if who is None or who.may_act else PUBLIC
    request.resolver_match = None
    response = edge.gate(request, need, request.actor.role)
    return PASSES if response is None else response.status_code


@pytest.mark.parametrize("role", sorted(SIGNED_IN | {"public"}))
def test_what_each_address_answers_to_each_role(role):
    table, wrong = roles_of(), []
    declared = {address.name: address.need for address in addresses()}
    for name, _pattern, read, write in needs_of():
        if read == NOBODY:
            assert declared[name] is None
            continue
        for method, action in (
            ("GET", read),
            ("HEAD", read),
            ("POST", write),
            ("PUT", write),
            ("DELETE", write),
        ):
            outside = LED if role == "public" else REFUSED
            expected = PASSES if role in table[action] else outside
            if asked(declared[name], role, method) != expected:
                wrong.append((name, method, expected))
    assert wrong == []


@pytest.mark.parametrize("state", ["locked", "half"])
def test_a_locked_or_half_signed_in_officer_opens_what_anyone_opens_and_the_way_back(state):
    table, wrong = roles_of(), []
    way_back = {"locked": {"own.leave"}, "half": {"own.leave", "own.credentials"}}[state]
    for address in addresses():
        for method in ("GET", "POST"):
            if address.need is None:
                continue
            action = address.need.of(method)
            expected = PASSES if "public" in table[action] or action in way_back else LED
            if asked(address.need, "officer", method, **{state: True}) != expected:
                wrong.append((address.name, method, expected))
    assert wrong == []


# The same over HTTP for every address that a role may not open: refused before its view sees anything.


def address_of(pattern: str) -> str:
    """A path that the pattern matches."""
    samples = {"int": "1", "uuid": "00000000-0000-7000-8000-000000000000"}
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1] or "str", "x"), pattern)
    return "/" + path


@pytest.fixture
def office(db):
    county = Station.objects.create(code="county", name="county", kind="county", path="county/")
    return Station.objects.create(code="x", name="x", kind="office", parent=county, path="county/x/")


@pytest.mark.parametrize("role", ["auxiliary", "officer", "chief", "bureau", "inspector", "archivist", "administrator",
                                  "security", "auditor", "resident", "volunteer"])  # fmt: skip
def test_every_refusal_stands_over_http(office, role):
    client, table, wrong = Client(), roles_of(), []
    sign_in(client, make_account("a", role=role, station=office, password=""))
    for name, pattern, read, write in needs_of():
        for method, action in (("get", read), ("post", write)):
            if pattern.startswith("^") or "\\" in pattern or "/^" in pattern:
                continue  # a regular expression of a library; all of those are closed and asked for below
            if action != NOBODY and (role in table[action] or "public" in table[action]):
                continue
            response = getattr(client, method)(address_of(pattern), HTTP_KOBAN_QUIET="1")
            if response.status_code != REFUSED:
                wrong.append((name, method, response.status_code))
    assert wrong == []


def test_every_closed_address_leads_the_stranger_to_the_door(office):
    client, table, wrong = Client(), roles_of(), []
    for name, pattern, read, _write in needs_of():
        if read == NOBODY or "public" in table[read]:
            continue
        response = client.get(address_of(pattern), HTTP_ACCEPT="text/html")
        machine = pattern.startswith(("api/", "events"))
        if response.status_code != (401 if machine else LED):
            wrong.append((name, response.status_code))
    assert wrong == []
