"""The four ways in which Koban says no. Raised where they are known, answered at the edge alone."""

from typing import Any
from uuid import UUID


class KobanError(Exception):
    """A no with a sentence that the person in front of the screen can act on.

    sentence: one readable sentence, possibly a lazy translation.
    clause: id of the clause that decides, "" where no law is involved.
    matter_id: the matter in whose timeline the no belongs, None where it belongs to none.
    """

    def __init__(self, sentence: Any = "", *, clause: str = "", matter_id: UUID | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.clause = clause
        self.matter_id = matter_id

    def __str__(self) -> str:
        return str(self.sentence)


class Refused(KobanError):
    """The rule says no (422 at the edge)."""


class Denied(KobanError):
    """This role may not (403 at the edge, and a page in the ledger)."""


class Absent(KobanError):
    """There is nothing here; also what a refused record looks like (404 at the edge)."""


class Stale(KobanError):
    """Somebody changed it first (412 at the edge, both versions side by side)."""


class Conflict(KobanError):
    """The same idempotency key came with other bytes (409 at the edge)."""
