"""Opened packages: the same file with its members as they were before they were sealed, a bag of its own that proves itself."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from django.db import transaction

from koban import __version__
from koban.duties.archive import filing, retention, shelf
from koban.duties.archive.composing import PEOPLE
from koban.duties.archive.models import Dossier, Roll
from koban.duties.archive.premis import SPACE, Event
from koban.duties.archive.rolls import lines
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.bag import Entry, verify, write
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop
from koban.matters import actions as matters

SPOILED = gettext_noop("%(path)s is not valid any more: %(why)s")


def write_opened(
    dossier: Dossier, target: Path, *, at: datetime, station: Station, with_people: bool, why: str
) -> Path:
    """Write the opened package. with_people: with the names and numbers that were sealed; a reading copy has none.

    Raises Mistake where the package is not valid any more, and leaves nothing.
    """
    place = shelf.place_of(dossier)
    verdict = verify(place)
    if not verdict.is_valid:
        raise Mistake("changed", SPOILED, path=dossier.matter.printed, why=str(verdict.reasons[0]))
    told: dict[str, Any] = json.loads((place / "contents.json").read_text())
    told["members"] = [one for one in told["members"] if with_people or one["path"] != PEOPLE]
    opened = Event(
        "1", why, at.astimezone(UTC).isoformat(), "Members were opened for whoever receives this copy."
    )
    info = [
        (filing.SOURCE, station.name),
        ("External-Identifier", dossier.matter.printed),
        ("Internal-Sender-Identifier", str(dossier.pk)),
        (
            "Internal-Sender-Description",
            f"opened from the package with the tag manifest SHA-512 {dossier.sha512}",
        ),
        ("Bag-Software-Agent", f"Koban {__version__}"),
    ]
    write(target, _entries(dossier, told), info=info, on=retention.day(at, station),
          tags=filing.tags(told, [*_earlier(place), opened], station, is_sealed=False))  # fmt: skip
    return target


def _entries(dossier: Dossier, told: dict[str, Any]) -> Iterator[Entry]:
    for one in told["members"]:
        path = one["path"]
        yield Entry(path, _opener(dossier, path), one["sha256"])


def _opener(dossier: Dossier, path: str) -> Any:
    return lambda: shelf.Pieces(shelf.member(dossier, path))


def _earlier(place: Path) -> Iterator[Event]:
    """What the package tells of itself goes on in the copy: SIP, AIP and DIP are one trace."""
    space = {"p": SPACE}
    for number, one in enumerate(ElementTree.parse(place / "premis.xml").iterfind("p:event", space), start=1):
        told = [one.findtext(path, "", space) for path in (
            "p:eventType", "p:eventDateTime", "p:eventDetailInformation/p:eventDetail",
            "p:eventOutcomeInformation/p:eventOutcome")]  # fmt: skip
        yield Event(f"0.{number}", told[0], told[1], told[2], told[3])


def folder_of(roll: Roll, station: Station) -> Path:
    printed: str = roll.matter.printed
    return shelf.root() / station.code / shelf.OUT / printed


def write_all(roll: Roll, *, at: datetime, station: Station) -> Iterator[int]:
    """Write every package of an approved transfer list; how many are ready after each. Run again, it goes on."""
    folder = folder_of(roll, station)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ready, line in enumerate(lines(roll), start=1):
        target = folder / line.printed
        if not target.exists():
            write_opened(line.dossier, target, at=at, station=station, with_people=True, why="transfer")
        yield ready


@transaction.atomic
def say_ready(roll: Roll, count: int, *, by: Actor, at: datetime) -> Roll:
    """All packages of a list are written. Saying it again changes nothing."""
    matters.locked(roll.matter)
    roll = Roll.objects.get(pk=roll.pk)
    if roll.written != count:
        roll.written = count
        roll.save(update_fields=["written"])
        matters.change(roll.matter, "archive.ready", by=by, at=at, rows=[roll], facts={"count": count})
    return roll


def clear(roll: Roll, station: Station) -> None:
    """Take the opened copies away, once the other archive has given its receipt."""
    shutil.rmtree(folder_of(roll, station), ignore_errors=True)
