"""The receipt: a number and a secret. Who has both may follow and write back, without an account."""

import hashlib
import hmac

from koban.kernel.stations import vault
from koban.lib.errors import Absent
from koban.lib.spoken import ALPHABET, LENGTH, new_secret, plain
from koban.matters.models import Matter

__all__ = ["ALPHABET", "LENGTH", "find", "fingerprint", "new_secret", "plain"]


def fingerprint(secret: str) -> bytes:
    """What the database keeps of a secret: a keyed hash that a stolen database does not open."""
    return vault.blind(plain(secret), field="matters.receipt")


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
