"""The store: sealed bytes under the SHA-256 of what they were, in KOBAN_FILES/ab/cd/<sha256>. Knows no rows.

A file is complete and durable before it has its name, so that a row never points at half a file.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from koban.kernel.stations.vault import keyring
from koban.lib.sealing import SealBroken

STEP = 65_536
DRAFT = ".draft-"


class TooLarge(ValueError):
    """The stream has more bytes than are taken."""


def path_of(sha256: str) -> Path:
    """Where the sealed bytes are. Raises ValueError for what is no SHA-256 in lower-case hex."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in hexadecimal")
    return Path(settings.KOBAN_FILES) / sha256[:2] / sha256[2:4] / sha256


def measure(source: BinaryIO, limit: int) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of a seekable stream, which is rewound. Raises TooLarge beyond `limit`."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while step := source.read(STEP):
        digest.update(step)
        size += len(step)
        if size > limit:
            raise TooLarge
    source.seek(0)
    return digest.hexdigest(), size


def keep(source: BinaryIO, sha256: str) -> None:
    """Seal a stream under its hash, durably. What is there already stays: equal hash, equal bytes."""
    path = path_of(sha256)
    if path.exists():
        path.touch()  # young again, so that no sweep takes it before its new row is there
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(DRAFT + secrets.token_hex(8))
    try:
        with open(draft, "xb", opener=_private) as target:
            keyring().seal_file(source, target, aad=_place(sha256))
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _sync(folder)


def read(sha256: str) -> Iterator[bytes]:
    """The bytes again. Raises FileNotFoundError, and SealBroken where they are not those that were kept."""
    with path_of(sha256).open("rb") as source:
        yield from keyring().unseal_file(source, aad=_place(sha256))


def trouble(sha256: str) -> str:
    """ "" if the bytes are whole; else "missing" or "changed"."""
    digest = hashlib.sha256()
    try:
        for step in read(sha256):
            digest.update(step)
    except FileNotFoundError:
        return "missing"
    except (SealBroken, LookupError):
        return "changed"
    return "" if digest.hexdigest() == sha256 else "changed"


def kept_before(moment: datetime) -> Iterator[str]:
    """Hashes of everything in the store that was put there before `moment`; drafts that old are removed."""
    for path in sorted(Path(settings.KOBAN_FILES).glob("??/??/*")):
        if path.stat().st_mtime >= moment.timestamp():
            continue
        if path.name.startswith(DRAFT):
            path.unlink(missing_ok=True)
        else:
            yield path.name


def drop(sha256: str) -> None:
    """Remove bytes for good. Only for what no row names."""
    path_of(sha256).unlink(missing_ok=True)


def _place(sha256: str) -> bytes:
    return b"koban.files:" + sha256.encode()


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
