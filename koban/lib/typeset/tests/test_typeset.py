"""A paper is set from values, is PDF/A-3a, can be read again, and is refused with words where it cannot be right."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from koban.lib import typeset
from koban.lib.typeset.press import BadForm, Limits, Press, Unset, press
from koban.lib.typeset.tests.paper import faults, fonts_of, opened, text_of
from tools.fonts import HASHES, hashes

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TOLD = {
    "title": "居住登记回执",
    "subtitle": "Receipt of residence registration",
    "office": "灯湖社区警务室",
    "number": "2026-000123",
    "rows": [["姓名", "Name", "欧阳·买买提"], ["住址", "Address", "Zhongshan Road 12\n中山路12号"]],
    "lead": "",
    "note": "本回执可在线核验。",
    "issued": "2026年3月2日",
    "qr_words": "",
}
FONTS = Path(typeset.__file__).with_name("fonts")


def made(language="zh-hans", form="certificate", **changes) -> bytes:
    return typeset.typeset(form, TOLD | changes, language=language, at=NOON)


@pytest.fixture
def forms(tmp_path):
    """Sets a form that lies in a folder of the test, with so much patience."""
    presses = {}

    def set_form(source: str, wall_s: float = 20) -> bytes:
        if wall_s not in presses:
            presses[wall_s] = Press(1, Limits(wall_s=wall_s, memory_bytes=600_000_000), root=tmp_path)
        (tmp_path / "form.typ").write_text(source)
        return typeset.typeset("form.typ", {"title": "x"}, language="en", at=NOON, where=presses[wall_s])

    yield set_form
    for one in presses.values():
        one.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_paper_keeps_every_clause_of_pdf_a_3a(language):
    assert faults(made(language)) == []


def test_every_font_in_a_paper_is_ours_and_cut_to_what_it_shows():
    document = opened(made())
    names = {str(font.BaseFont) for font in fonts_of(document)}
    assert names
    assert all("NotoSansSC" in name and name[7] == "+" for name in names)


def test_the_text_can_be_read_again_in_both_languages():
    text = text_of(made())
    for words in (
        "居住登记回执",
        "Receipt of residence registration",
        "欧阳·买买提",
        "中山路12号",
        "Zhongshan Road 12",
    ):
        assert words in text.replace("\n", "") or words in text


def test_values_are_never_read_as_markup():
    hostile = '#read("/settings.py") $x^2$ *b* [link] \\ "#" // 注'
    assert hostile.replace(" ", "") in text_of(made(note=hostile)).replace(" ", "").replace("\n", "")


def test_the_same_values_give_the_same_bytes():
    assert made() == made()


def test_a_file_is_carried_inside_with_its_relationship():
    file = {"name": "credential.jwt", "text": "eyJ.eyJ.x", "kind": "application/vc+jwt", "what": "credential"}
    pdf = typeset.typeset("certificate", TOLD, language="en", at=NOON, attached=[file])
    document = opened(pdf)
    carried = document.Root.AF[0]
    assert str(carried.AFRelationship) == "/Data"
    assert carried.EF.F.read_bytes() == b"eyJ.eyJ.x"
    assert faults(pdf) == []


@pytest.mark.parametrize("letter", ["𠮷", "👍", "ꡀ"])
def test_a_sign_that_the_typeface_lacks_is_an_error_that_names_it(letter):
    with pytest.raises(typeset.NoGlyph) as no:
        made(rows=[["姓名", "Name", f"张{letter}明"]])
    assert no.value.characters == (letter,)
    assert f"“{letter}” (U+{ord(letter):04X})" in str(no.value)


@pytest.mark.parametrize("letter", ["镕", "囍", "㐂", "龘", "堃", "é", "ß", "Ω", "①", "〇"])
def test_rarer_signs_of_names_can_be_set(letter):
    assert letter in text_of(made(title=letter, note=letter))


def test_all_of_gbk_but_one_arrow_like_sign_can_be_set():
    every = (
        bytes([a, b]).decode("gbk", "ignore")
        for a in range(0x81, 0xFF)
        for b in {*range(0x40, 0xFF)} - {0x7F}
    )
    assert typeset.glyphs.lacking("".join(every)) == ["≒"]


def test_control_and_format_characters_are_left_out():
    assert "张明" in text_of(made(note="张\u200b\u0007明\ufeff"))


def test_a_long_text_of_others_can_show_where_a_sign_is_lacking():
    assert typeset.marked("好👍 ok") == "好〓 ok"


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(BadForm, match="rows"):
        typeset.typeset("certificate", {"title": "x"}, language="en", at=NOON)


@pytest.mark.parametrize(
    "loop, words",
    [
        ("#let x = 1\n#while x > 0 { x += 1 }", "infinite"),
        ("#let f(x) = f(x)\n#f(1)", "depth"),
        ('#import "form.typ": *', "cyclic"),
        ('#read("/../../etc/passwd")', "(?i)root|outside|denied"),
    ],
)
def test_a_form_that_runs_in_circles_or_reaches_out_is_refused(forms, loop, words):
    with pytest.raises(BadForm, match=words):
        forms('#set document(title: "x")\n' + loop)


@pytest.mark.parametrize(
    "source, wall_s, reason",
    [
        ("#for a in range(9000) { for b in range(9000) { for c in range(9000) { } } }", 2, "time"),
        ("#let x = 'aaaaaaaa'\n#for i in range(40) { x = x + x }", 20, "memory"),
    ],
)
def test_a_form_that_takes_too_much_is_stopped_and_the_next_one_is_set(forms, source, wall_s, reason):
    with pytest.raises(Unset) as no:
        forms(source.replace("'", '"'), wall_s)
    assert no.value.reason == reason
    assert forms('#set document(title: "x")\nwell', wall_s).startswith(b"%PDF-1.7")


def test_a_child_that_went_away_is_replaced():
    made()
    press()._warm[-1].kill()
    press()._warm[-1].wait()
    assert made().startswith(b"%PDF-1.7")


def test_the_committed_fonts_are_as_they_were_made():
    assert HASHES.read_text() == hashes()
    assert "SIL OPEN FONT LICENSE" in (FONTS / "LICENSE").read_text().upper()
