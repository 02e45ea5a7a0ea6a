"""The form of a backup: one tar with the database, the files, the signed roots, and a manifest with every hash.

The keys are not in it: a thief of the backup reads nothing that is sealed. The manifest names the keys that are
needed, by fingerprint, so that a restore can say which one is missing.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20


class Unsound(ValueError):
    """The file is not a whole Koban backup; the message says where it breaks."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. hashes: member -> SHA-256; keys: file -> fingerprint (SHA-256 of the key file)."""

    version: str
    engine: str
    made_at: str
    hashes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


class Hashing:
    """Reads through to a file and hashes what was read, so that nothing is read twice."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.sha256.update(piece)
        return piece


def add_file(archive: tarfile.TarFile, path: Path, name: str) -> str:
    """Stream one file into the archive under `name`; returns its SHA-256 as it went in."""
    member = tarfile.TarInfo(name)
    with path.open("rb") as file:
        member.size = path.stat().st_size
        member.mtime = int(path.stat().st_mtime)
        member.mode = 0o600
        reader = Hashing(file)
        archive.addfile(member, reader)
    return reader.sha256.hexdigest()


def add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """The last member: what came before it, with its hashes."""
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True, ensure_ascii=False).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(text), 0o600
    archive.addfile(member, io.BytesIO(text))


def checked(path: Path) -> Manifest:
    """Read the whole backup and compare every hash. Raises Unsound naming the first thing that is wrong."""
    try:
        manifest, found = _read_through(path)
    except tarfile.TarError as broken:
        raise Unsound(f"{path.name} cannot be read as a backup: {broken}") from None
    for name in sorted(found.keys() | manifest.hashes.keys()):
        if found.get(name) != manifest.hashes.get(name):
            raise Unsound(f"{path.name} is broken at {name}: its content is not what was backed up")
    return manifest


def _read_through(path: Path) -> tuple[Manifest, dict[str, str]]:
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    for member, file in _members(path):
        if member.name == MANIFEST:
            manifest = _manifest(file.read())
        else:
            found[member.name] = _sha256(file)
    if manifest is None:
        raise Unsound(f"{path.name} has no manifest: it was cut, or it is not a Koban backup")
    return manifest, found


def _sha256(file: IO[bytes]) -> str:
    reader = Hashing(file)
    while reader.read(CHUNK):
        pass
    return reader.sha256.hexdigest()


def unpack(path: Path, target: Path) -> None:
    """Write every member but the manifest under `target`. Call `checked` first."""
    for member, file in _members(path):
        if member.name != MANIFEST:
            _write(target / member.name, file)


def _write(to: Path, file: IO[bytes]) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with to.open("wb") as out:
        while piece := file.read(CHUNK):
            out.write(piece)
    to.chmod(0o600)


def _members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    with tarfile.open(path, "r|") as archive:
        for member in archive:
            yield member, _opened(archive, member)


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    name = PurePosixPath(member.name)
    file = archive.extractfile(member) if member.isreg() else None
    if file is None or name.is_absolute() or ".." in name.parts:
        raise Unsound(f"this is not a Koban backup: it holds {member.name!r}")
    return file


def _manifest(text: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(text))
    except (TypeError, ValueError):
        raise Unsound("the manifest of this backup cannot be read") from None
    if manifest.format != FORMAT:
        raise Unsound(f"this backup has the form {manifest.format}; this release reads the form {FORMAT}")
    return manifest


def fingerprints(folder: Path) -> dict[str, str]:
    """File name -> SHA-256 of every key file in the folder."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
