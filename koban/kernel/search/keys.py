"""Keys: a term with its station and kind before it, so that every station has postings of its own, however many there are."""

from uuid import UUID

LONGEST_TERM, LONGEST = 60, 100  # characters
_LETTERS = "0123456789abcdefghijklmnopqrstuv"
_PLACES = 8


def prefix(station: UUID, kind: str) -> str:
    """Letters and digits alone, of a fixed length after the kind. Two stations that share one are told apart by the row."""
    number = int.from_bytes(station.bytes[-5:])
    return kind + "".join(_LETTERS[number >> 5 * place & 31] for place in range(_PLACES))


def clean(terms: object) -> list[str]:
    """Each term once: letters and digits, no operator of any search language, not too long."""
    found = (term for term in terms if isinstance(term, str) and term.isalnum())  # type: ignore[attr-defined]
    return list(dict.fromkeys(term[:LONGEST_TERM] for term in found))
