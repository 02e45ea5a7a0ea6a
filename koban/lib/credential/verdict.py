"""Does this paper hold? Answered from the paper, the public key and, where one is at hand, a status list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from koban.lib.credential.compact import found_in, unpack
from koban.lib.credential.keys import PublicKey
from koban.lib.credential.status import REVOCATION, SUSPENSION, StatusList
from koban.lib.credential.token import Credential, Unproven, read


class State(StrEnum):
    """What can be said of a paper. The last two: nothing is proven."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOT_OURS = "not_ours"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Verdict:
    """credential: None where nothing is proven. is_status_known: a list told whether it was taken back."""

    state: State
    credential: Credential | None = None
    is_status_known: bool = False

    @property
    def holds(self) -> bool:
        return self.state is State.VALID


def check(text: str, keys: Sequence[PublicKey], *, at: datetime, lists: Sequence[StatusList] = ()) -> Verdict:
    """The verdict on what stands in `text`: a link, digits or a token."""
    try:
        told = found_in(text)
        credential = read(unpack(told, keys) if told.isdigit() else told, keys)
    except Unproven as why:
        return Verdict(State(why.reason))
    known, bits = _bits(credential, lists)
    return Verdict(_state(credential, bits, at), credential, known)


def _bits(credential: Credential, lists: Sequence[StatusList]) -> tuple[bool, set[str]]:
    """Whether every entry of the credential has a list, and the purposes whose bit is set."""
    by_place = {(one.url, one.purpose): one for one in lists}
    found = [(entry, by_place.get((entry.url, entry.purpose))) for entry in credential.entries]
    bits = {entry.purpose for entry, one in found if one is not None and one.holds(entry.index)}
    return all(one is not None for _entry, one in found), bits


def _state(credential: Credential, bits: set[str], at: datetime) -> State:
    if REVOCATION in bits:
        return State.REVOKED
    if credential.valid_until is not None and at > credential.valid_until:
        return State.EXPIRED
    if SUSPENSION in bits:
        return State.SUSPENDED
    return State.NOT_YET if at < credential.valid_from else State.VALID
