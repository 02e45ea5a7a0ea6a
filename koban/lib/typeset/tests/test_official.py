"""The official sheet keeps GB/T 9704-2012 (CN-DOC-1), measured on the page."""

import io
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from koban.lib import typeset
from koban.lib.typeset.tests.paper import faults

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MM = 72 / 25.4
TOLD = {
    "title": "关于协助的函",
    "office": "灯湖社区警务室",
    "number": "警室公函〔2026〕1号",
    "recipient": "",
    "parts": [{"kind": "paragraph", "text": "国" * 28 * 60}],
    "issued": "2026年3月2日",
    "copies": [],
    "copies_label": "抄送",
    "draft": "",
}


def glyphs(pdf: bytes):
    """(page, x, y, size) of each shown run, in points from the bottom left corner."""
    document = pikepdf.open(io.BytesIO(pdf))
    for number, page in enumerate(document.pages):
        yield from ((number, *run) for run in _runs(page))


def _runs(page):
    matrix, stack, size, at = pikepdf.Matrix(), [], 0.0, pikepdf.Matrix()
    for one in pikepdf.parse_content_stream(page):
        operands: Any = one.operands
        key = str(one.operator)
        if key == "q":
            stack.append(matrix)
        elif key == "Q":
            matrix = stack.pop()
        elif key == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif key == "Tf":
            size = float(operands[1])
        elif key == "Tm":
            at = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif key in ("Tj", "TJ"):
            yield at.e, at.f, size


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return typeset.typeset("official", TOLD, language="zh-hans", at=NOON)


@pytest.fixture(scope="module")
def lines(sheet):
    """Baselines of the body's lines on the second page, top to bottom, and where each begins."""
    found = defaultdict(list)
    for page, x, y, size in glyphs(sheet):
        if page == 1 and size == pytest.approx(15.75, abs=0.1):
            found[round(y, 2)].append(x)
    return [(y, min(xs)) for y, xs in sorted(found.items(), reverse=True)]


def test_the_sheet_is_pdf_a_on_a4(sheet):
    assert faults(sheet) == []
    document = pikepdf.open(io.BytesIO(sheet))
    box = document.pages[1].MediaBox
    assert [float(edge) / MM for edge in box] == pytest.approx([0, 0, 210, 297], abs=0.1)


def test_a_full_page_has_twenty_two_lines_in_225_millimetres(lines):
    assert len(lines) == 22
    pitch = (lines[0][0] - lines[-1][0]) / 21 / MM
    assert pitch * 21 + 15.75 / MM == pytest.approx(225, abs=0.2)


def test_a_line_has_twenty_eight_characters_of_size_3_in_156_millimetres():
    pdf = typeset.typeset(
        "official",
        TOLD | {"parts": [{"kind": "paragraph", "text": "国" * (26 + 28 * 3)}]},
        language="zh-hans",
        at=NOON,
    )
    body = {
        round(y, 1) for page, _x, y, size in glyphs(pdf) if size == pytest.approx(15.75, abs=0.1) and y < 600
    }
    longer = typeset.typeset(
        "official",
        TOLD | {"parts": [{"kind": "paragraph", "text": "国" * (27 + 28 * 3)}]},
        language="zh-hans",
        at=NOON,
    )
    more = {
        round(y, 1)
        for page, _x, y, size in glyphs(longer)
        if size == pytest.approx(15.75, abs=0.1) and y < 600
    }
    assert len(more) == len(body) + 1  # one character more makes a line more: 2 of indent + 26, then 28 each
    assert pytest.approx(156, abs=0.5) == 28 * 15.75 / MM


def test_top_margin_is_37_and_binding_margin_28_millimetres_within_one(lines):
    top_of_first = 297 - (lines[0][0] + 0.88 * 15.75) / MM
    assert top_of_first == pytest.approx(37, abs=1)
    assert min(x for _y, x in lines) / MM == pytest.approx(28, abs=1)
    last = (lines[-1][0] - 0.12 * 15.75) / MM
    assert pytest.approx(last, abs=1) == 297 - 37 - 225
