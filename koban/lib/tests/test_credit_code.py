"""The social credit code of units (CN-ID-5)."""

import pytest

from koban.lib.credit_code import ALPHABET, credit_code
from koban.lib.mistakes import Mistake

SAMPLE = "91350100M000100Y43"


@pytest.mark.parametrize(
    "typed", [SAMPLE, SAMPLE.lower(), " 91350100 M000100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_a_code_is_taken_as_people_type_it(typed):
    assert credit_code(typed) == SAMPLE


@pytest.mark.parametrize(
    "typed, why",
    [
        (SAMPLE[:-1], "length"),
        ("", "length"),
        (SAMPLE.replace("Y", "O"), "letter"),
        (SAMPLE.replace("Y", "路"), "letter"),
        (SAMPLE[:-1] + "4", "check"),
        (SAMPLE.replace("100M", "010M"), "check"),
        ("9.13501E+17", "length"),
    ],
)
def test_what_is_no_code_is_said_to_be_none(typed, why):
    with pytest.raises(Mistake) as refused:
        credit_code(typed)
    assert refused.value.code == why


def test_every_single_slip_is_found():
    for place in range(18):
        for other in ALPHABET:
            slip = SAMPLE[:place] + other + SAMPLE[place + 1 :]
            if slip != SAMPLE:
                with pytest.raises(Mistake):
                    credit_code(slip)
