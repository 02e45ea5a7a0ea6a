"""What `koban work` does."""

import signal
import threading
from types import FrameType

from koban.kernel.jobs.waking import doorbell
from koban.kernel.jobs.worker import Worker, drain


def work(*, threads: int = 1, until_idle: bool = False) -> int:
    """Run jobs until SIGTERM or SIGINT, finishing those in hand. Returns an exit code.

    until_idle: end as soon as nothing is ready; the number of jobs is printed by the caller.
    """
    if until_idle:
        drain()
        return 0
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        # Not doorbell.ring(): a signal handler must not wait for the lock that it may have interrupted.

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, leave)
    others = [threading.Thread(target=Worker(stop, f"{number}").run) for number in range(1, threads)]
    for thread in others:
        thread.start()
    Worker(stop).run()
    doorbell.ring()
    for thread in others:
        thread.join()
    return 0
