"""The members of a package, each a stream that is hashed, and sealed, while it passes. Nothing is held in memory."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koban.duties.archive import shelf, telling
from koban.duties.archive.hanging import Hanging
from koban.duties.archive.proving import Proof
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.lib import ledger_proof
from koban.lib.bag import Entry
from koban.lib.media import SUFFIXES
from koban.lib.mistakes import Mistake
from koban.lib.sealing import SealBroken
from koban.lib.sentence import gettext_noop as _

LEDGER, ROWS = (path.removeprefix("data/") for path in (ledger_proof.PATH, ledger_proof.ROWS))
PEOPLE, READING = "people.jsonl", "reading.html"
CHANGED = _("%(path)s is not what it was when it was filed")
MISSING = _("%(path)s is missing on the disk")
WHAT = {"ledger": _("pages of the ledger with their proof"), "rows": _("every entry, as the ledger sealed it"),
        "people": _("names, telephone numbers and other sealed values"), "reading": _("the words of the file"),
        "photo": _("photo"), "document": _("document"), "audio": _("sound"), "video": _("film")}  # fmt: skip


@dataclass
class Member:
    """path: below data/. what: key of WHAT. source: its bytes as they are. sha256, size: wanted, then found."""

    path: str
    what: str
    type: str
    source: Callable[[], Iterable[bytes]]
    is_sealed: bool = True
    sha256: str = ""
    size: int = 0

    @property
    def ending(self) -> str:
        return shelf.SEALED if self.is_sealed else ""

    def entry(self, dossier_id: UUID, key: bytes) -> Entry:
        """For the bag: sealed where it must be."""
        opened: Any = lambda: shelf.Pieces(self.passing())  # noqa: E731
        if self.is_sealed:
            opened = shelf.sealing(dossier_id, key, self.path, opened)
        return Entry(self.path + self.ending, opened)

    def passing(self) -> Iterator[bytes]:
        """The bytes, hashed as they go. Raises Mistake at the end where they are not those that were wanted."""
        digest, size = hashlib.sha256(), 0
        try:
            for piece in self.source():
                digest.update(piece)
                size += len(piece)
                yield piece
        except FileNotFoundError:
            raise Mistake("missing", MISSING, path=self.path) from None
        except SealBroken:
            raise Mistake("changed", CHANGED, path=self.path) from None
        if self.sha256 and digest.hexdigest() != self.sha256:
            raise Mistake("changed", CHANGED, path=self.path)
        self.sha256, self.size = digest.hexdigest(), size

    def told(self) -> dict[str, Any]:
        return {"path": self.path, "what": self.what, "type": self.type, "sealed": self.is_sealed,
                "sha256": self.sha256, "size": self.size}  # fmt: skip


def members(found: Hanging, proof: Proof) -> list[Member]:
    """Everything of a matter, in the order in which it lies in the package."""
    matter, seals = found.matter, proof.seals()
    words = Member(READING, "reading", "text/html", lambda: [telling.reading(matter)])
    return [
        Member(LEDGER, "ledger", "application/x-ndjson", proof.lines, is_sealed=False),
        Member(ROWS, "rows", "application/x-ndjson", lambda: telling.rows(found, seals)),
        Member(PEOPLE, "people", "application/x-ndjson", lambda: telling.people(found)),
        words,
        *_attached(found),
    ]


def _attached(found: Hanging) -> Iterator[Member]:
    """The originals, numbered: the names that people gave them stand in the sealed values."""
    ids = found.ids.get(Attachment, [])
    rows = Attachment.objects.filter(pk__in=ids).order_by("received_at", "id")
    for number, row in enumerate(rows, start=1):
        path = f"files/{number:04d}{SUFFIXES.get(row.type, '')}"
        yield Member(path, row.kind, row.type, _reader(row.sha256), sha256=row.sha256, size=row.size)


def _reader(sha256: str) -> Callable[[], Iterator[bytes]]:
    return lambda: store.read(sha256)
