"""Packaging a closed matter: the slow part without a transaction, then the row, the key and the page in one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from koban import __version__
from koban.duties.archive import composing, index_page, premis, proving, retention, shelf
from koban.duties.archive.hanging import hanging
from koban.duties.archive.models import Dossier, Volume
from koban.duties.archive.premis import Event
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.bag import Entry, Made, write
from koban.lib.mistakes import Mistake
from koban.matters import actions as matters
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter

SOURCE = "Source-Organization"


def waiting() -> QuerySet[Matter]:
    """Closed matters whose package is not there, or is of an earlier closing; the newest first."""
    mine = Dossier.objects.filter(matter=OuterRef("pk"))
    done = mine.filter(~Q(state=Dossier.State.KEPT) | Q(trouble="", matter_version=OuterRef("version")))
    rows: QuerySet[Matter] = Matter.objects.filter(Q(is_open=False), ~Exists(done))
    return rows.order_by("-closed_at", "-id")


@dataclass
class Packing:
    """One matter on its way into its package."""

    matter: Matter
    dossier: Dossier
    station: Station
    at: datetime
    key: bytes

    def write(self) -> tuple[Made, list[composing.Member]]:
        """The bag, whole on the disk or not at all. Raises Mistake, and LookupError where no root covers the matter."""
        proof = proving.Proof.of(self.matter.pk, self.station)
        members = composing.members(hanging(self.matter), proof)
        place = shelf.new_place(self.station, self.matter.year, self.matter.printed)
        entries = (member.entry(self.dossier.pk, self.key) for member in members)
        paper = paper_codes(self.matter)
        made = write(
            place, entries, info=self._info(paper), on=retention.day(self.at, self.station), tags=self._tags(members, paper)
        )  # fmt: skip
        return made, members

    def _info(self, paper: list[str]) -> list[tuple[str, str]]:
        return [
            (SOURCE, self.station.name),
            ("External-Identifier", self.matter.printed),
            ("Internal-Sender-Identifier", str(self.dossier.pk)),
            ("Bag-Software-Agent", f"Koban {__version__}"),
            *(("Paper-Twin", code) for code in paper),
        ]

    def _tags(self, members: list[composing.Member], paper: list[str]) -> Iterator[Entry]:
        """Asked for when the payload is written, so that every hash is known."""
        told = index_page.contents(self.dossier, members, self.station, paper)
        yield from tags(told, self.events(), self.station, is_sealed=True)

    def events(self) -> list[Event]:
        at = self.at.astimezone(UTC).isoformat()
        office = (premis.SOFTWARE, self.station.code)
        return [
            Event("1", "capture", self.matter.opened_at.astimezone(UTC).isoformat(), "The matter was opened.", agents=office),
            Event("2", "ingestion", at, f"Closed on {self.dossier.closed_on}; its file was packaged.", agents=office),
            Event("3", "message digest calculation", at, "SHA-256 and SHA-512 of every file."),
            Event("4", "encryption", at, "Members with personal data were sealed under a key of the package."),
            Event("5", "fixity check", at, "Attachments were compared with their SHA-256 at capture."),
        ]  # fmt: skip


def tags(told: dict[str, Any], events: list[Event], station: Station, *, is_sealed: bool) -> Iterator[Entry]:
    """The tag files that tell of a package: contents, page, PREMIS."""
    kept = (told["clause"], told["en"]["clause"], told["closed"], told["until"])
    about = premis.About(told["dossier"], told["number"], (station.code, station.name), kept)
    members = [{**one, "sealed": is_sealed and one["sealed"]} for one in told["members"]]
    files = {
        "contents.json": index_page.as_json({**told, "members": members}),
        "index.html": index_page.page({**told, "members": members}, is_sealed=is_sealed),
        "index.css": index_page.STYLE.read_bytes(),
        "premis.xml": premis.document(about, members, events),
    }
    for path, content in files.items():
        yield Entry(path, _again(content))


def _again(content: bytes) -> Any:
    return lambda: BytesIO(content)


def paper_codes(matter: Matter) -> list[str]:
    """`2026-000123/1 in box A-07, shelf 3`, for each volume."""
    volumes = Volume.objects.filter(matter=matter).select_related("box", "matter").order_by("number")
    return [f"{one} {one.box.shelf}/{one.box.code}" if one.box else str(one) for one in volumes]


def file(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Dossier:
    """Package a closed matter, once for each closing. Not inside a transaction; a root must cover its pages.

    What cannot be packaged is marked with its trouble and tried again. Killed at any moment, it leaves a package or none.
    """
    require(by, "archive.file")
    packing = Packing(matter, _dossier(matter, station, at), station, at, shelf.new_key())
    try:
        made, members = packing.write()
    except (Mistake, OSError) as wrong:
        return _troubled(packing, wrong, by=by)
    if not _same(matter, station):
        shelf.remove(shelf.name_of(made.path))
        return packing.dossier
    return _filed(packing, made, len(members), by=by)


def _same(matter: Matter, station: Station) -> bool:
    """Whether nothing happened to the matter while it was packaged."""
    now = Matter.objects.filter(pk=matter.pk, version=matter.version, is_open=False).exists()
    return now and proving.Proof.of(matter.pk, station).is_whole()


def _dossier(matter: Matter, station: Station, at: datetime) -> Dossier:
    """The row as it will be, its term from the pack as of the day of closing; an appraised term stays."""
    found = Dossier.objects.filter(matter=matter).first() or Dossier(matter=matter, station_id=station.pk)
    closed_on = retention.day(matter.closed_at or at, station)
    if found.version == 0 or found.closed_on != closed_on:
        term = retention.term(matter.kind, closed_on, station, _granted_until(matter, station))
        found.kind, found.closed_on = matter.kind, closed_on
        found.retention, found.clause, found.start_rule = term.retention, term.clause, term.rule
        found.starts_on, found.ends_on = term.starts_on, term.ends_on
        found.hand_over_on, found.opens_on = term.hand_over_on, term.opens_on
    found.version += 1
    found.filed_at = at
    found.matter = matter
    return found


def _granted_until(matter: Matter, station: Station) -> Any:
    last = (
        Certificate.objects.filter(matter=matter).exclude(valid_until=None).order_by("-valid_until").first()
    )
    return retention.day(last.valid_until, station) if last else None


@transaction.atomic
def _filed(packing: Packing, made: Made, members: int, *, by: Actor) -> Dossier:
    dossier, at = packing.dossier, packing.at
    matters.locked(packing.matter, packing.matter.version)
    is_new = dossier._state.adding
    before = "" if is_new else Dossier.objects.get(pk=dossier.pk).package
    dossier.package, dossier.sha512 = shelf.name_of(made.path), made.sha512
    dossier.files, dossier.size = members, made.bytes
    dossier.trouble, dossier.matter_version = "", packing.matter.version
    shelf.seal_key(dossier, packing.key)
    dossier.save(force_insert=is_new)
    facts = {
        "number": packing.matter.printed,
        "version": dossier.version,
        "clause": dossier.clause,
        "sha512": made.sha512,
    }
    book.write(
        "archive.file",
        by=by,
        at=at,
        matter_id=packing.matter.pk,
        subject=dossier,
        facts=facts,
        rows=[dossier],
    )
    shelf.remove_later([before])
    return dossier


@transaction.atomic
def _troubled(packing: Packing, wrong: Exception, *, by: Actor) -> Dossier:
    """Say what is wrong, once; an earlier package stays where it is."""
    why = (
        wrong.code if isinstance(wrong, Mistake) and wrong.code in Dossier.Trouble else Dossier.Trouble.OTHER
    )
    matters.locked(packing.matter)
    is_new = packing.dossier._state.adding
    dossier = packing.dossier if is_new else Dossier.objects.get(pk=packing.dossier.pk)
    if not is_new and dossier.trouble == why:
        return dossier
    if is_new:
        dossier.version, dossier.filed_at = 0, None
    dossier.trouble = why
    dossier.save(force_insert=is_new)
    facts = {"number": packing.matter.printed, "why": str(why)}
    book.write(
        "archive.trouble",
        by=by,
        at=packing.at,
        matter_id=packing.matter.pk,
        subject=dossier,
        facts=facts,
        rows=[dossier],
    )
    return dossier
