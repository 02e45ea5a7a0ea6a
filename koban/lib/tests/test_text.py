"""Text as people write it: kept whole, cleaned of what nobody sees, found by characters, pinyin and initials."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib import text
from koban.lib.mistakes import Mistake

ANY = st.text(max_size=60)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "raw, cleaned",
    [
        ("  Hello   there ", "Hello there"),
        ("one\ntwo\r\nthree\u2028four\tfive", "one two three four five"),
        ("Cafe\u0301", "Caf\u00e9"),  # to NFC
        ("阿卜杜·热合曼", "阿卜杜·热合曼"),  # the middle dot
        ("𠮷田 㐂 䶮 𬎆", "𠮷田 㐂 䶮 𬎆"),  # rare characters
        ("葛\U000e0100", "葛\U000e0100"),  # a form of a character
        ("\ue000", "\ue000"),  # private characters of older systems
        ("👨‍👩‍👧", "👨‍👩‍👧"),  # joiners inside emoji
        ("می‌خواهم", "می‌خواهم"),  # and inside words
        ("pay \u202eevil\u202c\u200b\ufeff", "pay evil"),  # turned round and hidden
        ("全角　空格", "全角 空格"),
        ("", ""),
    ],
)
def test_a_line_is_cleaned_and_kept(raw, cleaned):
    assert text.clean(raw, 100) == cleaned


def test_a_story_keeps_its_lines():
    assert text.clean(" one \r\n\r\n  two\tthree \n", 100, lines=True) == "one\n\ntwo three"


@pytest.mark.parametrize(
    "raw, character",
    [
        ("a\x00b", "U+0000"),
        ("bell\x07", "U+0007"),
        ("\x1b[31m", "U+001B"),
        ("\x7f", "U+007F"),
        ("\ud800", "U+D800"),
        ("\ufffe", "U+FFFE"),
        ("\ufdd0", "U+FDD0"),
    ],
)
def test_what_no_screen_shows_is_refused_by_name(raw, character):
    with pytest.raises(Mistake, match=character.replace("+", r"\+")) as mistake:
        text.clean(raw, 100)
    assert mistake.value.code == "unshowable"


@pytest.mark.parametrize("length, fits", [(5, True), (6, False)])
def test_length_is_counted_in_characters_after_cleaning(length, fits):
    raw = "  " + "𠮷" * length + "\u200b  "
    if fits:
        assert len(text.clean(raw, 5)) == 5
        return
    with pytest.raises(Mistake, match="6 characters, at most 5") as mistake:
        text.clean(raw, 5)
    assert mistake.value.code == "too_long"


@given(ANY, st.booleans())
def test_cleaning_twice_changes_nothing_more(raw, lines):
    try:
        once = text.clean(raw, 100, lines=lines)
    except Mistake:
        return
    assert text.clean(once, 100, lines=lines) == once
    assert unicodedata.is_normalized("NFC", once)
    assert lines or "\n" not in once


@pytest.mark.parametrize(
    "name, latin",
    [
        ("张伟", "Zhang Wei"),
        ("单雄信", "Shan Xiongxin"),
        ("曾国藩", "Zeng Guofan"),
        ("仇英", "Qiu Ying"),
        ("解珍", "Xie Zhen"),
        ("查良镛", "Zha Liangyong"),
        ("区家麟", "Ou Jialin"),
        ("朴树", "Piao Shu"),
        ("翟天临", "Zhai Tianlin"),
        ("尉迟恭", "Yuchi Gong"),
        ("万俟卨", "Moqi Xie"),
        ("欧阳修", "Ouyang Xiu"),
        ("吕布", "Lü Bu"),
        ("王", "Wang"),
    ],
)
def test_names_are_read_as_their_owners_read_them(name, latin):
    assert text.romanise(name) == latin


def found(query: str, *parts: str) -> bool:
    """As the index asks: each token of the query is the beginning of some token."""
    indexed = text.search_text(*parts).split()
    wanted = text.query_tokens(query)
    return bool(wanted) and all(any(token.startswith(want) for token in indexed) for want in wanted)


@pytest.mark.parametrize(
    "query, part, hit",
    [
        ("张伟", "张伟", True),
        ("伟", "张伟", True),
        ("zhangwei", "张伟", True),
        ("zhang wei", "张伟", True),
        ("ZhangW", "张伟", True),
        ("zw", "张伟", True),
        ("wz", "张伟", False),
        ("李", "张伟", False),
        ("shanxx", "单雄信", False),
        ("shanxiong", "单雄信", True),
        ("dan", "单雄信", True),  # who reads it wrongly finds it too
        ("zgc", "海淀区中关村大街27号", True),
        ("zhongguancun 27", "海淀区中关村大街27号", True),
        ("27", "中关村大街２７号", True),  # wide digits
        ("lv", "吕布", True),
        ("lubu", "吕布", True),
        ("lü", "吕布", True),
        ("rehe", "阿卜杜·热合曼", True),
        ("热合", "阿卜杜·热合曼", True),
        ("𠮷", "𠮷田", True),
        ("kallio", "Kallion Café", True),
        ("cafe", "Kallion Café", True),
        ("路燈", "路燈壞了", True),
        ("", "张伟", False),
        ("“…” !", "张伟", False),
    ],
)
def test_what_a_search_finds(query, part, hit):
    assert found(query, part) is hit


def test_characters_stand_in_order_so_that_neighbours_can_be_asked_for():
    assert text.search_text("张伟 12").startswith("张 伟 12 ")


def test_a_long_story_is_found_by_its_characters_and_costs_no_pinyin():
    story = "楼上邻居半夜放音乐太吵" * 10
    assert len(text.search_text(story).split()) == len(story)


@given(ANY, ANY)
def test_tokens_cannot_be_operators(a, b):
    tokens = [*text.query_tokens(a), *text.search_text(a, b).split()]
    assert all(token.isalnum() and token == token.casefold() for token in tokens)


@given(HAN)
def test_every_name_is_found_by_itself_and_by_its_pinyin(name):
    assert found(name, name)
    assert found(" ".join(text.name_syllables(name)), name)


@pytest.mark.parametrize(
    "a, b, least, most",
    [
        ("三号楼下有人打架", "三号楼门口两个人打架", 0.35, 0.99),
        ("水管爆裂，路面积水", "路面大量积水，水管破了", 0.35, 0.99),
        ("The street lamp is broken", "street light broken at the corner", 0.35, 0.99),
        ("路灯坏了", "自行车被偷", 0, 0.1),
        ("老人走失，穿红色外套", "楼道堆放杂物堵塞消防通道", 0, 0.1),
        ("My bicycle was stolen", "Two men are fighting at the gate", 0, 0.2),
        ("Lamp broken!", "lamp  BROKEN", 1, 1),
        ("路灯坏了", "路灯坏了。", 1, 1),
        ("", "路灯坏了", 0, 0),
        ("!!!", "???", 0, 0),
    ],
)
def test_how_alike_two_reports_are(a, b, least, most):
    assert least <= round(text.likeness(a, b), 9) <= most


@given(ANY, ANY)
def test_likeness_is_between_nothing_and_one_both_ways(a, b):
    assert 0 <= text.likeness(a, b) <= 1
    assert text.likeness(a, b) == pytest.approx(text.likeness(b, a))
    assert text.likeness(a, a) in (0.0, pytest.approx(1.0))
