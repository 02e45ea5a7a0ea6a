"""Where packages stand, and how their members are sealed: each package has a key of its own, and is gone without it."""

import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, Self
from uuid import UUID

from django.conf import settings
from django.db import transaction

from koban.duties.archive.models import Dossier
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.sealing import KEY_BYTES, Keyring

SEALED = ".sealed"
STEP = 1 << 20
OUT = ".out"  # opened packages on their way to the next archive


def root() -> Path:
    return Path(settings.KOBAN_ARCHIVE)


def new_place(station: Station, year: int, printed: str) -> Path:
    """A place for a new package that nothing has ever stood at; the folder around it is made."""
    folder = root() / station.code / str(year)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{printed}-{secrets.token_hex(6)}"


def name_of(place: Path) -> str:
    """As a row keeps it: below the archive's folder, with slashes."""
    return place.relative_to(root()).as_posix()


def place_of(dossier: Dossier) -> Path:
    return root() / dossier.package


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal_key(dossier: Dossier, key: bytes) -> None:
    dossier.sealed_key = vault.seal(dossier, "sealed_key", key.hex())


def key_of(dossier: Dossier) -> bytes:
    """Raises SealBroken, and KeyMissing where the office's own key is gone."""
    return bytes.fromhex(vault.unseal(dossier, "sealed_key"))


def _place(dossier_id: UUID, path: str) -> bytes:
    return f"koban.archive:{dossier_id}:{path}".encode()


class Pieces:
    """Read an iterator of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        held = [self._left]
        have = len(self._left)
        while size < 0 or have < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            held.append(piece)
            have += len(piece)
        whole = b"".join(held)
        cut = len(whole) if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        close = getattr(self._pieces, "close", None)
        if close:
            close()


def sealing(dossier_id: UUID, key: bytes, path: str, source: Callable[[], Any]) -> Callable[[], IO[bytes]]:
    """A new stream of `source`, sealed for this place in this package. path: without the ending."""
    ring = Keyring.of_one(key)

    def opened() -> Any:
        return Pieces(ring.sealed_chunks(source(), aad=_place(dossier_id, path)))

    return opened


def unsealed(dossier_id: UUID, key: bytes, path: str, file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a sealed member again. Raises SealBroken."""
    yield from Keyring.of_one(key).unseal_file(file, aad=_place(dossier_id, path))


def member(dossier: Dossier, path: str) -> Iterator[bytes]:
    """A payload member of a package as it was before it was sealed. path: below data/, without the ending.

    Raises FileNotFoundError for what is not there, SealBroken for what was changed.
    """
    whole, plain = place_of(dossier) / "data", _inside(place_of(dossier) / "data", path)
    sealed = whole / (path + SEALED)
    if sealed.is_file():
        with sealed.open("rb") as file:
            yield from unsealed(dossier.pk, key_of(dossier), path, file)
        return
    with plain.open("rb") as file:
        while piece := file.read(STEP):
            yield piece


def _inside(folder: Path, path: str) -> Path:
    """Raises FileNotFoundError for a path that leads out of the package."""
    found = (folder / path).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise FileNotFoundError(path)
    return found


def tar(folder: Path, name: str, at: datetime) -> Iterator[bytes]:
    """The folder as a .tar, piece by piece; `name` is the one folder on top."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        told = tarfile.TarInfo(f"{name}/{path.relative_to(folder).as_posix()}")
        told.size, told.mtime, told.mode = path.stat().st_size, int(at.timestamp()), 0o644
        yield told.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as file:
            while piece := file.read(STEP):
                yield piece
        yield bytes(-told.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def remove_later(names: list[str]) -> None:
    """Remove packages from the disk once the transaction that gave them up is committed."""
    for name in filter(None, names):
        transaction.on_commit(partial(remove, name), robust=True)


def after_commit(do: Callable[[], object]) -> None:
    """Do it once the running transaction is committed."""
    transaction.on_commit(do, robust=True)


def remove(name: str) -> None:
    """For good; the name is taken away first, so that nobody finds half of it."""
    place = _inside(root(), name)
    if not place.is_dir():
        return
    dying = place.with_name(f".{place.name}.gone")
    place.rename(dying)
    shutil.rmtree(dying, ignore_errors=True)


def leftovers(before: datetime) -> Iterator[str]:
    """Names of everything on the shelves that was put there before `before`, half-written and dying things included."""
    for folder in sorted(root().glob("*/[0-9]*")):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.stat().st_mtime < before.timestamp():
                yield name_of(path)
