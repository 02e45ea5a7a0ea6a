"""Signed papers: W3C Verifiable Credentials 2.0 as `vc+jwt`, small enough for a printed code, checked without network.

    token = sign(Credential(…), key)      # a JWT that any JOSE library verifies
    digits = pack(token, key.public)      # the same in digits, for a QR code at 30 mm
    verdict = check(digits, [key.public], at=now, lists=[status_list])

Sources: W3C VC Data Model 2.0; Securing VCs using JOSE and COSE; Bitstring Status List 1.0; RFC 7515, 8037, 9864.
"""

from koban.lib.credential.compact import link, pack, unpack
from koban.lib.credential.keys import BadKey, PublicKey, SecretKey
from koban.lib.credential.status import Entry, StatusList, encoded, listed
from koban.lib.credential.token import Credential, Unproven, read, sign
from koban.lib.credential.verdict import State, Verdict, check

__all__ = [
    "BadKey",
    "Credential",
    "Entry",
    "PublicKey",
    "SecretKey",
    "State",
    "StatusList",
    "Unproven",
    "Verdict",
    "check",
    "encoded",
    "link",
    "listed",
    "pack",
    "read",
    "sign",
    "unpack",
]
