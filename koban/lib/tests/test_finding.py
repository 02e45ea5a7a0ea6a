"""Terms of places, and what is meant by what was typed."""

import pytest

from koban.lib import finding


@pytest.mark.parametrize(
    "name, terms",
    [
        ("灯湖路12号", ["12号", "灯", "湖", "路", "12", "denghulu", "dhl", "hulu", "hl", "lu", "l"]),
        ("灯湖路12号3号楼2单元501室", ["12号", "灯", "湖", "路", "12", "3", "2", "501", "denghulu", "dhl"]),
        ("12 Denghu Road", ["12", "denghu", "road"]),
        ("钟楼街A5号", ["a5号", "钟", "楼", "街", "zhongloujie", "zlj"]),
    ],
)
def test_a_place_is_found_by_its_characters_its_sound_and_its_numbers(name, terms):
    found = finding.place_terms(name)
    assert set(terms) <= set(found)


def test_words_that_every_address_says_are_no_terms():
    assert {"单", "元", "室", "danyuan", "shi"}.isdisjoint(finding.place_terms("灯湖路12号3号楼2单元501室"))


@pytest.mark.parametrize(
    "typed, terms, door",
    [
        ("灯湖路12号", ["灯", "湖", "路", "12"], "12"),
        ("denghulu12hao3danyuan", ["denghulu", "12", "3"], "12"),
        ("3单元 灯湖路 12号", ["3", "灯", "湖", "路", "12"], "12"),
        ("12-3-501 灯湖路", ["12", "3", "501", "灯", "湖", "路"], "12"),
        ("ＤＨＬ　１２", ["dhl", "12"], "12"),
        ("", [], ""),
        ("'; DROP TABLE", ["drop", "table"], ""),
    ],
)
def test_what_was_typed_is_taken_apart(typed, terms, door):
    assert finding.asked(typed) == terms
    assert finding.door_asked(typed) == door


@pytest.mark.parametrize(
    "word, meant",
    [
        ("dneghulu", ["denghulu"]),
        ("dengulu", ["denghulu"]),
        ("denghul", ["denghulu"]),
        ("dengh", ["denghulu"]),
        ("denjhu", ["denghulu"]),
        ("deng", ["denghulu"]),
        ("xyz", []),
        ("beijing", []),
    ],
)
def test_a_slip_is_seen_through(word, meant):
    assert finding.meant(word, ["denghulu", "yueqiaojie", "dhl"]) == meant


def test_by_sound_and_with_one_character_less():
    assert finding.by_sound("灯胡路12号") == ["denghulu", "12"]
    assert ["灯", "路", "12"] in list(finding.one_character_less("灯潮路12号"))
    assert list(finding.one_character_less("灯湖12")) == []
