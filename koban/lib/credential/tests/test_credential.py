"""A signed paper is proven without a network: by its bytes, a public key and, for what was taken back, a list."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws

from koban.lib import credential as vc
from koban.lib.credential.compact import _b64
from koban.lib.credential.keys import BadKey, from_jwks, to_jwks
from koban.lib.credential.lists import read_list, sign_list
from koban.lib.credential.status import BITS, REVOCATION, SUSPENSION
from koban.lib.credential.token import canonical, unpadded

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
BASE = "https://office.example/"
KEY = vc.SecretKey.generate()
PUBLIC = KEY.public
URL = f"{BASE}o/lamp/status/"
PERMIT = vc.Credential(
    "ResidencePermit",
    "灯湖社区警务室",
    {"number": "2026-000123", "name": "张*明"},
    NOON,
    NOON + timedelta(days=365),
    [vc.Entry(REVOCATION, f"{URL}revocation/0", 77), vc.Entry(SUSPENSION, f"{URL}suspension/0", 77)],
)
TOKEN = vc.sign(PERMIT, KEY)
DIGITS = vc.pack(TOKEN, PUBLIC)


def lists(revoked=(), suspended=()):
    found = []
    for purpose, bits in ((REVOCATION, revoked), (SUSPENSION, suspended)):
        token = sign_list(
            f"{URL}{purpose}/0", purpose, bits, at=NOON, until=NOON + timedelta(days=1), key=KEY
        )
        found.append(read_list(token, [PUBLIC])[0])
    return found


def test_the_payload_is_a_credential_of_version_2():
    told = json.loads(unpadded(TOKEN.split(".")[1]))
    assert told["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert "VerifiableCredential" in told["type"]
    assert told["issuer"] == {"id": PUBLIC.did, "name": "灯湖社区警务室"}
    assert told["credentialSubject"] == {"number": "2026-000123", "name": "张*明"}
    assert (told["validFrom"], told["validUntil"]) == ("2026-03-02T04:00:00Z", "2027-03-02T04:00:00Z")
    assert [entry["type"] for entry in told["credentialStatus"]] == ["BitstringStatusListEntry"] * 2


def test_any_jose_library_verifies_the_token():
    found = jws.deserialize_compact(TOKEN, PUBLIC.jose, algorithms=["Ed25519"])
    assert found.headers() == {"alg": "Ed25519", "typ": "vc+jwt", "kid": PUBLIC.kid}


def test_a_key_is_named_as_did_key_names_it():
    """The vector of the did:key method for Ed25519."""
    raw = bytes.fromhex("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6")
    assert vc.PublicKey(raw).did == "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.mark.parametrize(
    "form", [TOKEN, DIGITS, vc.link(BASE, DIGITS), " ".join([DIGITS[:50], DIGITS[50:]]) + "\n"]
)
def test_every_form_of_the_code_is_read(form):
    verdict = vc.check(form, [PUBLIC], at=NOON, lists=lists())
    assert (verdict.state, verdict.is_status_known) == (vc.State.VALID, True)
    assert verdict.credential == replace(PERMIT, entries=tuple(PERMIT.entries))


@pytest.mark.parametrize(
    "at, revoked, suspended, state",
    [
        (NOON, [], [], "valid"),
        (NOON - timedelta(seconds=1), [], [], "not_yet"),
        (NOON + timedelta(days=365), [], [], "valid"),
        (NOON + timedelta(days=365, seconds=1), [], [], "expired"),
        (NOON, [77], [], "revoked"),
        (NOON, [], [77], "suspended"),
        (NOON, [77], [77], "revoked"),
        (NOON + timedelta(days=400), [77], [], "revoked"),
        (NOON + timedelta(days=400), [], [77], "expired"),
        (NOON, [76, 78], [76, 78], "valid"),
    ],
)
def test_what_time_and_lists_make_of_a_paper(at, revoked, suspended, state):
    assert vc.check(DIGITS, [PUBLIC], at=at, lists=lists(revoked, suspended)).state == state


def test_without_a_list_nobody_claims_to_know_whether_it_was_taken_back():
    verdict = vc.check(DIGITS, [PUBLIC], at=NOON)
    assert (verdict.state, verdict.is_status_known) == (vc.State.VALID, False)


def test_a_paper_of_another_house_is_not_ours():
    other = vc.SecretKey.generate()
    assert vc.check(TOKEN, [other.public], at=NOON).state == "not_ours"
    assert vc.check(DIGITS, [other.public], at=NOON).state == "not_ours"


def test_a_paper_that_names_our_key_but_another_issuer_is_not_ours():
    told = json.loads(unpadded(TOKEN.split(".")[1])) | {"issuer": {"id": "did:key:z6Mkother", "name": "x"}}
    header = {"alg": "Ed25519", "kid": PUBLIC.kid, "typ": "vc+jwt"}
    forged = jws.serialize_compact(header, json.dumps(told).encode(), KEY.jose, algorithms=["Ed25519"])
    assert vc.check(forged, [PUBLIC], at=NOON).state == "not_ours"


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_weaker_way_of_signing_is_not_taken(alg):
    head = {"alg": alg, "kid": PUBLIC.kid, "typ": "vc+jwt"}
    forged = ".".join([_b64(canonical(head)), *TOKEN.split(".")[1:]])
    assert vc.check(forged, [PUBLIC], at=NOON).state == "broken"


def test_every_changed_byte_of_a_token_is_noticed():
    for place in range(len(TOKEN)):
        letter = "A" if TOKEN[place] != "A" else "B"
        changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
        if unpadded_alike(changed):
            continue
        assert vc.check(changed, [PUBLIC], at=NOON).state in ("broken", "not_ours"), place


def unpadded_alike(changed: str) -> bool:
    """Whether only unused bits at the end of a part were changed, which no byte shows."""
    try:
        return [unpadded(part) for part in changed.split(".")] == [
            unpadded(part) for part in TOKEN.split(".")
        ]
    except ValueError:
        return False


def test_every_changed_digit_of_a_code_is_noticed():
    for place in range(len(DIGITS)):
        changed = DIGITS[:place] + str((int(DIGITS[place]) + 1) % 10) + DIGITS[place + 1 :]
        assert vc.check(changed, [PUBLIC], at=NOON).state in ("broken", "not_ours"), place


@given(st.text(max_size=5000) | st.from_regex(r"[0-9]{1,4200}", fullmatch=True))
@settings(max_examples=150, deadline=None)
def test_whatever_is_pasted_gets_an_answer(text):
    assert vc.check(text, [PUBLIC], at=NOON).state in ("broken", "not_ours")


NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)


@given(st.dictionaries(st.sampled_from(["name", "number", "badge", "address"]), NAMES))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_in_the_digits(claims):
    token = vc.sign(replace(PERMIT, claims=claims), KEY)
    assert vc.unpack(vc.pack(token, PUBLIC), [PUBLIC]) == token


def test_the_code_prints_at_thirty_millimetres():
    """A module of 0.35 mm and more is read by any telephone; the worst case here is a long name and a long address."""
    claims = {
        "number": "2026-000123",
        "name": "Bartholomew Featherstonehaugh-Smythe",
        "address": "中山路12号3单元501室",
    }
    digits = vc.pack(vc.sign(replace(PERMIT, claims=claims), KEY), PUBLIC)
    parts: Any = [vc.link("https://jingwu.lamplake.example.gov.cn/", ""), digits]
    code = segno.make(parts, error="m", micro=False)
    assert int(code.version) <= 13
    assert 30 / code.symbol_size(border=4)[0] > 0.35


def test_each_paper_has_a_place_of_its_own_in_the_lists():
    places = [vc.listed(serial) for serial in range(1, BITS + 3)]
    assert len(set(places)) == len(places)
    assert [number for number, _ in places[-2:]] == [1, 1]
    assert abs(places[1][1] - places[0][1]) > 1000


def test_a_list_is_a_signed_credential_of_sixteen_kilobytes_of_bits():
    token = sign_list(f"{URL}revocation/0", REVOCATION, [0, 77, BITS - 1], at=NOON, until=NOON, key=KEY)
    found, until = read_list(token, [PUBLIC])
    assert len(found.bits) == 16_384
    assert [index for index in range(BITS) if found.holds(index)] == [0, 77, BITS - 1]
    assert (until, found.purpose, found.url) == (NOON, REVOCATION, f"{URL}revocation/0")
    with pytest.raises(vc.Unproven, match="not_ours"):
        read_list(token, [vc.SecretKey.generate().public])
    with pytest.raises(vc.Unproven, match="broken"):
        read_list(TOKEN, [PUBLIC])


def test_keys_are_written_and_read_again():
    assert vc.SecretKey.from_text(KEY.to_text()).seed == KEY.seed
    assert from_jwks(to_jwks([PUBLIC])) == [PUBLIC]
    assert "d" not in PUBLIC.to_jwk()
    assert KEY.to_text() not in repr(KEY)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"kty": "RSA"}', '{"kty": "OKP", "crv": "Ed25519", "x": "abc"}']
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BadKey):
        from_jwks(text)
