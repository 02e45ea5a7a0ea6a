"""The worker: a loop over the clock and the table of jobs. As a process (`koban work`) or a thread of the server."""

import fcntl
import logging
import os
import socket
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from koban.kernel.jobs import clock
from koban.kernel.jobs.running import run_one
from koban.kernel.jobs.waking import doorbell

log = logging.getLogger("koban.jobs")

LOOK_S = 1.0  # how often an idle worker looks for jobs of other processes
TICK_S = 20.0  # how often it looks at the clock
LEAD_S = 5.0  # how often a server asks whether it leads


class Worker:
    """One thread's worth of work. `stop` ends it after the job in hand."""

    def __init__(self, stop: threading.Event, name: str = "") -> None:
        self.stop = stop
        self.name = name or f"{socket.gethostname()[:30]}:{os.getpid()}:{threading.get_ident() % 100_000}"
        self._ticked = float("-inf")

    def run(self) -> None:
        """Work until `stop` is set. A database that is away for a while is waited for."""
        clock.find_tasks()
        while not self.stop.is_set():
            heard = doorbell.rings
            try:
                busy = self.step()
            except DatabaseError as error:
                log.warning("the database does not answer (%s): waiting", type(error).__name__)
                connections.close_all()
                busy = False
            if not busy:
                doorbell.wait(heard, LOOK_S)
        connections.close_all()

    def step(self) -> bool:
        """One look at the clock, if it is time, and one job. False if there was nothing to do."""
        close_old_connections()
        if time.monotonic() - self._ticked > TICK_S:
            clock.tick(timezone.now())
            self._ticked = time.monotonic()
        return run_one(self.name)


def drain(most: int = 1000) -> int:
    """Run what is ready now, in this thread, until nothing is left; returns how many. For commands and tests."""
    return next((done for done in range(most) if not run_one("drain")), most)


class ServerWorker:
    """The worker inside the server. Of several server processes on one machine one leads, the next takes over."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="koban-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 30.0) -> None:
        """End after the job in hand; a job that takes longer is taken up again when its lease is over."""
        self._stop.set()
        doorbell.ring()
        self._thread.join(seconds)

    def _run(self) -> None:
        path = Path(settings.KOBAN_FILES).parent / "worker.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            while not self._leads(file.fileno()):
                if self._stop.wait(LEAD_S):
                    return
            Worker(self._stop).run()

    def _leads(self, handle: int) -> bool:
        """Whether this process holds the lock; the system lets it go when the process ends, however it ends."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
