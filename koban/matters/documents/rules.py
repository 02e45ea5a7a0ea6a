"""Who may agree to a paper, and when it has enough of them. Values in, a reason or a number out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from koban.lib.sentence import Sentence, gettext_noop

OWN = gettext_noop("Who wrote this version does not approve it: a second pair of eyes does.")
TWICE = gettext_noop("You have approved this version already. Somebody else has to look at it too.")
OTHER_VERSION = gettext_noop("The text was changed since you opened it. Read the new version first.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A paper that waits for approval. writer: account of the version; approvers: accounts that approved this version.

    version: the newest; read: the one that the approver has read. needed: how many approvals it takes.
    """

    writer: UUID | None
    approvers: Sequence[UUID | None]
    version: int
    read: int
    needed: int


def unfit_to_approve(standing: Standing, account: UUID | None) -> Sentence | None:
    """Why this account may not approve now, None if it may."""
    if standing.read != standing.version:
        return Sentence(OTHER_VERSION)
    if account is None or account == standing.writer:
        return Sentence(OWN)
    return Sentence(TWICE) if account in standing.approvers else None


def has_enough(standing: Standing, account: UUID | None) -> bool:
    """Whether the approval of `account` is the last that is needed."""
    return len({*standing.approvers, account}) >= standing.needed
