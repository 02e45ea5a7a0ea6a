"""One writer at a time, in the order of asking; and one flush to the disk for all who wait for it."""

import fcntl
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


class Gate:
    """The same between processes: servers, workers and commands take turns at one database file.

    Without it whoever finds the file locked sleeps and tries again, up to a tenth of a second each time, and a busy
    server keeps a second process waiting for seconds. For one thread of a process at a time. A lock ends with its
    process, however that ends.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._opened: tuple[int, int, int] = (0, -1, -1)

    def acquire(self) -> None:
        """Wait for the turn. Whoever is next stands at the gate, so the one inside cannot pass twice in a row."""
        inside, next_ = self._locks()
        fcntl.flock(next_, fcntl.LOCK_EX)
        try:
            fcntl.flock(inside, fcntl.LOCK_EX)
        finally:
            fcntl.flock(next_, fcntl.LOCK_UN)

    def release(self) -> None:
        fcntl.flock(self._locks()[0], fcntl.LOCK_UN)

    def _locks(self) -> tuple[int, int]:
        # A child of this process would share the locks of descriptors that it inherits, so it opens its own.
        if self._opened[0] != os.getpid():
            self._opened = (os.getpid(), self._open("turn"), self._open("next"))
        return self._opened[1:]

    def _open(self, name: str) -> int:
        return os.open(f"{self._database}-{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


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
