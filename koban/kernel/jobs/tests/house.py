"""A process of the tests: `python -m koban.kernel.jobs.tests.house migrate|enqueue|work|serve|look|leader`."""

import os
import signal
import sys
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koban.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from koban.kernel import stations  # noqa: E402
from koban.kernel.jobs import commands, worker  # noqa: E402
from koban.kernel.jobs.models import Job  # noqa: E402
from koban.kernel.jobs.tests import work as tasks  # noqa: E402
from koban.kernel.stations.models import Counter, Station  # noqa: E402


def migrate() -> None:
    call_command("migrate", verbosity=0)
    Station.objects.create(code="yinhe", name="银河", kind="office", path="yinhe/")


def enqueue(mark: str) -> None:
    with stations.scope(Station.objects.get().pk):
        tasks.effect_and_hang.enqueue("a", mark)


def enqueue_short() -> None:
    with stations.scope(Station.objects.get().pk):
        tasks.effect.enqueue("a")


def work() -> None:
    sys.exit(commands.work())


def serve() -> None:
    worker.LEAD_S = 0.2
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    running = worker.ServerWorker()
    running.start()
    while not stop.wait(0.1):
        pass
    running.stop()


def look() -> None:
    job = Job.objects.filter(key=None).latest("id")
    with stations.scope(Station.objects.get().pk):
        effects = sum(Counter.objects.values_list("last", flat=True))
    sys.stdout.write(f"{job.state} {job.attempts} effects {effects}\n")


def leader() -> None:
    sys.stdout.write(Job.objects.filter(key=None).latest("id").worker.split(":")[1] + "\n")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
