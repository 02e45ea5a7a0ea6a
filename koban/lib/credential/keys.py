"""Ed25519 keys as JWK, named by `did:key`, so that a key tells its own name and needs no directory."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from joserfc.jwk import OKPKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec


class BadKey(ValueError):
    """The text is no Ed25519 key. The message is one sentence and never holds the key."""


@dataclass(frozen=True)
class PublicKey:
    """raw: 32 bytes."""

    raw: bytes

    @cached_property
    def did(self) -> str:
        """`did:key:z6Mk…`: who issued."""
        return "did:key:z" + _base58(_ED25519 + self.raw)

    @cached_property
    def kid(self) -> str:
        """The name of the key in the header of a token."""
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    @property
    def mark(self) -> bytes:
        """Four bytes that tell keys apart in a printed code; no proof of anything."""
        return self.raw[:4]

    @cached_property
    def jose(self) -> OKPKey:
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _b64(self.raw)})

    def to_jwk(self) -> dict[str, str]:
        told = {"kty": "OKP", "crv": "Ed25519", "x": _b64(self.raw)}
        return {**told, "kid": self.kid, "alg": "Ed25519", "use": "sig"}

    @classmethod
    def from_jwk(cls, jwk: Any) -> Self:
        """Raises BadKey."""
        if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
            raise BadKey("Only Ed25519 keys are known here.")
        return cls(_bytes(jwk.get("x"), 32))


@dataclass(frozen=True, repr=False)
class SecretKey:
    """seed: 32 secret bytes."""

    seed: bytes
    public: PublicKey

    def __repr__(self) -> str:
        return f"SecretKey({self.public.did})"

    @cached_property
    def jose(self) -> OKPKey:
        return OKPKey.import_key(
            {"kty": "OKP", "crv": "Ed25519", "x": _b64(self.public.raw), "d": _b64(self.seed)}
        )

    @classmethod
    def generate(cls) -> Self:
        made = OKPKey.generate_key("Ed25519").as_dict(private=True)
        return cls(_bytes(made["d"], 32), PublicKey(_bytes(made["x"], 32)))

    def to_text(self) -> str:
        """A private JWK. Secret."""
        return json.dumps(self.jose.as_dict(private=True), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse of `to_text`. Raises BadKey."""
        jwk = _json(text)
        return cls(_bytes(jwk.get("d"), 32), PublicKey.from_jwk(jwk))


def to_jwks(keys: Iterable[PublicKey]) -> str:
    """The keys as a JWK Set, to be published."""
    return json.dumps({"keys": [key.to_jwk() for key in keys]}, indent=1)


def from_jwks(text: str) -> list[PublicKey]:
    """The keys of a JWK Set, or of one JWK. Raises BadKey."""
    told = _json(text)
    found = told.get("keys", [told])
    if not isinstance(found, list) or not found:
        raise BadKey("The file holds no keys.")
    return [PublicKey.from_jwk(jwk) for jwk in found]


def _json(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as wrong:
        raise BadKey("The file is no JSON Web Key.") from wrong
    if not isinstance(told, dict):
        raise BadKey("The file is no JSON Web Key.")
    return told


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: Any, size: int) -> bytes:
    try:
        found = base64.urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except ValueError as wrong:
        raise BadKey("A part of the key is no base64url.") from wrong
    if len(found) != size:
        raise BadKey(f"An Ed25519 key has {size} bytes.")
    return found


def _base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
