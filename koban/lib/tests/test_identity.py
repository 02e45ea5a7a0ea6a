"""Numbers of documents: which are read, and what is said of those that are not. Vectors of CN-ID-2."""

from datetime import date

import pytest

from koban.lib import identity
from koban.lib.mistakes import Mistake

GOOD = "34052419800101001X"


@pytest.mark.parametrize("number, born, sex, division", [
    (GOOD, date(1980, 1, 1), "m", "340524"),
    ("11010519491231002X", date(1949, 12, 31), "f", "110105"),
    (" 340524 19800101 001x ", date(1980, 1, 1), "m", "340524"),
    ("３４０５２４１９８００１０１００１Ｘ", date(1980, 1, 1), "m", "340524"),  # typed in wide characters
])  # fmt: skip
def test_a_resident_number_tells_birth_sex_and_division(number, born, sex, division):
    read = identity.check_identity("id_card", number)
    assert (read.birth_on, read.sex, read.division, read.checked) == (born, sex, division, True)
    assert read.number.isascii()


@pytest.mark.parametrize("number, code, said", [
    ("340524198001010013", "id_check", "does not fit"),
    ("", "id_empty", "Write the number"),
    ("34052419800101001", "id_length", "this one has 17"),
    ("34052419800101001XX", "id_length", "this one has 19"),
    ("34052419801301001X", "id_birth", "does not exist"),
    ("34052419810229001X", "id_birth", "does not exist"),
    ("00052419800101001X", "id_province", "00"),
    ("3405241980010100X1", "id_shape", "digits alone"),
    ("340524800101001", "id_retired", "eighteen"),
    ("3.40524E+17", "id_excel", "spreadsheet"),
    ("340524198001010000", "id_excel", "spreadsheet"),  # Excel keeps fifteen digits and writes zeros after them
])  # fmt: skip
def test_what_is_said_of_a_number_that_cannot_be(number, code, said):
    with pytest.raises(Mistake, match=said) as told:
        identity.check_identity("id_card", number)
    assert told.value.code == code


def test_what_a_retired_number_became():
    assert identity.upgraded("340524800101001") == GOOD


def test_a_division_that_no_longer_exists_stays_valid():
    retired = "51022319800101001"  # Baxian of Sichuan, gone since 1994
    assert identity.check_identity("id_card", retired + identity.check_digit(retired)).division == "510223"


@pytest.mark.parametrize("kind, number", [
    ("hk_macau_permit", "81000019900101001"),
    ("hk_macau_permit", "82000019900101001"),
    ("taiwan_permit", "83000019900101001"),
])  # fmt: skip
def test_permits_that_are_known_from_memory_are_read_and_say_so(kind, number):
    fitting = number + identity.check_digit(number)
    other = number + ("0" if fitting[-1] != "0" else "1")
    assert identity.check_identity(kind, fitting).checked
    assert not identity.check_identity(kind, other).checked


@pytest.mark.parametrize("kind, number, kept", [
    ("passport", "e 1234 5678", "E12345678"),
    ("passport", "X123", None),
    ("passport", "ABCDEFGH", None),
    ("hk_macau_pass", "H12345678", "H12345678"),
    ("hk_macau_pass", "M1234567801", "M1234567801"),
    ("hk_macau_pass", "K12345678", None),
    ("taiwan_pass", "12345678", "12345678"),
    ("taiwan_pass", "1234567", None),
    ("foreign_pr", "USA11019800101", None),
    ("foreign_pr", "USA110119800101", "USA110119800101"),
    ("foreign_pr", "911124198108030024", "911124198108030024"),
    ("hk_macau_permit", GOOD, None),
    ("driving_licence", "123456", None),
])  # fmt: skip
def test_other_documents_by_their_form(kind, number, kept):
    if kept is None:
        with pytest.raises(Mistake):
            identity.check_identity(kind, number)
    else:
        assert identity.check_identity(kind, number).number == kept
