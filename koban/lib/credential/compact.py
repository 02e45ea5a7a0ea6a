"""A token in as few digits as can be: what a printed code carries.

Version, key mark, signature and the payload packed against what every credential has in common; then written in
digits, which a QR code holds at ten bits for three. Nothing is lost: `unpack` gives the same token again.
"""

import base64
import zlib
from collections.abc import Sequence

from koban.lib.credential.keys import PublicKey
from koban.lib.credential.token import ALGORITHM, TYPE, Unproven, canonical, unpadded

VERSION = 1
DIGITS = 4000  # at most, of a packed token
PAYLOAD = 16_000  # bytes at most, of what is unpacked
# Never changed once papers are printed: another one is another VERSION. What comes last costs least.
_COMMON = (
    b'0123456789"sex":"birth_on":"id_tail":"office":"position":"badge":"until":"kind":"address":"name":"number":"2026-000'
    b'{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],'
    b'"credentialStatus":[{"statusListCredential":"https://","statusListIndex":"1","statusPurpose":"revocation",'
    b'"type":"BitstringStatusListEntry"},{"statusListCredential":"http://localhost:8000/o/","statusListIndex":"1",'
    b'"statusPurpose":"suspension","type":"BitstringStatusListEntry"}],"credentialSubject":{"name":"'
    b'","number":"2026-0000"},"issuer":{"id":"did:key:z","name":"\xe7\xa4\xbe\xe5\x8c\xba\xe8\xad\xa6\xe5\x8a\xa1\xe5\xae\xa4"},'
    b'"type":["VerifiableCredential","T00:00:00Z","validFrom":"2026-01-01T","validUntil":"2027-01-01T16:00:00Z"}'
)


def link(base: str, digits: str) -> str:
    """The address in the code. The credential stands behind `#`, which no browser sends to a server."""
    return f"{base}v/#{digits}"


def pack(token: str, key: PublicKey) -> str:
    """The digits of a token that was signed with `key`."""
    _header, payload, signature = token.split(".")
    press = zlib.compressobj(9, wbits=-15, zdict=_dictionary(key))
    packed = press.compress(unpadded(payload)) + press.flush()
    raw = bytes([VERSION]) + key.mark + unpadded(signature) + packed
    return str(int.from_bytes(raw, "big"))


def unpack(digits: str, keys: Sequence[PublicKey]) -> str:
    """The token again. Raises Unproven: "broken", or "not_ours" for a key that is not among `keys`."""
    raw = _bytes(digits)
    key = next((key for key in keys if key.mark == raw[1:5]), None)
    if key is None:
        raise Unproven("not_ours")
    open_ = zlib.decompressobj(wbits=-15, zdict=_dictionary(key))
    try:
        payload = open_.decompress(raw[69:], PAYLOAD)
    except zlib.error as wrong:
        raise Unproven("broken") from wrong
    if not open_.eof or open_.unused_data:
        raise Unproven("broken")
    header = canonical({"alg": ALGORITHM, "kid": key.kid, "typ": TYPE})
    return ".".join(map(_b64, (header, payload, raw[5:69])))


def found_in(text: str) -> str:
    """The credential in what somebody pasted or scanned: a link, digits (also in groups) or a token; "" for none."""
    bare = "".join(text.split())
    last = bare.rpartition("#")[2]
    if last.isascii() and last.isdigit():
        return last
    return last if last.count(".") == 2 else ""


def _bytes(digits: str) -> bytes:
    if not (digits.isascii() and digits.isdigit()) or len(digits) > DIGITS:
        raise Unproven("broken")
    number = int(digits)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) < 70 or raw[0] != VERSION:
        raise Unproven("broken")
    return raw


def _dictionary(key: PublicKey) -> bytes:
    return _COMMON + key.did.encode()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
