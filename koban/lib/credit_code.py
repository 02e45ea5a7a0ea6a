"""The unified social credit code of a unit (GB 32100): eighteen characters, the last one checks the others."""

import unicodedata

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18

WRONG_LENGTH = gettext_noop("A social credit code has 18 characters; this has %(length)d.")
WRONG_LETTER = gettext_noop(
    "A social credit code has no %(character)s: it is digits and letters without I, O, S, V, Z."
)
WRONG_CHECK = gettext_noop(
    "This social credit code has a typing mistake: its last character does not fit the others."
)


def check_character(first: str) -> str:
    """The eighteenth character for the seventeen before it. Source: GB 32100 (CN-ID-5)."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def credit_code(typed: str) -> str:
    """The code as it is stored. Raises Mistake ("length", "letter", "check") with a sentence for whoever typed it."""
    code = "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("-", "")
    if len(code) != LENGTH:
        raise Mistake("length", WRONG_LENGTH, length=len(code))
    if strange := next((char for char in code if char not in ALPHABET), ""):
        raise Mistake("letter", WRONG_LETTER, character=strange)
    if check_character(code[:17]) != code[17]:
        raise Mistake("check", WRONG_CHECK)
    return code
