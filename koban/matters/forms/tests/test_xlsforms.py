"""A workbook becomes a form, or is told what to mend in which row and column."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.utils import translation

from koban.matters.forms import xlsforms
from koban.matters.forms.commands import form as command
from koban.matters.forms.xforms import XForm, code_of

DATA = Path(__file__).parent / "data"
REAL = sorted(DATA.glob("*.xls*"))


def sheets(*rows, **more):
    """A survey of (type, name, label, further columns)."""
    survey = [
        {"type": kind, "name": name, "label": label} | (told[0] if told else {})
        for kind, name, label, *told in rows
    ]
    return {"survey": survey, "settings": [{"form_id": "f", "version": "1"}], **more}


def workbook(told) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in told.items():
            sheet, head = book.add_worksheet(name), list(dict.fromkeys(key for row in rows for key in row))
            for number, cells in enumerate([head, *([row.get(key, "") for key in head] for row in rows)]):
                sheet.write_row(number, 0, cells)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_forms_load(path):
    read = xlsforms.read(path.read_bytes(), path.name)
    assert [str(one) for one in read.errors] == []
    assert XForm(read.xform).form_id == read.form_id
    assert any(field["type"] not in ("group", "repeat") for field in read.fields)


def test_a_form_says_its_questions_in_its_languages():
    read = xlsforms.read((DATA / "socio-economic-survey-v20240515.xlsx").read_bytes(), "a.xlsx")
    assert read.languages == ["en", "fr"]
    repeats = [field["path"] for field in read.fields if field["type"] == "repeat"]
    assert len(repeats) == 1
    assert all(set(field["label"]) <= {"en", "fr"} for field in read.fields if field.get("label"))


def test_a_workbook_and_the_same_rows_are_the_same_form():
    told = sheets(("text", "a", "A"), ("integer", "b", "B"))
    read = xlsforms.read(workbook(told), "f.xlsx")
    assert (read.form_id, read.version, read.hash) == ("f", "1", xlsforms.build(told, name="f.xlsx").hash)


@pytest.mark.parametrize("told, where, why", [
    (sheets(("text", "a", "A"), ("text", "b", "B", {"relevant": "${nobody} = 1"})), "survey, row 3, column relevant", "nobody"),
    (sheets(("text", "a", "A"), ("colour", "b", "B")), "survey, row 3", "colour"),
    (sheets(("text", "a", "A"), ("text", "a", "A")), "survey, row 3", "a"),
    (sheets(("select_one x", "a", "A")), "choices", "choices sheet"),
    (sheets(("begin_group", "g", "G"), ("text", "a", "A")), "survey", "group"),
    (sheets(("integer", "a", "A", {"relevant": "${b} = 1"}), ("integer", "b", "B", {"relevant": "${a} = 1"})),
     "survey, row 2", "a → b → a"),
    (sheets(("calculate", "a", "", {"calculation": "${a} + 1"}), ("text", "b", "B")), "survey, row 2", "depends on itself"),
    (sheets(("begin_group", "g", "G", {"relevant": "${a} = 1"}), ("integer", "a", "A"), ("end_group", "", "")),
     "survey, row 2", "depends on itself"),
    (sheets(("text", "a", "A", {"relevant": "/data/other/b = 1"})), "survey, row 2, column relevant", "other/b"),
    (sheets(("text", "a", "x" * 40_000)), "survey, row 2, column label", "too long"),
    ({"survey": []}, "", "no sheet named survey"),
    ({"choices": [{"list_name": "a"}]}, "", "no sheet named survey"),
    (sheets(*[("text", f"q{n}", "Q") for n in range(3_001)]), "survey, row 3002", "more than 3000"),
])  # fmt: skip
def test_what_does_not_load_says_where(told, where, why):
    (first, *_more) = xlsforms.build(told).errors
    assert first.where.startswith(where)
    assert why in first.sentence


@pytest.mark.parametrize("told, where, why", [
    (sheets(("text", "a", "A")), "survey", "does not speak 简体中文"),
    ({**sheets(("text", "a", "A")), "settings": [{"form_id": "f"}]}, "settings, row 2, column version", "no version"),
    ({**sheets(("text", "a", "A")), "settings": [{"form_id": "f", "version": "1", "public_key": "MIIB"}]},
     "settings, row 2, column public_key", "left out"),
    ({"survey": [{"type": "text", "name": "a", "label::English (en)": "A", "label::简体中文 (zh)": "甲"},
                 {"type": "text", "name": "b", "label::English (en)": "B"}],
      "settings": [{"form_id": "f", "version": "1"}]}, "survey, row 3, column label::简体中文 (zh)", "Missing"),
])  # fmt: skip
def test_what_is_to_be_looked_at_says_where(told, where, why):
    read = xlsforms.build(told)
    assert read.xform
    assert any(each.where == where and why in each.sentence for each in read.warnings), list(
        map(str, read.warnings)
    )


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        zipfile.ZipFile(io.BytesIO(workbook(sheets(("text", "a", "A"))))) as old,
    ):
        for name in old.namelist():
            made.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return out.getvalue()


BOMB = b'<!DOCTYPE s [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
FAR = (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
       b'<row r="1"><c r="A1"><v>1</v></c></row>'
       b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>')  # fmt: skip


@pytest.mark.parametrize("content, why", [
    (b"<xml/>", "no Excel workbook"),
    (b"PK\x03\x04" + b"\0" * 100, "damaged"),
    (workbook(sheets(("text", "a", "A")))[:2000], "damaged"),
    (b"PK\x03\x04" + b"\0" * 5_000_000, "larger than 5"),
    (packed(sharedStrings=BOMB), "damaged"),
    (packed(sheet1=FAR), "too much memory|more than 20,000"),
])  # fmt: skip
def test_what_is_no_workbook_is_refused_and_harms_nothing(content, why):
    read = xlsforms.read(content, "f.xlsx")
    assert re.search(why, read.errors[0].sentence)
    assert read.xform == ""


def test_the_command_says_the_same(tmp_path):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(workbook(sheets(("text", "a", "A"))))
    bad.write_bytes(workbook(sheets(("text", "a", "A"), ("text", "b", "B", {"relevant": "${c} = 1"}))))
    fine, wrong = (CliRunner().invoke(command, ["check", str(path)]) for path in (good, bad))
    assert (fine.exit_code, wrong.exit_code) == (0, 1)
    assert "f 1: 1 fields" in fine.output
    assert "error: survey, row 3, column relevant" in wrong.output


@pytest.mark.parametrize("name, code", [
    ("English (en)", "en"), ("中文 (zh-Hans)", "zh"), ("简体中文", "zh"), ("en", "en"), ("zh-CN", "zh"), ("default", ""),
    ("Français", "Français"), ("Deutsch (de)", "de"),
])  # fmt: skip
def test_languages_are_known_by_their_names(name, code):
    assert code_of(name) == code
