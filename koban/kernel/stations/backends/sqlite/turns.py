"""One writer at a time, in the order of asking; and one flush to the disk for all who wait for it."""

import os
import threading
from collections import deque
from pathlib import Path


class Turns:
    """A lock that is given in the order of asking, so that under load nobody is passed over for seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def acquire(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Flush:
    """Brings commits in the write-ahead log to the disk: whoever comes while one flush runs shares the next.

    A commit under `synchronous=NORMAL` stands in the log, whole and in order, but may be lost with the power. After
    `wait` it is as safe as under FULL: the same bytes of the same file were flushed. Where the log is gone, it was
    folded into the database first, and SQLite has flushed that.
    """

    def __init__(self, database: str) -> None:
        self._log = Path(f"{database}-wal")
        self._guard = threading.Lock()
        self._known = 0  # inode of the log whose folder was flushed, too
        self.written = self.flushed = 0

    def wrote(self) -> int:
        """The number of a commit that was just written. For the writer whose turn it is."""
        self.written += 1
        return self.written

    def wait(self, number: int) -> None:
        """Return when commit `number`, and all before it, are on the disk. Raises OSError if the disk refuses."""
        with self._guard:
            if self.flushed >= number:
                return
            upto = self.written
            self._flush()
            self.flushed = upto

    def _flush(self) -> None:
        try:
            log = os.open(self._log, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            os.fsync(log)
            if (inode := os.fstat(log).st_ino) != self._known:
                _flush_folder(self._log.parent)
                self._known = inode
        finally:
            os.close(log)


def _flush_folder(folder: Path) -> None:
    """A file that was just made is on the disk only when its name is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
