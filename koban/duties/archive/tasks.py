"""What the archive does by itself: package what was closed, open what is due, write what is handed over, sweep the shelves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task
from django_tasks.base import TaskContext

from koban.duties.archive import filing, keeping, proving, retention, rolls, scanning, shelf, transferring
from koban.duties.archive.models import Dossier, Roll
from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.jobs import progress
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.lib.periodic import does, periodic

AT_ONCE = 40  # files of one office in one run; what is left has the next one
LEFT_BEHIND = timedelta(hours=48)


@periodic("*/5 * * * *", key="archive.file_closed", what=gettext_noop("Package the files of what was closed"))
@task()
def file_closed() -> Iterator[None]:
    """Every few minutes, office after office. What is filed is found by looking, so that nothing is ever forgotten."""
    for station in Station.objects.order_by("path"):
        with working_at(station):
            file_some(station)
    yield


@does(gettext_noop("Package the files of one office"))
@task(takes_context=True)
def file_here(context: TaskContext, station_id: str) -> Iterator[None]:
    """The same for one office, with progress."""
    station = Station.objects.get(pk=station_id)
    total = min(AT_ONCE, filing.waiting().count())
    for done in _filed(station, timezone.now()):
        progress.tell(context.task_result.id, done, total)
    yield


def file_some(station: Station, at: datetime | None = None) -> int:
    """Package what waits in the open scope, at most AT_ONCE of it; how many were looked at."""
    return sum(1 for _done in _filed(station, at or timezone.now()))


def _filed(station: Station, at: datetime) -> Iterator[int]:
    matters = list(islice(filing.waiting().iterator(), AT_ONCE))
    if not matters:
        return
    proving.sign(station, at)
    for done, matter in enumerate(matters, start=1):
        filing.file(matter, by=SYSTEM, at=at, station=station)
        yield done


@periodic("25 2 * * *", key="archive.nightly", what=gettext_noop("Open what is due, and sweep the shelves"))
@task()
def nightly() -> Iterator[None]:
    """Office after office."""
    at = timezone.now()
    for station in Station.objects.order_by("path"):
        with working_at(station):
            open_due(station, at)
    sweep(at - LEFT_BEHIND)
    yield


def open_due(station: Station, at: datetime) -> int:
    """Open the catalogue entries whose day has come; how many."""
    due = list(Dossier.objects.to_open(retention.day(at, station)))
    for one in due:
        keeping.open_up(one, by=SYSTEM, at=at, station=station)
    return len(due)


def sweep(before: datetime) -> int:
    """Remove what no row names: packages of a run that was killed, and what a disposal left on the disk. How many."""
    gone = 0
    with stations.everywhere("archive: remove packages that no row names"):
        for name in list(shelf.leftovers(before)):
            if not Dossier.objects.filter(package=name).exists():
                shelf.remove(name)
                gone += 1
    return gone


@does(gettext_noop("Write the packages for the next archive"))
@task(takes_context=True, unique=True)
def write_transfer(context: TaskContext, roll_id: str) -> Iterator[None]:
    """The opened packages of an approved list, with progress."""
    roll = Roll.objects.select_related("matter__station").get(pk=roll_id)
    station, at, ready = roll.matter.station, timezone.now(), 0
    total = len(rolls.lines(roll))
    for ready in transferring.write_all(roll, at=at, station=station):
        progress.tell(context.task_result.id, ready, total)
    yield
    transferring.say_ready(roll, ready, by=SYSTEM, at=at)


@periodic("*/2 * * * *", key="archive.scan_in", what=gettext_noop("Take in what the scanner has written"))
@task()
def scan_in() -> Iterator[None]:
    """Office after office; most of them have no such folder."""
    for station in Station.objects.order_by("path"):
        if scanning.folder_of(station).is_dir():
            with working_at(station):
                sum(scanning.take_all(station, by=SYSTEM, at=timezone.now()))
    yield
