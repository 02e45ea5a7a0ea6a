"""Secrets that are read out on the telephone and typed from paper."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12  # 60 bits, behind a throttle
_SPOKEN = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_secret() -> str:
    """Three groups of four, fit to be read out on the telephone: `7KQ2-M9XA-04TD`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, LENGTH, 4))


def plain(secret: str) -> str:
    """As typed, with the slips that Crockford's alphabet forgives."""
    return secret.strip().upper().translate(_SPOKEN)
