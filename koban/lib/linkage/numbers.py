"""Dates of birth, identity numbers and telephones: numbers that people copy with slips."""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.features import Columns, Comparison, Dtypes, digits_apart, first_of
from koban.lib.linkage.folding import plain
from koban.lib.linkage.lexicon import Levels, Lexicon

DIGITS = re.compile(r"\d+")
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})\D+(\d{1,2})(?:\D+(\d{1,2}))?")
COMPACT = 8
YEAR, MONTH = 10_000, 100
MONTHS = 12


def read_date(text: str) -> int:
    """A date as yyyymmdd, 0 if there is none. Impossible days stay: a slip is still near the truth."""
    text = plain(text)
    if len(text) == COMPACT and text.isdigit():
        return int(text)
    if found := DAY_FIRST.fullmatch(text):
        return int(found[3]) * YEAR + int(found[2]) * MONTH + int(found[1])
    if found := YEAR_FIRST.match(text):
        return int(found[1]) * YEAR + int(found[2]) * MONTH + int(found[3] or 0)
    return 0


class Birth:
    comparisons = (
        Comparison(
            "birth",
            ("missing", "same", "swapped", "digit", "year", "near", "far", "differ"),
            {"same": "birth"},
            shared=0.03,  # twins, and spouses by chance
        ),
    )
    columns: Dtypes = {"birth": np.int32}
    reads = ("birth", "id")

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        born = read_date(fields.get("birth", ""))
        return (born or born_by_number(fields.get("id", "")),)

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        a, b = left["birth"].astype(np.int64), right["birth"].astype(np.int64)
        digits, swap = digits_apart(a, b, COMPACT)
        year_a, year_b, rest_a, rest_b = a // YEAR, b // YEAR, a % YEAR, b % YEAR
        turned = rest_a % MONTH * MONTH + rest_a // MONTH
        days = np.abs(_days(a) - _days(b))
        levels = first_of(
            self.comparisons[0].levels,
            ((a == 0) | (b == 0), "missing"),
            (a == b, "same"),
            ((year_a == year_b) & (turned == rest_b), "swapped"),
            ((digits == 1) | (swap == 1), "digit"),
            (rest_a == rest_b, "year"),
            ((days <= 31) | (digits == 2), "near"),
            (days <= 366, "far"),
        )
        return {"birth": levels}


def _days(day: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = day // YEAR * 365 + day % YEAR // MONTH * 30 + day % MONTH
    return found


class Sex:
    comparisons = (Comparison("sex", ("missing", "same", "differ"), {"same": "sex"}),)
    columns: Dtypes = {"sex": np.int8}
    reads = ("sex", "id")
    WORDS = {"男": 1, "male": 1, "m": 1, "1": 1, "男性": 1, "女": 2, "female": 2, "f": 2, "2": 2, "女性": 2}

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        return (self.WORDS.get(plain(fields.get("sex", "")), 0),)

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        a, b = left["sex"], right["sex"]
        return {
            "sex": first_of(self.comparisons[0].levels, ((a == 0) | (b == 0), "missing"), (a == b, "same"))
        }


# --- identity numbers -------------------------------------------------------------------------------------------

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
LONG, OLD, BODY = 18, 15, 17
MOST = 12  # letters and digits of a passport that fit one number
RIGHT, WRONG, SHORT, OTHER = 1, 2, 3, 4  # what is known of its check digit; OTHER is no resident's number
NUMBER = re.compile(r"\d{17}[\dX]")
TAIL = 1000


def read_number(text: str) -> tuple[int, int]:
    """An identity number as (its body of 17 digits, what its check digit says); other documents by their letters."""
    text = re.sub(r"[^0-9A-Z]", "", plain(text).upper())
    if NUMBER.fullmatch(text):
        return int(text[:BODY]), RIGHT if check_digit(text[:BODY]) == text[-1] else WRONG
    if len(text) == OLD and text.isdigit():
        return int(f"{text[:6]}19{text[6:]}"), SHORT
    return (int(text[:MOST], 36), OTHER) if text else (0, 0)


def check_digit(body: str) -> str:
    """MOD 11-2 of GB 11643."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def born_by_number(text: str) -> int:
    """The day of birth inside a number whose check digit is right, else 0."""
    body, known = read_number(text)
    return body // TAIL % 10**COMPACT if known == RIGHT else 0


class Identity:
    comparisons = (
        # Two different numbers, both with the right check digit: one slip in eleven has one too; twins always have.
        Comparison(
            "id",
            ("missing", "same", "slip", "damaged", "twin", "near", "differ"),
            fixed={"twin": 0.001},
            kin={"twin": 50.0},
            shared_at={"damaged": 0.1},  # twins have the first 15 digits in common
        ),
    )
    columns: Dtypes = {"id": np.int64, "id_known": np.int8}
    reads = ("id",)

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        text = fields.get("id", "")
        return read_number(text) if text else (0, 0)

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        a, b, known_a, known_b = left["id"], right["id"], left["id_known"], right["id_known"]
        digits, swap = digits_apart(a, b, BODY)
        both_right = (known_a == RIGHT) & (known_b == RIGHT)
        old = ((known_a == SHORT) | (known_b == SHORT)) & (known_a != WRONG) & (known_b != WRONG)
        # A spreadsheet keeps 15 digits and makes the rest zeros.
        excel = ((a % 100 == 0) | (b % 100 == 0)) & (a // 100 == b // 100)
        levels = first_of(
            self.comparisons[0].levels,
            ((known_a == 0) | (known_b == 0), "missing"),
            ((a == b) & ((known_a == OTHER) == (known_b == OTHER)), "same"),
            (excel & ~both_right, "damaged"),
            ((both_right & (digits <= 2)) | (old & (digits == 2) & (swap == 0)), "twin"),
            (((digits == 1) | (swap == 1)) & ~both_right, "slip"),
            ((digits == 2) & ~both_right, "near"),
        )
        return {"id": levels}


# --- telephones -------------------------------------------------------------------------------------------------

LOCAL = 10**8
WITH_COUNTRY = 13
LONGEST = 15


def read_phone(text: str) -> int:
    """The digits of a number without the prefix of the country; the first of several."""
    digits = "".join(DIGITS.findall(re.split(r"[;,/、；，]", plain(text))[0])).removeprefix("00")
    if len(digits) == WITH_COUNTRY and digits.startswith("86"):
        digits = digits[2:]
    return int(digits[-LONGEST:] or 0)


class Phone:
    comparisons = (
        Comparison("phone", ("missing", "same", "digit", "local", "differ"), {"same": "phone"}, shared=0.6),
    )
    columns: Dtypes = {"phone": np.int64}
    reads = ("phone",)

    def read(self, fields: Mapping[str, str], lexicon: Lexicon) -> tuple[int, ...]:
        text = fields.get("phone", "")
        return (read_phone(text) if text else 0,)

    def compare(self, left: Columns, right: Columns, lexicon: Lexicon) -> Mapping[str, Levels]:
        a, b = left["phone"], right["phone"]
        digits, swap = digits_apart(a, b, LONGEST)
        levels = first_of(
            self.comparisons[0].levels,
            ((a == 0) | (b == 0), "missing"),
            (a == b, "same"),
            ((digits == 1) | (swap == 1), "digit"),
            (a % LOCAL == b % LOCAL, "local"),
        )
        return {"phone": levels}
