"""The receipt: a number and a secret. Who has both may follow and write back, without an account."""

import hashlib
import hmac
import secrets

from koban.kernel.stations import vault
from koban.lib.errors import Absent
from koban.matters.models import Matter

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12  # 60 bits, behind a throttle
_SPOKEN = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_secret() -> str:
    """Three groups of four, fit to be read out on the telephone: `7KQ2-M9XA-04TD`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, LENGTH, 4))


def fingerprint(secret: str) -> bytes:
    """What the database keeps of a secret: a keyed hash that a stolen database does not open."""
    return vault.blind(plain(secret), field="matters.receipt")


def plain(secret: str) -> str:
    """As typed, with the slips that Crockford's alphabet forgives."""
    return secret.strip().upper().translate(_SPOKEN)


def find(number: str, secret: str) -> Matter:
    """The matter of a receipt, in the scope. Raises Absent for a wrong number and for a wrong secret alike."""
    year, _, count = number.strip().partition("-")
    known = (
        year.isascii()
        and year.isdigit()
        and len(year) == 4
        and count.isascii()
        and count.isdigit()
        and len(count) < 9
    )
    matter = Matter.objects.filter(year=int(year), number=int(count)).first() if known else None
    kept = (
        bytes(matter.receipt)
        if matter and matter.receipt
        else hashlib.sha256(b"no such receipt").digest()[:16]
    )
    if not hmac.compare_digest(kept, fingerprint(secret or "-")) or matter is None:
        raise Absent
    found: Matter = matter
    return found
