"""Numbers of identity documents: read, checked, explained. Pure; the sources are CN-ID-1 to CN-ID-4.

What rests on the check digit of GB 11643 (ISO 7064 MOD 11-2) is refused where it fails. Forms that are known from memory
alone (CN-ID-4) are read and marked `checked=False`: whoever enters one compares it with the document.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop

EMPTY = gettext_noop("Write the number of the document.")
NOT_A_KIND = gettext_noop("Choose the kind of document.")
# No sentence repeats the number: sentences go into reports of imports.
EXCEL = gettext_noop("A spreadsheet has cut this number. Set the column to text and enter the number again.")
RETIRED = gettext_noop(
    "This is a number of the retired cards, with fifteen digits. Enter the eighteen of the card in use."
)
LENGTH = gettext_noop(
    "A number of a resident identity card has eighteen characters, this one has %(length)d."
)
SHAPE = gettext_noop("A number of a resident identity card has digits alone, and perhaps an X at the end.")
PROVINCE = gettext_noop("No province has the code %(province)s with which this number begins.")
BIRTH = gettext_noop("The number says a day of birth that does not exist.")
CHECK = gettext_noop("The last character does not fit the others. Compare the number with the document.")
FORM = gettext_noop("This is not a number of this kind of document. Compare it with the document.")

# Provinces of GB/T 2260; retired divisions inside them stay valid in the numbers that bear them (CN-ID-3).
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
PERMITS: Mapping[str, frozenset[str]] = {
    "id_card": PROVINCES,
    "hk_macau_permit": frozenset({"81", "82"}),
    "taiwan_permit": frozenset({"83"}),
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FROM_MEMORY = ("81", "82", "83", "9")  # CN-ID-4


@dataclass(frozen=True, slots=True)
class Identity:
    """What a number says. number: as it is kept. sex: f, m or "". division: six digits or "".

    checked: its check digit was verified; else a person compares it with the document.
    """

    kind: str
    number: str
    birth_on: date | None = None
    sex: str = ""
    division: str = ""
    checked: bool = False


def check_identity(kind: str, number: str) -> Identity:
    """Read the number of a document of `kind`, one of KINDS. Raises Mistake with a sentence for what is wrong."""
    if kind not in KINDS:
        raise Mistake("id_kind", NOT_A_KIND)
    told = plain_number(number)
    if not told:
        raise Mistake("id_empty", EMPTY)
    return KINDS[kind](kind, told)


def plain_number(number: str) -> str:
    """As it is kept and compared: plain characters, capitals, nothing between them."""
    return re.sub(r"[\s\-‐-―·.]", "", unicodedata.normalize("NFKC", _uncut(number))).upper()


def _uncut(number: str) -> str:
    if re.fullmatch(r"\s*\d[.,]\d+E\+?\d+\s*", unicodedata.normalize("NFKC", number), re.IGNORECASE):
        raise Mistake("id_excel", EXCEL)
    return number


def check_digit(digits: str) -> str:
    """The eighteenth character for seventeen digits (ISO 7064 MOD 11-2)."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11]


def upgraded(number: str) -> str:
    """The eighteen characters that belong to a retired number of fifteen digits (born in the twentieth century)."""
    seventeen = f"{number[:6]}19{number[6:]}"
    return seventeen + check_digit(seventeen)


def _resident(kind: str, number: str) -> Identity:
    if re.fullmatch(r"\d{15}", number):
        raise Mistake("id_retired", RETIRED)
    if len(number) != 18:
        raise Mistake("id_length", LENGTH, length=len(number))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Mistake("id_shape", SHAPE)
    if number[:2] not in PERMITS.get(kind, PROVINCES):
        raise Mistake("id_province", PROVINCE, province=number[:2])
    return _eighteen(kind, number)


def _eighteen(kind: str, number: str) -> Identity:
    born, fits = _day(number[6:14]), check_digit(number[:17]) == number[17]
    if not fits and not number.startswith(FROM_MEMORY):
        raise Mistake("id_excel", EXCEL) if number.endswith("000") else Mistake("id_check", CHECK)
    return Identity(kind, number, born, "m" if int(number[16]) % 2 else "f", number[:6], fits)


def _day(told: str) -> date:
    try:
        return date(int(told[:4]), int(told[4:6]), int(told[6:]))
    except ValueError:
        raise Mistake("id_birth", BIRTH) from None


def _permanent(kind: str, number: str) -> Identity:
    """The foreigners' permanent residence card: fifteen characters of old, eighteen digits that begin with 9 since 2023."""
    if re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        return _eighteen(kind, number)
    return _shaped(r"[A-Z]{3}[0-9]{12}")(kind, number)


def _shaped(pattern: str) -> Callable[[str, str], Identity]:
    def read(kind: str, number: str) -> Identity:
        if not re.fullmatch(pattern, number):
            raise Mistake("id_form", FORM)
        return Identity(kind, number)

    return read


KINDS: Mapping[str, Callable[[str, str], Identity]] = {
    "id_card": _resident,
    "hk_macau_permit": _resident,  # residence permits, 81 and 82
    "taiwan_permit": _resident,  # 83
    "hk_macau_pass": _shaped(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    "taiwan_pass": _shaped(r"[0-9]{8}(?:[0-9]{2})?"),
    "foreign_pr": _permanent,
    "passport": _shaped(r"(?=.*[0-9])[A-Z0-9]{5,15}"),
}
"""Kind of document → its reader."""
