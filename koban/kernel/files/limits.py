"""How much of a file is taken. Every number can be set: KOBAN_FILE_BYTES and KOBAN_PICTURE_LIMITS in the settings."""

from django.conf import settings

from koban.lib.media import AUDIO, DOCUMENT, PHOTO, VIDEO, Limits

FILE_BYTES = {PHOTO: 30_000_000, DOCUMENT: 30_000_000, AUDIO: 60_000_000, VIDEO: 200_000_000}
"""Bytes at most, by kind."""


def file_bytes(kind: str) -> int:
    """The most bytes that a file of this kind may have."""
    return int({**FILE_BYTES, **settings.KOBAN_FILE_BYTES}[kind])


def picture_limits() -> Limits:
    """What a picture may ask of the machine that draws it anew."""
    return Limits(**{"source_bytes": file_bytes(PHOTO), **settings.KOBAN_PICTURE_LIMITS})
