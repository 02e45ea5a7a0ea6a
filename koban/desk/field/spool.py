"""Parts of files that have not come whole: sealed pieces in KOBAN_FIELD_SPOOL/<post>/<sha256>/<offset>-<length>.

A piece has its name only when it is on the disk, so a machine that dies keeps every piece that was acknowledged.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from django.conf import settings

from koban.desk.field.rules import contiguous
from koban.kernel.stations.vault import keyring

DRAFT = ".draft-"
HEX = frozenset("0123456789abcdef")
IN_MEMORY = 4_000_000  # bytes of a whole file that are put together without a temporary file


class Pile:
    """The pieces of one file of one post. Raises ValueError for what is no SHA-256 in lower-case hex."""

    def __init__(self, post_id: UUID, sha256: str) -> None:
        if len(sha256) != 64 or not set(sha256) <= HEX:
            raise ValueError("not a SHA-256 in hexadecimal")
        self.sha256 = sha256
        self.folder = Path(settings.KOBAN_FIELD_SPOOL) / str(post_id) / sha256

    def reached(self) -> int:
        """Bytes that are there from the beginning without a gap."""
        return contiguous([(offset, length) for offset, length, _path in self._pieces()])

    def put(self, offset: int, piece: bytes) -> None:
        """Keep one piece, durably. The same piece again changes nothing."""
        path = self.folder / f"{offset:012d}-{len(piece)}"
        if path.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(DRAFT + secrets.token_hex(8))
        try:
            with open(draft, "xb", opener=_private) as target:
                keyring().seal_file(BytesIO(piece), target, aad=self._place(offset))
                target.flush()
                os.fsync(target.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent):
            _sync(folder)

    def whole(self) -> IO[bytes]:
        """The pieces one after the other, as a stream that is at its beginning."""
        target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the caller closes it
        reached = 0
        for offset, length, path in self._pieces():
            if offset <= reached < offset + length:
                with path.open("rb") as source:
                    piece = b"".join(keyring().unseal_file(source, aad=self._place(offset)))
                target.write(piece[reached - offset :])
                reached = offset + length
        target.seek(0)
        return target

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One at a time puts this file together, over the threads and processes of this machine."""
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.folder.parent / ".turn", "a", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _pieces(self) -> list[tuple[int, int, Path]]:
        found = []
        for path in self.folder.glob("*-*"):
            offset, _dash, length = path.name.partition("-")
            if offset.isdigit() and length.isdigit():
                found.append((int(offset), int(length), path))
        return sorted(found)

    def _place(self, offset: int) -> bytes:
        return f"koban.field:{self.sha256}:{offset}".encode()


def bytes_of(post_id: UUID) -> int:
    """Bytes of everything unfinished that a post has here."""
    files = (Path(settings.KOBAN_FIELD_SPOOL) / str(post_id)).glob("*/*")
    return sum(_size(path) for path in files)


def drop_older(seconds: float) -> int:
    """Remove what nobody has added to for so long. Returns how many files were given up."""
    dropped = 0
    for folder in Path(settings.KOBAN_FIELD_SPOOL).glob("*/*"):
        if folder.is_dir() and folder.stat().st_mtime < time.time() - seconds:
            shutil.rmtree(folder, ignore_errors=True)
            dropped += 1
    return dropped


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # another thread has put it together meanwhile
        return 0


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
