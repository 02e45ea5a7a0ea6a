"""Scan-in: a file in the watched folder is parted by the codes on its pages, and each part joins its volume's matter."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from koban.duties.archive import paper
from koban.duties.archive.models import Scan, Volume
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib import scans
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop as _
from koban.matters import actions as matters

log = logging.getLogger("koban.archive")

ENDINGS = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
SETTLED = timedelta(seconds=20)  # a file that is younger may still be written by the scanner
MOST_BYTES = 500_000_000
UNKNOWN = _("%(file)s: no volume of this office has the code on page %(page)s")
TOO_LARGE = _("%(file)s is larger than %(most)s bytes")


def folder_of(station: Station) -> Path:
    return Path(settings.KOBAN_SCANS) / station.code


def waiting(station: Station, at: datetime) -> list[Path]:
    """Files that the scanner has finished, the oldest first. Links and hidden files are left alone."""
    folder = folder_of(station)
    if not folder.is_dir():
        return []
    young = (at - SETTLED).timestamp()
    found = [
        path for path in folder.iterdir()
        if path.suffix.lower() in ENDINGS and path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    ]  # fmt: skip
    return sorted((one for one in found if one.stat().st_mtime < young), key=lambda one: one.stat().st_mtime)


def take_all(station: Station, *, by: Actor, at: datetime) -> Iterator[int]:
    """Take in everything that waits; how many pages each time. What cannot be taken goes aside, with the reason beside it."""
    for path in waiting(station, at):
        try:
            yield take(path, by=by, at=at, station=station)
            _aside(path, "done")
        except Mistake as wrong:
            log.warning("a scan was put aside: %s", wrong.code)
            _aside(path, "unread", str(wrong))


def take(path: Path, *, by: Actor, at: datetime, station: Station) -> int:
    """Part one file and attach its parts, all or none; a file that was taken before changes nothing. How many pages.

    Raises Mistake, with the file and the page, and then nothing was attached.
    """
    require(by, "archive.paper")
    if path.stat().st_size > MOST_BYTES:
        raise Mistake("too large", TOO_LARGE, file=path.name, most=MOST_BYTES)
    pages = scans.codes(path)
    parted = scans.parts(pages, paper.prefix(station) + "V", path.name)
    volumes = {part: _volume(part, path.name, station) for part in parted}
    source = _sha256(path)
    made = [(part, volumes[part], _kept(path, part)) for part in parted]
    with transaction.atomic():
        for part, volume, taken in made:
            _attach(part, volume, taken, source, by=by, at=at)
    return len(pages)


def _kept(path: Path, part: scans.Part) -> intake.Taken:
    """The bytes of a part in the store; a picture is looked at and drawn anew like any other."""
    if path.suffix.lower() == ".pdf":
        return intake.keep_made(scans.cut(path, part), name=f"{path.stem}-{part.first + 1}.pdf")
    with path.open("rb") as file:
        try:
            return intake.take(UploadedFile(file, path.name, ENDINGS[path.suffix.lower()]))
        except Refused:
            raise Mistake("unreadable", scans.UNREADABLE, file=path.name) from None


def _volume(part: scans.Part, file: str, station: Station) -> Volume:
    token = part.code.removeprefix(paper.prefix(station) + "V")
    found = Volume.objects.select_related("matter").filter(token=token, destroyed_on=None).first()
    if found is None:
        raise Mistake("unknown", UNKNOWN, file=file, page=part.first + 1)
    volume: Volume = found
    return volume


def _attach(
    part: scans.Part, volume: Volume, taken: intake.Taken, source: str, *, by: Actor, at: datetime
) -> None:
    matter = matters.locked(volume.matter)
    if Scan.objects.filter(source=source, first=part.first + 1).exists():
        return
    file = intake.attach(taken, matter_id=matter.pk, by=by, at=at)
    scan: Scan = Scan.objects.create(
        volume=volume, attachment_id=file.pk, source=source, first=part.first + 1, pages=part.count, at=at
    )
    # The sheet's version rises, so that a closed file is packaged anew with what was scanned.
    facts = {"number": str(volume), "count": part.count}
    matters.change(matter, "archive.scan", by=by, at=at, rows=[scan], facts=facts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _aside(path: Path, name: str, why: str = "") -> None:
    folder = path.parent / name
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)
    if why:
        (folder / f"{path.name}.txt").write_text(why + "\n", encoding="utf-8")
