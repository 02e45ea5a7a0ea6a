"""Templates are data: what they name exists, they say all in both languages, and what is wrong is said with its file."""

from datetime import date
from typing import Any

import pytest

from koban.kernel import law
from koban.lib.sentence import Words
from koban.matters.documents import letters
from koban.matters.documents.facts_of import FACTS, of_duties
from koban.matters.documents.letters import Blank, Letter, LetterError, filled, read, unknown

DAY = date(2026, 3, 2)
GOOD: dict[str, Any] = {
    "key": "plain",
    "pack": "office",
    "register": "letter",
    "form": "letter",
    "approvals": 1,
    "title": {"en": "Letter", "zh": "函"},
    "reference": {"en": "L {year}-{number}", "zh": "函〔{year}〕{number}号"},
    "text": {"en": "Dear {name}", "zh": "{name}："},
    "field": [{"key": "name", "label": {"en": "Name", "zh": "姓名"}}],
}


def test_every_shipped_template_is_sound_and_its_facts_exist():
    known = {**FACTS, **of_duties()}
    assert {one.key for one in letters.every()} >= {"receipt", "evidence", "answer", "notice", "official"}
    assert [
        b.source for one in letters.every() for b in one.blanks if b.source and b.source not in known
    ] == []
    clauses = [one.clause for one in letters.every() if one.clause]
    assert [law.clause(clause, "cn", on=DAY).id for clause in clauses] == clauses


@pytest.mark.parametrize(
    "change, words",
    [
        ({"text": {"en": "Dear {nmae}", "zh": "{name}："}}, "plain.toml: the text names the field nmae"),
        ({"text": {"en": "Dear {name}"}}, "'zh' is missing"),
        ({"text": {"en": "{>a}", "zh": "x"}}, "the block a > b > a contains itself"),
        ({"text": {"en": "{>none}", "zh": "x"}}, "there is no block none"),
        ({"approvals": 3}, "approvals is none of those"),
        ({"form": "poster"}, "none of those"),
        ({"reference": {"en": "L {year}", "zh": "{year}{number}"}}, "reference needs"),
        (
            {"field": [{"key": "name", "label": {"en": "N", "zh": "名"}, "kind": "picture"}]},
            "unknown kind: picture",
        ),
        ({"field": [{"key": "name"}]}, "'label' is missing"),
    ],
)
def test_a_template_that_is_wrong_is_refused_by_name(change, words):
    blocks = {"a": Words("{>b}", "x"), "b": Words("{>a}", "x")}
    with pytest.raises(LetterError, match=words.replace("(", r"\(")):
        read(GOOD | change, blocks, "plain.toml")


def test_the_nearest_pack_wins():
    assert letters.letters("cn")["official"].form == "official"
    assert letters.letters("uk")["official"].form == "letter"
    assert letters.letters("cn-sd-jn")["official"].pack == "cn"


LETTER = Letter(
    "k", "office", "letter", "letter", 1, Words("T", "T"), Words("{year}{number}", ""), Words("", ""),
    (Blank("name", Words("N", "N")), Blank("more", Words("M", "M"), needed=False), Blank("things", Words("T", "T"), "table")),
)  # fmt: skip


@pytest.mark.parametrize(
    "text, values, made",
    [
        ("Dear {name}", {"name": "Li"}, "Dear Li"),
        ("Dear {name}", {}, "Dear {name}"),
        ("Dear {name}{more}", {"name": "Li"}, "Dear Li"),
        ("{table:things}", {"things": [["a"]]}, "{table:things}"),
        ("{other}", {"other": "x"}, "{other}"),
        ("{name}", {"name": "{name} {more}"}, "{name} {more}"),
    ],
)
def test_what_is_known_is_filled_in_and_what_is_not_stays_to_be_seen(text, values, made):
    assert filled(LETTER, text, values) == made


def test_names_that_a_text_may_not_hold():
    assert unknown(LETTER, "{name} {table:things} {table:name} {x} {recipient}") == ["table:name", "x"]
