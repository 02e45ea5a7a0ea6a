"""What the facts of a page and its actor say to a reader."""

import pytest
from django.utils import translation

from koban.kernel.access.roles import called
from koban.matters.facts import meant, told
from koban.matters.timeline import sentence_of

CHINESE = "zh-hans"


@pytest.mark.parametrize(
    "label, role, said",
    [
        ("public", "public", "来自外部的人"),
        ("system", "system", "本系统"),
        ("resident", "resident", "居民"),
        ("volunteer", "volunteer", "志愿者"),
        ("110", "machine", "其他系统 (110)"),
        ("FJ102", "auxiliary", "FJ102"),
        ("", "public", "来自外部的人"),
        ("", "", ""),
    ],
)
def test_who_did_it_is_said_in_the_language_of_the_reader(label, role, said):
    with translation.override(CHINESE):
        assert str(called(label, role)) == said


@pytest.mark.parametrize(
    "verb, name, value, said",
    [
        ("matters.term", "clause", "OFFICE-CALLBACK-1", "答复后回访"),
        ("matters.term", "clause", "NO-SUCH-1", "NO-SUCH-1"),
        ("incidents.arrive", "to", "on_scene", "已到场"),
        ("incidents.refer_out", "to", "anti_fraud", "反诈中心"),
        ("matters.refer", "to", "incidents", "报警与求助"),
        ("incidents.open", "type", "noise", "噪声扰民"),
        ("incidents.open", "channel", "walk_in", "到窗口"),
        ("incidents.referral", "status", "received", "已收到"),
        ("incidents.log", "item", "nobody_knows", "nobody_knows"),
        ("access.appoint", "role", "chief", "所长"),
        ("access.refused", "action", "desk:ledger", "查阅台账记录"),
        ("access.refused", "action", "account_reset_password", "此处不开放的页面"),
        ("incidents.open", "priority", 3, "3"),
        ("incidents.call_back", "reached", True, "是"),
        ("roster.plan", "first", "2026-11-10", "2026年11月10日"),
        ("matters.term", "due", "2026-11-05T23:59:59+08:00", "2026年11月5日 15:59"),
        ("matters.term", "due", "2026-11-05T23:59", "2026-11-05T23:59"),
    ],
)
def test_a_fact_is_said_in_the_language_of_the_reader(verb, name, value, said):
    with translation.override(CHINESE):
        assert str(meant(verb, name, value)) == said


def test_ids_lists_and_empty_facts_are_for_the_machine_alone():
    facts = {
        "note": "x",
        "post": "01a20db9-bae4-714e-84b6-fdc3c23490dd",
        "posts": [],
        "act": "",
        "number": "2026-000001",
    }
    assert [(str(name), value) for name, value in told("incidents.log", facts)] == [("number", "2026-000001")]


def test_a_term_is_told_by_the_title_of_its_clause():
    with translation.override(CHINESE):
        assert "答复后回访" in sentence_of("matters.term", {"clause": "OFFICE-CALLBACK-1"})
