"""Write a bag of version 1.0: whole and on the disk, or not at all. Its bytes go through once, in pieces."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO

from koban.lib.bag.paths import PAYLOAD, escaped, leads_out, levelled, shown
from koban.lib.bag.tags import manifest_at
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop as _

ALGORITHMS = ("sha256", "sha512")
CHUNK = 1 << 20
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
OURS = {"bagit.txt", "bag-info.txt", "fetch.txt"}
OWN_LABELS = {"payload-oxum", "bagging-date"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file for a bag. path: below data/, or below the bag for a tag file. open: a new stream of its bytes.

    sha256: what the bytes must be, "" if nobody knows; the bag is not written if they changed since.
    """

    path: str
    open: Callable[[], IO[bytes]]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """files, bytes: of the payload. sha512: of the tag manifest, and so of everything in the bag."""

    path: Path
    files: int
    bytes: int
    sha512: str


def files_of(folder: Path) -> Iterator[Entry]:
    """Every file below `folder`. Raises Mistake at a link or a device; empty folders are not carried by bags."""
    waiting = [""]
    while waiting:
        with os.scandir(folder / waiting[-1]) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        below = waiting.pop()
        for entry in found:
            path = below + entry.name
            if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
                raise Mistake("special", _("%(path)s is a link or a device, not a file"), path=shown(path))
            if entry.is_dir():
                waiting.append(f"{path}/")
            else:
                yield Entry(path, _opener(folder / path))


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def write(
    target: Path,
    entries: Iterable[Entry],
    *,
    info: Sequence[tuple[str, str]] = (),
    on: date,
    tags: Iterable[Entry] = (),
    progress: Callable[[int], None] | None = None,
) -> Made:
    """Write the bag `target`, which must not be there yet; the folder around it must.

    info: labels and values of bag-info.txt; Bagging-Date (`on`) and Payload-Oxum are added. tags: other tag files.
    progress: told the bytes of the payload that are written.
    It is built in a hidden folder beside `target` and renamed when every byte is on the disk. Raises Mistake, and
    leaves nothing, for a path that no bag may have, two paths that some system takes for one, or changed bytes.
    """
    if target.exists() or target.is_symlink():
        raise Mistake("there", _("%(path)s is there already"), path=shown(target.name))
    text = _info(info)
    built = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    try:
        built.chmod(0o755)
        making = _Making(built, progress)
        making.payload(entries)
        making.tags(tags, text + _own(on, making))
        sha512 = making.seal()
        built.rename(target)
    except BaseException:
        shutil.rmtree(built, ignore_errors=True)
        raise
    _settle(target.parent)
    return Made(target, making.files, making.bytes, sha512)


def _own(on: date, making: "_Making") -> str:
    return f"Bagging-Date: {on.isoformat()}\nPayload-Oxum: {making.bytes}.{making.files}\n"


def _info(info: Sequence[tuple[str, str]]) -> str:
    lines = []
    for label, value in info:
        if not label or label != label.strip() or ":" in label or not label.isprintable():
            raise Mistake("label", _("“%(label)s” cannot be a label of bag-info.txt"), label=shown(label))
        if label.lower() in OWN_LABELS:
            raise Mistake("label", _("%(label)s is reckoned, not given"), label=label)
        lines.append(f"{label}: " + "\n  ".join(part.strip() for part in value.splitlines() if part.strip()))
    return "".join(f"{line}\n" for line in lines)


@dataclass
class _Making:
    built: Path
    progress: Callable[[int], None] | None
    files: int = 0
    bytes: int = 0
    _taken: dict[str, str] = field(default_factory=dict)  # levelled path -> path
    _folders: set[Path] = field(default_factory=set)
    _sums: dict[str, dict[str, str]] = field(default_factory=dict)  # of the tag files

    def payload(self, entries: Iterable[Entry]) -> None:
        (self.built / "data").mkdir()
        self._folders |= {self.built, self.built / "data"}
        manifests = {name: (self.built / f"manifest-{name}.txt").open("wb") for name in ALGORITHMS}
        try:
            for entry in entries:
                path = self._fit(PAYLOAD + entry.path, entry.path)
                sums = self._copy(path, entry)
                self.files += 1
                for name, manifest in manifests.items():
                    manifest.write(f"{sums[name]}  {escaped(path)}\n".encode())
        finally:
            for manifest in manifests.values():
                manifest.close()

    def tags(self, entries: Iterable[Entry], info: str) -> None:
        for entry in entries:
            path = self._fit(entry.path, entry.path)
            if path in OURS or manifest_at(path) or path.startswith(PAYLOAD):
                raise Mistake("path", _("%(path)s is not a path that a bag may have"), path=shown(path))
            self._sums[path] = self._copy(path, entry, is_tag=True)
        for path, content in (("bagit.txt", DECLARATION), ("bag-info.txt", info.encode())):
            (self.built / path).write_bytes(content)
        for path in ("bagit.txt", "bag-info.txt", *(f"manifest-{name}.txt" for name in ALGORITHMS)):
            self._sums[path] = _sums_of(self.built / path)

    def seal(self) -> str:
        """Write the tag manifests, and see everything on the disk; the SHA-512 of the last."""
        last = ""
        for name in ALGORITHMS:
            lines = (f"{sums[name]}  {escaped(path)}\n" for path, sums in sorted(self._sums.items()))
            file = self.built / f"tagmanifest-{name}.txt"
            file.write_text("".join(lines), encoding="utf-8", newline="")
            last = _sums_of(file)["sha512"]
        for folder in sorted(self._folders, reverse=True):
            _settle(folder)
        return last

    def _fit(self, path: str, given: str) -> str:
        if (
            not given
            or leads_out(given)
            or "\\" in given
            or any("\ud800" <= one <= "\udfff" for one in given)
        ):
            raise Mistake("path", _("%(path)s is not a path that a bag may have"), path=shown(given))
        other = self._taken.setdefault(levelled(path), path)
        if other != path or (self.built / path).exists():
            raise Mistake(
                "twice",
                _("%(path)s and %(other)s would be one file on another system"),
                path=shown(given),
                other=shown(other.removeprefix(PAYLOAD)),
            )
        return path

    def _copy(self, path: str, entry: Entry, *, is_tag: bool = False) -> dict[str, str]:
        to = self.built / path
        self._enter(to.parent)
        sums = {name: hashlib.new(name) for name in ALGORITHMS}
        with entry.open() as source, to.open("xb") as file:
            while piece := source.read(CHUNK):
                file.write(piece)
                for each in sums.values():
                    each.update(piece)
                self._count(0 if is_tag else len(piece))
            _flush(file)
        found = {name: each.hexdigest() for name, each in sums.items()}
        if entry.sha256 and entry.sha256.lower() != found["sha256"]:
            raise Mistake(
                "changed", _("%(path)s is not what it was when it was filed"), path=shown(entry.path)
            )
        return found

    def _enter(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders |= {folder, *(up for up in folder.parents if up.is_relative_to(self.built))}

    def _count(self, size: int) -> None:
        self.bytes += size
        if self.progress and size:
            self.progress(self.bytes)


def _sums_of(path: Path) -> dict[str, str]:
    """Of a file that we wrote, after it has reached the disk."""
    with path.open("r+b") as file:
        _flush(file)
    sums = {}
    for name in ALGORITHMS:
        with path.open("rb") as file:
            sums[name] = hashlib.file_digest(file, name).hexdigest()
    return sums


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """A name is on the disk when its folder is."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
