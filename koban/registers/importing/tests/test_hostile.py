"""Tables that are broken, mixed or meant to do harm, through the office's own import: a sentence, and nothing half-taken."""

import gzip
import io
from contextlib import ExitStack
from datetime import date

import pytest

from koban.lib import sheets, tables
from koban.lib.errors import Refused
from koban.registers.importing import actions
from koban.registers.importing.models import Import
from koban.registers.importing.tests import books
from koban.registers.premises.models import Address
from koban.registers.premises.tests.conftest import TOLD

HEAD = ["街路巷", "门牌号", "经度", "纬度", "启用日期"]
DAY = 43892.0  # 2020-03-02, as a spreadsheet counts
SINCE_1904 = DAY - 1462


def begun(content, name):
    return actions.begin("addresses", name, io.BytesIO(content), **TOLD)


def run(content, name):
    one = begun(content, name)
    return actions.work(actions.set_going(one, Import.State.RUNNING, **TOLD), **TOLD)


def said(one):
    return {row.number: row.said[0]["text"] for row in one.rows.order_by("number") if row.said}


def doors(street="望江路"):
    return {row.door: row.from_on for row in Address.objects.filter(street__name=street)}


# --- Formats --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, content",
    [
        ("old.xls", books.xls([HEAD, ["望江路", "7", 24.95, 60.18, DAY]])),
        ("old-1904.xls", books.xls([HEAD, ["望江路", "7", 24.95, 60.18, SINCE_1904]], from_1904=True)),
        ("open.ods", books.ods([HEAD, ["望江路", "7", "24.95", "60.18", "2020-03-02"]])),
        ("new.xlsx", books.book([HEAD, ["望江路", 7, 24.95, 60.18, "2020-03-02"]])),
    ],
)
def test_every_format_of_workbook_is_read_with_its_days(office, name, content):
    one = run(content, name)
    assert (one.state, one.taken, one.refused, said(one)) == ("done", 1, 0, {})
    assert doors() == {"7": date(2020, 3, 2)}


@pytest.mark.parametrize(
    "content, why",
    [
        (books.wide_and_deep, "too big when it is unpacked"),
        (books.entities, "not a workbook"),
        (books.lying_bomb, "not a workbook|too big"),
        (
            lambda: books.book([[f"c{n}" for n in range(10_000)], ["x"] * 10_000]),
            "10000 columns, at most 500",
        ),
        (lambda: books.book([["a", "b", "a"], [1, 2, 3]]), "two columns named a"),
        (lambda: books.book([]), "no heading"),
        (lambda: books.book([HEAD])[:-200], "not a workbook"),
        (lambda: b"PK\x05\x06" + bytes(18), "not a workbook"),
    ],
)
def test_a_hostile_workbook_is_refused_with_a_sentence(office, content, why):
    with pytest.raises(Refused, match=why):
        begun(content(), "a.xlsx")
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    "limits, why",
    [
        (sheets.Limits(wall_s=0), "takes too long"),
        (sheets.Limits(unpacked_bytes=1_000), "too big"),
        (sheets.Limits(source_bytes=1_000), "too big"),
        (sheets.Limits(memory_bytes=1_000_000), "too big"),
    ],
)
def test_a_workbook_that_wants_more_than_it_may_have_is_stopped(office, monkeypatch, limits, why):
    monkeypatch.setattr(sheets, "LIMITS", limits)
    with pytest.raises(Refused, match=why):
        begun(books.book([HEAD, ["望江路", 7, 24.95, 60.18, ""]]), "a.xlsx")


def test_a_workbook_waits_its_turn_but_not_for_ever(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(books.book([HEAD]))
    with ExitStack() as held:
        for _n in range(sheets.AT_ONCE):
            held.enter_context(sheets.opened(path))
        with pytest.raises(sheets.Unfit, match="busy"):
            held.enter_context(sheets.opened(path, wait_s=0))
    with sheets.opened(path) as sheet:
        assert list(sheet.rows) == [HEAD]


def test_a_row_too_long_to_be_told_is_refused_and_the_others_are_taken(office, monkeypatch):
    monkeypatch.setattr(sheets, "LIMITS", sheets.Limits(line_bytes=2_000))
    one = run(books.book([HEAD, ["长" * 3_000, 7, 24.95, 60.18], ["望江路", 8, 24.95, 60.18]]), "a.xlsx")
    assert said(one) == {2: "This row is broken and cannot be read."}
    assert doors() == {"8": None}


def test_a_formula_is_never_computed_and_only_its_value_is_read(office):
    rows: list[list[object]] = [
        [*HEAD],
        ["望江路", 7, 24.95, 60.18, ""],
        ["=1+1", "=HYPERLINK(1)", 24.95, 60.18, ""],
    ]
    one = run(books.book(rows), "a.xlsx")
    assert doors() == {"7": None}
    assert not Address.objects.filter(street__name__startswith="=").exists()
    assert one.taken >= 1


# --- Encodings ------------------------------------------------------------------------------------------------------

TABLE_HEAD = "街路巷,门牌号,经度,纬度\n"
FOREIGN = "This row was saved in another encoding than the others, and was read in that. Compare it."


@pytest.mark.parametrize(
    "most, other", [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8-sig", "gb18030")]
)
def test_rows_in_another_encoding_than_the_rest_are_read_and_said(office, most, other):
    lines = [f"望江路,{n},24.95,60.18\n".encode(most.removesuffix("-sig")) for n in range(1, 9)]
    lines[4] = "镜湖大道,5,24.95,60.18\n".encode(other)
    one = run(TABLE_HEAD.encode(most) + b"".join(lines), "a.csv")
    assert (one.taken, one.refused, said(one)) == (8, 0, {6: FOREIGN})
    assert doors("镜湖大道") == {"5": None}
    assert set(doors()) == {"1", "2", "3", "4", "6", "7", "8"}


def test_a_row_of_broken_bytes_is_refused_and_never_guessed(office):
    broken = "望江路西段,9,24.95,60.18\n".encode()
    broken = broken[:4] + b"\xff" + broken[5:]
    one = run((TABLE_HEAD + "望江路,7,24.95,60.18\n").encode() + broken, "a.csv")
    assert (one.taken, one.refused) == (1, 1)
    assert said(one)[3].startswith("Some characters cannot be read")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(office, end):
    one = run(f"街路巷,门牌号,经度,纬度{end}望江路,7,24.95,60.18{end}".encode("gb18030"), "a.csv")
    assert (one.taken, doors()) == (1, {"7": None})


def test_a_packed_text_that_unpacks_without_end_is_stopped(office, monkeypatch):
    monkeypatch.setattr(tables, "MOST_TEXT_BYTES", 10_000_000)
    bomb = gzip.compress((TABLE_HEAD + "望江路,7,24.95,60.18\n").encode() + b"x" * 12_000_000)
    one = run(bomb, "a.csv.gz")
    assert (one.state, one.why["text"]) == ("failed", tables.TOO_BIG)


def test_a_line_without_end_is_one_broken_row(office):
    endless = b"x" * 9_000_000 + b"\n"
    one = run(
        (TABLE_HEAD + "望江路,7,24.95,60.18\n").encode() + endless + "望江路,8,24.95,60.18\n".encode(),
        "a.csv",
    )
    assert said(one) == {3: "This row is broken and cannot be read."}
    assert set(doors()) == {"7", "8"}
