"""What goes into the engine and what comes out: records, the pairs that are probably one, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from koban.lib.sentence import Sentence

# The fields that the engine knows. A record may have any of them; what it has not is neither for nor against a pair.
NAMES = ("name", "surname", "given_name")
TEXTS = ("street", "number", "locality", "town", "region", "postcode", "email")
FIELDS = (*NAMES, "sex", "birth", "id", "phone", "address", *TEXTS)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a register or a file. key: the caller's own. fields: of FIELDS; others are ignored."""

    key: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and the probability that they are records of the same person; never a statement about anybody.

    reasons: what speaks for and against it, the weightiest first, as sentences without any value of the records.
    """

    left_key: str
    right_key: str
    probability: float
    reasons: tuple[Sentence, ...]
