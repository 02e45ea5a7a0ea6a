"""The packs that ship: complete, sourced, bilingual, and true to their own cases."""

from datetime import date

import pytest

from koban.kernel import law
from koban.kernel.law import Clause, Confidence
from koban.kernel.law.cases import failures

PACKS = law.keys()
EVERY = [rule for key in PACKS for rule in law.all_clauses(key) if rule.pack == key]


def name(rule: Clause) -> str:
    return f"{rule.pack}:{rule.id}"


@pytest.mark.parametrize("key", PACKS)
def test_every_case_of_every_clause_holds(key):
    assert list(failures(law.load(key))) == []


@pytest.mark.parametrize("rule", EVERY, ids=name)
def test_every_clause_says_what_where_from_and_how_sure(rule):
    for words in (rule.title, rule.text, rule.source):
        assert words.en
        assert words.en.isascii()
        assert any("\u4e00" <= character <= "\u9fff" for character in words.zh)
    assert rule.valid_from > date(1950, 1, 1)
    assert len(rule.cases) >= 3
    assert rule.article or rule.confidence is not Confidence.PRIMARY
    assert {item.key.isidentifier() for item in rule.items} <= {True}


@pytest.mark.parametrize("rule", EVERY, ids=name)
def test_nothing_unverified_binds_by_itself(rule):
    by_itself = rule.confidence in (Confidence.PRIMARY, Confidence.HOUSE)
    assert rule.binding is by_itself


@pytest.mark.parametrize("rule", [rule for rule in EVERY if rule.confidence is Confidence.HOUSE], ids=name)
def test_a_house_standard_says_that_it_is_no_law(rule):
    assert rule.id.startswith("OFFICE-")
    assert "not law" in rule.source.en
    assert "不是法律" in rule.source.zh


@pytest.mark.parametrize("rule", [rule for rule in EVERY if rule.pack == "cn"], ids=name)
def test_numbers_that_hold_in_one_region_only_do_not_bind_the_country(rule):
    assert not (rule.local and rule.binding)


@pytest.mark.parametrize(
    "pack, id, value",
    [
        ("cn", "CN-CASE-1", 24),
        ("cn", "CN-CASE-3", 30),
        ("cn", "CN-CASE-4", 2),
        ("cn", "CN-PET-1", 15),
        ("cn", "CN-PET-1A", 60),
        ("cn", "CN-HOT-1", 3),
        ("cn-sd-jn", "JN-12345", 5),
        ("demo", "JN-12345", 5),
        ("uk", "UK-NPG", 72),
        ("uk", "OFFICE-ANSWER-1", 5),
    ],
)
def test_the_numbers_of_the_law(pack, id, value):
    assert law.clause(id, pack, on=date(2026, 3, 2)).value == value


def test_the_generated_town_shows_local_and_enabled_rules():
    today = date(2026, 3, 2)
    assert law.clause("CN-AUX-1", "demo", on=today).pack == "cn-ha"
    assert law.clause("CN-AUX-1", "cn", on=today).binding is False
    assert law.clause("CN-110-2", "demo", on=today).binding is True
    assert law.clause("CN-110-2", "cn", on=today).binding is False


def test_the_list_of_clauses_is_in_order_and_can_be_asked_for_a_day():
    found = law.all_clauses("cn")
    assert [rule.id for rule in found] == sorted(rule.id for rule in found)
    before = {rule.id for rule in law.all_clauses("cn", on=date(2025, 12, 31))}
    after = {rule.id for rule in law.all_clauses("cn", on=date(2026, 1, 1))}
    assert after - before == {"CN-PSAPL-26"}


@pytest.mark.parametrize(
    "pack, id, on, message",
    [
        ("cn", "CN-NONE-1", date(2026, 3, 2), "has no clause CN-NONE-1"),
        ("cn", "JN-12345", date(2026, 3, 2), "has no clause JN-12345"),
        ("cn", "CN-CASE-1", date(2018, 12, 31), "does not hold on 2018-12-31"),
    ],
)
def test_a_clause_that_is_not_there_is_named(pack, id, on, message):
    with pytest.raises(law.NoClause, match=message):
        law.clause(id, pack, on=on)


@pytest.mark.parametrize("key", ["", "nowhere", "../cn", "cn/../cn", "CN", "cn\x00"])
def test_a_pack_is_a_plain_name(key):
    with pytest.raises(law.NoPack):
        law.load(key)


def test_a_clause_of_words_has_no_number():
    rule = law.clause("CN-CASE-2", on=date(2026, 3, 2))
    with pytest.raises(law.NoValue, match="CN-CASE-2"):
        rule.value  # noqa: B018
    with pytest.raises(law.NoValue, match="CN-CASE-2"):
        rule.allows(1)
