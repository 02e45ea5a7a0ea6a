"""Identifiers that are made where a row is born, also on a device without a network."""

from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A new UUID of version 7 (RFC 9562): sorts by the millisecond in which it was made."""
    return compat.uuid7()
