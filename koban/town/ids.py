"""Identifiers of the town: version 7 like all others, but drawn, so that the same seed gives the same ones."""

import random
from datetime import datetime
from uuid import UUID

_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62


def uuid7_of(at: datetime, chance: random.Random) -> UUID:
    """A UUID of version 7 (RFC 9562) as it would have been made at the instant `at`."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(
        int=milliseconds << 80 | _VERSION | chance.getrandbits(12) << 64 | _VARIANT | chance.getrandbits(62)
    )
