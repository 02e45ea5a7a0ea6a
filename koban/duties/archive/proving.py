"""The proof of the ledger that goes into a package: every page of the matter with its path to one signed root."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from koban.kernel.ledger import checkpoints, proofs, reading
from koban.kernel.ledger.canonical import page_values
from koban.kernel.stations.models import Station
from koban.lib import ledger_proof, merkle


class KeyGone(RuntimeError):
    """The key that signs roots was there once and is not any more: nothing is signed with a new one unasked."""


class ClockBack(RuntimeError):
    """The moment lies before the newest signed root: a package would claim an order that is not so."""


def sign(station: Station, at: datetime) -> None:
    """See that a signed root covers every page up to now. Raises KeyGone, ClockBack."""
    keys, roots = Path(settings.KOBAN_KEYS), Path(settings.KOBAN_ROOTS)
    if (roots / checkpoints.VERIFIER_FILE).exists() and not (keys / checkpoints.KEY_FILE).exists():
        raise KeyGone
    last = checkpoints.newest(station)
    if last is not None and at < last.at:
        raise ClockBack
    checkpoints.sign_root(station, at=at)


@dataclass(frozen=True, slots=True)
class Proof:
    """The pages of a matter that a signed root covers. seals: row -> digest as its last page left it."""

    station: Station
    matter_id: UUID
    note: str
    size: int

    @classmethod
    def of(cls, matter_id: UUID, station: Station) -> "Proof":
        """Raises LookupError where no root was signed yet."""
        root = checkpoints.newest(station)
        if root is None:
            raise LookupError("no root is signed")
        return cls(station, matter_id, root.note, root.size)

    def pages(self) -> Any:
        return reading.of_matter(self.matter_id).filter(number__lt=self.size)

    def is_whole(self) -> bool:
        """Whether nothing was written about the matter since the root was signed."""
        return not reading.of_matter(self.matter_id).filter(number__gte=self.size).exists()

    def seals(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for seals in self.pages().values_list("seals", flat=True):
            found |= seals
        return found

    def lines(self) -> Iterator[bytes]:
        head = ledger_proof.HEAD | {
            "note": self.note,
            "verifier": checkpoints.signer().verifier.to_text(),
        }
        yield _line(head)
        known = merkle.tiled(proofs.stored)
        for page in self.pages().iterator(chunk_size=500):
            path = merkle.inclusion_proof(page.number, self.size, known)
            yield _line({"page": page_values(page), "path": [b64encode(node).decode() for node in path]})


def _line(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def lines(told: Iterable[Any]) -> Iterator[bytes]:
    """One line of JSON for each."""
    return (_line(one) for one in told)
