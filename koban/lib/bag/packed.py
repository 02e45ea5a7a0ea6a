"""Bags that are packed into one file: .tar (not compressed) and .zip. Read in place, never unpacked.

An archive is refused as a whole where a name in it leads out; names of links, devices and locked files are reasons.
"""

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from koban.lib.bag.holder import Folder, Holder, Limits
from koban.lib.bag.paths import leads_out
from koban.lib.bag.reasons import Unfit, reason

BROKEN = (
    OSError,
    EOFError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
)
LOCKED = 0x1
UNIX = 3
DECLARATION = "bagit.txt"


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Holder]:
    """Whatever lies at `path`. Raises Unfit if it is nothing that can hold a bag."""
    if path.is_dir():
        yield Folder(path, limits)
        return
    with path.open("rb") as file:
        yield _packed(path, file, limits)


def _packed(path: Path, file: BinaryIO, limits: Limits) -> Holder:
    is_zip = zipfile.is_zipfile(file)
    file.seek(0)
    try:
        return (Zip if is_zip else Tar)(path.name, Sips(file, limits.tag_bytes), limits)
    except BROKEN as error:
        raise Unfit(reason("archive", path.name, why=str(error) or type(error).__name__)) from None


class Sips:
    """A file that is never read in one gulp: a forged length in a header takes no memory."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.close = file.seek, file.tell, file.close
        self.seekable, self.mode, self.closed = file.seekable, "rb", False

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(self._most + 1 if size < 0 else min(size, self._most + 1))
        if len(piece) > self._most:
            raise ValueError("a part of it is too long")
        return piece


class Packed(Holder):
    """Finds the one folder on top and takes the paths from there."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(name, limits)
        self._members: dict[str, Any] = {}
        self._folders: set[str] = set()

    def _take(self, name: str, size: int, member: Any) -> None:
        """A regular file as the archive names it."""
        self.count(size)
        if name in self._members:
            self.wrong.append(reason("archive twice", name))
        self._members[name] = (size, member)

    def _proper(self, name: str) -> str:
        """The name without what packers put around it. Raises Unfit if it leads out of the archive."""
        plain = name.removeprefix("./").rstrip("/")
        if plain not in ("", ".") and leads_out(plain):
            raise Unfit(reason("archive name", name))
        return plain

    def _settle(self) -> None:
        """Cut the folder on top off every name; a bag that lies in the archive bare is taken as well."""
        tops = {name.partition("/")[0] for name in self._members} | {
            name.partition("/")[0] for name in self._folders if name not in ("", ".")
        }
        if DECLARATION in self._members:
            top = ""
        elif len(tops) == 1:
            top = tops.pop() + "/"
        else:
            raise Unfit(reason("archive top", self.name))
        self._members = {name.removeprefix(top): kept for name, kept in self._members.items()}
        self.sizes = {name: size for name, (size, _member) in self._members.items()}
        under = {name.removeprefix(top).partition("/")[0] for name in self._folders | self._members.keys()}
        self.has_payload = "data" in under and "data" not in self.sizes


class Tar(Packed):
    def __init__(self, name: str, file: Any, limits: Limits) -> None:
        super().__init__(name, limits)
        self._tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115  closed with its file
        for member in self._tar:
            self._look_at(member)
        self._settle()

    def _look_at(self, member: tarfile.TarInfo) -> None:
        name = self._proper(member.name)
        if member.issym() or member.islnk():
            self.wrong.append(reason("link", name))
        elif member.isdir():
            self._folders.add(name)
        elif member.isreg() and not member.issparse():
            self._take(name, member.size, member)
            return
        else:
            self.wrong.append(reason("special file", name))
        self.count()

    def in_order(self, paths: set[str]) -> list[str]:
        return sorted(paths, key=lambda path: self._members[path][1].offset_data)

    def open(self, path: str) -> IO[bytes]:
        file = self._tar.extractfile(self._members[path][1])
        if file is None:  # only regular files were taken
            raise tarfile.ReadError(path)
        return file


class Zip(Packed):
    def __init__(self, name: str, file: Any, limits: Limits) -> None:
        super().__init__(name, limits)
        self._zip = zipfile.ZipFile(file)
        for member in self._zip.infolist():
            self._look_at(member)
        self._settle()

    def _look_at(self, member: zipfile.ZipInfo) -> None:
        name = self._proper(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == UNIX else 0
        if member.is_dir():
            self._folders.add(name)
            self.count()
        elif stat.S_ISLNK(kind):
            self.wrong.append(reason("link", name))
            self.count()
        else:
            if member.flag_bits & LOCKED:
                self.wrong.append(reason("locked", name))
            self._take(name, member.file_size, member)

    def in_order(self, paths: set[str]) -> list[str]:
        return sorted(paths, key=lambda path: self._members[path][1].header_offset)

    def open(self, path: str) -> IO[bytes]:
        return self._zip.open(self._members[path][1])
