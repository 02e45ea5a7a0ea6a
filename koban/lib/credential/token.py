"""The credential and its token. What is signed is canonical JSON, so that a token can be made again from its parts."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from koban.lib.credential.keys import PublicKey, SecretKey
from koban.lib.credential.status import Entry

ALGORITHM, TYPE = "Ed25519", "vc+jwt"
ACCEPTED = ["Ed25519", "EdDSA"]  # two names of one algorithm (RFC 9864)
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]
MOST = 64_000  # characters of a token; a status list is the longest


class Unproven(ValueError):
    """The text is no credential of a known key. reason: "broken" (no token, or changed) or "not_ours" (unknown key)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Credential:
    """kind: its type, as `ResidenceRegistration`. office: who issued, as people call it.

    claims: what it tells, and nothing else. entries: where its state is listed.
    """

    kind: str
    office: str
    claims: Mapping[str, str]
    valid_from: datetime
    valid_until: datetime | None = None
    entries: Sequence[Entry] = field(default=())

    def payload(self, issuer: str) -> bytes:
        """Canonical JSON of the credential."""
        told: dict[str, Any] = {
            "@context": CONTEXTS,
            "type": ["VerifiableCredential", self.kind],
            "issuer": {"id": issuer, "name": self.office},
            "validFrom": instant(self.valid_from),
            "credentialSubject": dict(self.claims),
        }
        if self.valid_until is not None:
            told["validUntil"] = instant(self.valid_until)
        if self.entries:
            told["credentialStatus"] = [entry.to_json() for entry in self.entries]
        return canonical(told)


def sign(credential: Credential, key: SecretKey) -> str:
    """The token: a JWS in compact form."""
    return sign_payload(credential.payload(key.public.did), key)


def sign_payload(payload: bytes, key: SecretKey) -> str:
    header = {"alg": ALGORITHM, "kid": key.public.kid, "typ": TYPE}
    return jws.serialize_compact(header, payload, key.jose, algorithms=[ALGORITHM])


def verified(token: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    """The payload of a token that one of `keys` signed. Raises Unproven."""
    header, told = _parts(token)
    key = next((key for key in keys if key.kid == header.get("kid")), None)
    if key is None:
        raise Unproven("not_ours")
    if header.get("typ") != TYPE or header.get("alg") not in ACCEPTED:
        raise Unproven("broken")
    try:
        jws.deserialize_compact(token, key.jose, algorithms=[str(header["alg"])])
    except (JoseError, ValueError) as wrong:
        raise Unproven("broken") from wrong
    issuer = told.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != key.did:
        raise Unproven("not_ours")
    return told


def read(token: str, keys: Sequence[PublicKey]) -> Credential:
    """The credential in a token of a known key. Raises Unproven."""
    told = verified(token, keys)
    try:
        return _credential(told)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Unproven("broken") from wrong


def _credential(told: dict[str, Any]) -> Credential:
    kinds = [kind for kind in told["type"] if kind != "VerifiableCredential"]
    if told["@context"][0] != CONTEXTS[0] or len(kinds) != 1 or len(kinds) == len(told["type"]):
        raise ValueError("not a credential of version 2")
    return Credential(
        kinds[0],
        str(told["issuer"]["name"]),
        {str(name): str(value) for name, value in told["credentialSubject"].items()},
        moment(told["validFrom"]),
        moment(told["validUntil"]) if "validUntil" in told else None,
        tuple(Entry.from_json(entry) for entry in told.get("credentialStatus", [])),
    )


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(token) > MOST or token.count(".") != 2:
        raise Unproven("broken")
    try:
        header, payload = (json.loads(unpadded(part)) for part in token.split(".")[:2])
    except ValueError as wrong:
        raise Unproven("broken") from wrong
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Unproven("broken")
    return header, payload


def canonical(told: Any) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unpadded(text: str) -> bytes:
    """base64url without padding; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def instant(at: datetime) -> str:
    """`2026-03-02T04:00:00Z`, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The inverse of `instant`. Raises ValueError for what has no zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return found
