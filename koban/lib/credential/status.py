"""Bitstring Status List 1.0: one bit a paper tells whether it is revoked or suspended, and nothing about whose it is."""

import base64
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

BITS = 131_072  # the least that the standard allows: one paper hides among so many
REVOCATION, SUSPENSION = "revocation", "suspension"
_STEP, _START = 77_773, 40_503  # any odd step visits every place once


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a credential's state is: the bit `index` of the list at `url`, for one purpose."""

    purpose: str
    url: str
    index: int

    def to_json(self) -> dict[str, str]:
        return {
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.url,
        }

    @classmethod
    def from_json(cls, told: Any) -> Self:
        """Raises KeyError, TypeError and ValueError for what is no entry."""
        index = int(told["statusListIndex"])
        if told["type"] != "BitstringStatusListEntry" or not 0 <= index < BITS:
            raise ValueError("not an entry of a status list")
        return cls(str(told["statusPurpose"]), str(told["statusListCredential"]), index)


def listed(serial: int) -> tuple[int, int]:
    """List number and index of the `serial`-th paper (from 1): spread, so that an index tells no order."""
    number, place = divmod(serial - 1, BITS)
    return number, (place * _STEP + _START) % BITS


def encoded(indexes: Iterable[int]) -> str:
    """The bits at `indexes` set, as the standard's `encodedList`."""
    bits = bytearray(BITS // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> (index % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list as it was signed. bits: packed, the first bit is the highest of the first byte."""

    url: str
    purpose: str
    bits: bytes

    def holds(self, index: int) -> bool:
        return bool(self.bits[index // 8] & (0x80 >> (index % 8)))

    @classmethod
    def from_json(cls, told: Any) -> Self:
        """The list in a verified payload. Raises KeyError, TypeError and ValueError for what is none."""
        subject = told["credentialSubject"]
        if subject["type"] != "BitstringStatusList" or not subject["encodedList"].startswith("u"):
            raise ValueError("not a status list")
        packed = subject["encodedList"][1:]
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        bits = zlib.decompressobj(wbits=31).decompress(raw, BITS)
        if len(bits) < BITS // 8:
            raise ValueError("the list is too short")
        return cls(str(told["id"]), str(subject["statusPurpose"]), bits)
