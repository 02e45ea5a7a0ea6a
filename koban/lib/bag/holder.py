"""What holds a bag: a folder, a tar or a zip. Nothing is unpacked, and nothing is trusted.

Each gives the sizes of its regular files by their path in the bag, reads them as streams, and names what it holds that
no bag may hold.
"""

import os
import stat
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from koban.lib.bag.paths import PAYLOAD
from koban.lib.bag.reasons import Reason, Unfit, reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Of what is looked at at all. tag_bytes: of one manifest or other tag file that must be read as text."""

    entries: int = 1_000_000
    bytes: int = 1 << 42
    tag_bytes: int = 1 << 28


class Holder(ABC):
    """name: what is shown for the whole. sizes: regular files. wrong: what may not be in a bag."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.sizes: dict[str, int] = {}
        self.wrong: list[Reason] = []
        self.has_payload = False
        self._bytes = self._seen = 0

    @abstractmethod
    def open(self, path: str) -> IO[bytes]:
        """A stream of a file that `sizes` names."""

    def in_order(self, paths: set[str]) -> list[str]:
        """The order in which they are read best."""
        return sorted(paths)

    def text(self, path: str) -> bytes:
        """All of a tag file. Raises Unfit if that is unreasonable."""
        if self.sizes[path] > self.limits.tag_bytes:
            raise Unfit(reason("too large", path, limit=self.limits.tag_bytes))
        with self.open(path) as file:
            return file.read(self.limits.tag_bytes)

    def count(self, size: int = 0) -> None:
        """One entry more. Raises Unfit where a limit is passed."""
        self._seen += 1
        self._bytes += size
        if self._seen > self.limits.entries:
            raise Unfit(reason("too many", self.name, limit=self.limits.entries))
        if self._bytes > self.limits.bytes:
            raise Unfit(reason("too large", self.name, limit=self.limits.bytes))

    def keep(self, path: str, size: int) -> None:
        self.count(size)
        self.sizes[path] = size
        self.has_payload = self.has_payload or path.startswith(PAYLOAD)


class Folder(Holder):
    """A bag as it lies on the disk. No link is followed, except that `path` itself may be one."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__(path.name or str(path), limits)
        self._base = path
        self.has_payload = stat.S_ISDIR(_mode(path / "data"))
        self._walk()

    def _walk(self) -> None:
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self._base / folder) as entries:
                    waiting += [f"{folder}{entry.name}/" for entry in entries if self._enters(folder, entry)]
            except OSError as error:
                self.wrong.append(reason("unreadable", folder or self.name, why=error.strerror or str(error)))

    def _enters(self, folder: str, entry: os.DirEntry[str]) -> bool:
        path = folder + entry.name
        if entry.is_symlink():
            self.wrong.append(reason("link", path))
        elif entry.is_dir(follow_symlinks=False):
            self.count()
            return True
        elif entry.is_file(follow_symlinks=False):
            self.keep(path, entry.stat(follow_symlinks=False).st_size)
        else:
            self.wrong.append(reason("special file", path))
        return False

    def open(self, path: str) -> BinaryIO:
        return os.fdopen(os.open(self._base / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0
