"""Waking a worker of this process as soon as a job is committed; other processes find it at their next look."""

import threading

from django.db import transaction


class Doorbell:
    """Counts its rings, so that one between looking for work and waiting is not missed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.rings = 0

    def ring(self) -> None:
        """Wake every worker thread of this process."""
        with self._changed:
            self.rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Wait until it has rung more than `heard` times, at most `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self.rings > heard, timeout=seconds)


doorbell = Doorbell()


def wake_after_commit() -> None:
    """Ring when the running transaction commits; at once where none is open."""
    transaction.on_commit(doorbell.ring, robust=True)
