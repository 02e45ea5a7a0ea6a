"""The answer to "why?" on a page, in both languages."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from koban.kernel import law

DAY = date(2026, 3, 2)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def shown(source: str, language: str = "en", **context) -> str:
    with translation.override(language):
        html = Template("{% load law %}" + source).render(Context({"day": DAY, **context}))
    return " ".join(html.split())


def term(id: str, start: str, pack: str = "cn") -> law.Term:
    return law.term(id, datetime.fromisoformat(start).replace(tzinfo=SHANGHAI), pack=pack, tz=SHANGHAI)


def test_a_term_says_which_clause_it_rests_on():
    html = shown("{% why term %}", term=term("CN-CASE-1", "2026-03-02T14:20"))
    for part in (
        "<details",
        "What becomes of a report",
        "CN-CASE-1",
        "24 hours",
        "art. 61",
        "2026-03-03 14:20",
    ):
        assert part in html
    assert "checked against the text" in html
    assert "to be checked again" in html


def test_it_answers_in_chinese():
    html = shown("{% why term %}", "zh-hans", term=term("CN-CASE-3", "2026-01-16T09:00"))
    for part in ("依据？", "办案期限三十日", "30 日", "第 165 条", "2026-02-24 当日结束", "期限顺延"):
        assert part in html
    assert "Why" not in html


@pytest.mark.parametrize(
    "id, pack, mark",
    [
        ("OFFICE-ANSWER-1", "cn", "house standard"),
        ("CN-110-2", "cn", "Guidance only"),
        ("CN-110-2", "demo", "This office has switched it on."),
        ("CN-LOST-1", "cn", "From memory"),
        ("JN-12345", "cn-sd-jn", "local rule"),
    ],
)
def test_how_sure_we_are_stands_beside_the_clause(id, pack, mark):
    assert mark in shown("{% why id pack=pack on=day %}", id=id, pack=pack)


@pytest.mark.parametrize("id", ["CN-CASE-1", "OFFICE-ANSWER-1"])
def test_what_is_certain_carries_no_doubt(id):
    html = shown("{% why id on=day %}", id=id)
    assert "unverified" not in html
    assert "provisional" not in html
    assert "why-guidance" not in html


def test_a_term_into_an_unannounced_year_is_provisional():
    html = shown("{% why term %}", term=term("OFFICE-ANSWER-1", "2026-12-28T09:00"))
    assert "The days off of that year are not announced yet." in html


def test_a_clause_in_running_text_shows_its_title():
    assert "<summary>two of you</summary>" not in shown("{% clause 'CN-CASE-4' on=day %}")
    assert "<summary>two of you<" in shown("{% clause 'CN-CASE-4' on=day label='two of you' %}")
    html = shown("{% clause 'CN-CASE-4' on=day %}")
    assert "<summary>Two officers for gathering evidence</summary>" in html
    assert "<li>Questioning</li>" in html


def test_the_pack_is_that_of_the_station_on_the_page():
    html = shown("{% clause 'CN-AUX-1' on=day %}", station=SimpleNamespace(pack="cn-ha"))
    assert "Henan" in html


@pytest.mark.parametrize(
    "id, words",
    [("CN-CASE-4", "2 people"), ("CN-CASE-4A", "1 person"), ("OFFICE-WARN-1", "25 %"), ("CN-CASE-2", "")],
)
def test_amounts_are_told_in_words(id, words):
    assert shown("{{ rule|amount }}", rule=law.clause(id, on=DAY)) == words


def test_the_same_instant_is_told_in_the_hours_of_its_own_station():
    there = term("CN-CASE-1", "2026-03-02T14:20")
    here = law.term("CN-CASE-1", there.starts_at, tz="Europe/Helsinki")
    assert there == here
    assert "2026-03-03 14:20" in shown("{% why term %}", term=there)
    assert "2026-03-03 08:20" in shown("{% why term %}", term=here)


def test_a_line_and_not_a_page_is_asked_of_the_reader():
    html = shown("{% why 'CN-CASE-1' on=day %}")
    assert html.startswith('<details class="why">')
    assert "open" not in html.split(">")[0]
