"""In which degrees two facts agree: the tables are the specification."""

import pytest

from koban.lib.linkage.addresses import read_address
from koban.lib.linkage.lexicon import Lexicon
from koban.lib.linkage.names import split_name
from koban.lib.linkage.numbers import check_digit, read_date, read_number, read_phone
from koban.lib.linkage.records import Record
from koban.lib.linkage.table import Table, compare, features

GOOD = "99000119900101123"  # of a division that does not exist
NUMBER = GOOD + check_digit(GOOD)


def levels(left, right):
    """The level of each comparison between two records."""
    described, lexicon = features({*left, *right}), Lexicon()
    a, b = Table(described, lexicon), Table(described, lexicon)
    a.add([Record("a", left)])
    b.add([Record("b", right)])
    zero = a.columns[next(iter(described[0].columns))][:1].astype("int64") * 0
    found = compare(a, b, zero, zero)[0]
    return {
        comparison.name: comparison.levels[level]
        for comparison, level in zip(a.comparisons, found, strict=True)
    }


@pytest.mark.parametrize(
    "left, right, surname, given",
    [
        ("张伟", "张伟", "same", "same"),
        ("张 伟", "张伟", "same", "same"),
        ("刘军", "劉軍", "variant", "variant"),
        ("张伟", "章伟", "sound", "same"),
        ("王静怡", "王婧怡", "same", "sound"),
        ("王静怡", "王怡静", "same", "order"),
        ("李晶", "李昌", "same", "differ"),
        ("赵晨曦", "赵晟曦", "same", "look"),
        ("陈宁", "陈林", "same", "typo"),  # n for l and n for ng, as they are spoken in the south
        ("王静怡", "王静秋", "same", "near"),
        ("单雄信", "Shan Xiongxin", "sound", "sound"),
        ("高海强", "Gao Haiqiang", "sound", "sound"),
        ("高海强", "GAO, Haiqiang", "sound", "sound"),
        ("高海强", "Haiqiang Gao", "sound", "sound"),
        ("欧阳修", "欧阳脩", "same", "variant"),
        ("吕静", "Lyu Jing", "sound", "sound"),
        ("吕静", "Lü Jing", "sound", "sound"),
        ("张伟", "伟张", "order", "order"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提", "missing", "same"),
        ("阿卜杜拉•买买提", "阿卜杜拉・买买提", "missing", "same"),
        ("王静怡", "赵国庆", "differ", "differ"),
        ("Anna Müller", "anna muller", "same", "same"),
        ("Jonathan Smith", "Jonahtan Smyth", "typo", "typo"),
        ("Smith, Jonathan", "Jonathan Smith", "same", "same"),
        ("J Smith", "Jonathan Smith", "same", "initial"),
        ("Mary O'Brien", "Mary OBrien", "same", "same"),
    ],
)
def test_names(left, right, surname, given):
    found = levels({"name": left}, {"name": right})
    assert (found["surname"], found["given_name"]) == (surname, given)


def test_names_in_two_columns_may_have_changed_places():
    found = levels({"given_name": "Caleb", "surname": "Rowe"}, {"given_name": "Rwoe", "surname": "Caleb"})
    assert found == {"surname": "order", "given_name": "order"}


@pytest.mark.parametrize(
    "name, parts",
    [
        ("欧阳娜", ("欧阳", "娜")),
        ("欧阳", ("欧", "阳")),
        ("伟", ("伟", "")),
        ("Wang Xiaoming", ("wang", "xiaoming")),
        ("Wang Xiao-ming", ("wang", "xiaoming")),
        ("Cher", ("", "cher")),
        ("", ("", "")),
    ],
)
def test_where_a_name_is_parted(name, parts):
    assert split_name({"name": name}) == parts


@pytest.mark.parametrize(
    "left, right, level",
    [
        ("19900203", "1990-02-03", "same"),
        ("19900203", "1990年2月3日", "same"),
        ("19900203", "03/02/1990", "same"),
        ("19900203", "19900302", "swapped"),
        ("19900213", "19900231", "digit"),  # neighbours, and a day that does not exist
        ("19900203", "19900208", "digit"),
        ("19900203", "19790203", "year"),
        ("19900228", "19900309", "near"),
        ("19900203", "19901117", "far"),
        ("19900203", "19551231", "differ"),
        ("19900203", "", "missing"),
        ("19900203", "unknown", "missing"),
    ],
)
def test_dates(left, right, level):
    assert levels({"birth": left}, {"birth": right})["birth"] == level


def test_a_month_without_a_day_is_read():
    assert read_date("1990年2月") == 19900200


@pytest.mark.parametrize(
    "left, right, level",
    [
        (NUMBER, NUMBER.lower(), "same"),
        (NUMBER, f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", "same"),
        (NUMBER, NUMBER[:6] + NUMBER[8:17], "same"),  # the old form of 15 digits
        (NUMBER, NUMBER[:9] + "8" + NUMBER[10:], "slip"),
        (NUMBER, NUMBER[:15] + "000", "damaged"),
        (NUMBER, str(int(GOOD) + 2) + check_digit(str(int(GOOD) + 2)), "twin"),
        (NUMBER, "99000219550615111" + check_digit("99000219550615111"), "differ"),
        ("EA1234567", "ea 1234567", "same"),
        ("EA1234567", "EB7654321", "differ"),
        (NUMBER, "", "missing"),
    ],
)
def test_identity_numbers(left, right, level):
    assert levels({"id": left}, {"id": right})["id"] == level


def test_a_birthday_comes_from_a_right_number_only():
    assert levels({"id": NUMBER}, {"birth": "19900101"})["birth"] == "same"
    assert levels({"id": NUMBER[:-1] + "9"}, {"birth": "19900101"})["birth"] == "missing"
    assert read_number("")[1] == 0


@pytest.mark.parametrize(
    "left, right, level",
    [
        ("000 1234 5678", "+86 000-1234-5678", "same"),
        ("00012345678", "00012345687", "digit"),
        ("057100001234", "00001234", "local"),
        ("00012345678", "00087654321", "differ"),
        ("00012345678", "", "missing"),
    ],
)
def test_telephones(left, right, level):
    assert levels({"phone": left}, {"phone": right})["phone"] == level


def test_the_first_of_several_telephones_counts():
    assert read_phone("12345678、87654321") == 12345678


WHOLE = "高新区兴隆社区新华路215号书香里34号楼6单元1104室"


@pytest.mark.parametrize(
    "left, right, level",
    [
        (WHOLE, "高新区新华路215号书香里34-6-1104", "home"),
        (WHOLE, "书香里34栋6单元1104", "home"),
        (WHOLE, "新华路215号 34幢1104室", "home"),
        (WHOLE, "書香裡34棟6單元1104室", "home"),
        (WHOLE, "书香里34幢6单元1104室，新华路215号", "home"),
        ("书香里34栋6单元1104", "新华路215号 34幢1104室", "numbers"),
        (WHOLE, "书香里34-6-1203", "building"),
        (WHOLE, "书香里12-1-301", "estate"),
        (WHOLE, "新华路9号", "road"),
        (WHOLE, "兴隆社区文化街3号", "quarter"),
        (WHOLE, "江北区迎宾路1号金地城2-2-202", "differ"),
        ("12 High Street, Springfield", "Springfield, 12 High Street", "home"),
        ("Flat 3, 12 High Street Springfield", "12 High Street, Springfield", "home"),
        ("12 High Street", "9 Station Road", "differ"),
        (WHOLE, "", "missing"),
    ],
)
def test_addresses(left, right, level):
    assert levels({"address": left}, {"address": right})["address"] == level


def test_an_address_is_taken_apart():
    assert read_address("浙江省杭州市西湖区北山街道文三路123号翠苑小区3幢2单元501室") == {
        "area": "西湖区", "quarter": "北山街道", "road": "文三路", "door": "文三路123", "estate": "翠苑小区",
        "building": "3", "unit": "2", "room": "501",
    }  # fmt: skip


@pytest.mark.parametrize(
    "left, right, level",
    [
        ("Portsmouth", "portsmouth", "same"),
        ("Portsmouth", "Pootsmouth", "typo"),
        ("Birmingham Gardens", "Birminghamgardens", "sound"),
        ("Leeds", "Hull", "differ"),
        ("Leeds", "", "missing"),
    ],
)
def test_words(left, right, level):
    assert levels({"town": left}, {"town": right})["town"] == level


def test_sexes():
    assert levels({"sex": "男"}, {"sex": "M"})["sex"] == "same"
    assert levels({"sex": "女"}, {"sex": "男"})["sex"] == "differ"
