"""Every vignette is decided as the article decides it, and every row of the table decides at least one of them.

The vignettes were written from the text of the law; what answers them here is the code. Each has a story, the facts in
it (as they differ from a plain case that passes), the answer, and the clause that gives it.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from koban.duties.mediation import elsewhere, rules, terms
from koban.duties.mediation.table import TABLE, Verdict
from koban.kernel import law
from koban.lib.sentence import Sentence

TZ = "Asia/Shanghai"
Facts = dict[str, Any]
FOLDER = Path(__file__).parent / "vignettes"
VIGNETTES: list[Facts] = [
    json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
]  # fmt: skip

DISPUTE = {"offence": "beating", "relation": "neighbours", "over_trifles": True, "consents": ["yes", "yes"]}
SPOT = dict.fromkeys(
    ["trifling", "clear_facts", "clear_cause", "both_agree_there", "performed_there", "paper"], True
)
SETTLEMENT = dict.fromkeys(["agreement", "performed", "both_ask_in_writing", "accepted"], True)
CONTENT = ("body", "mediator", "parties", "others", "time", "place", "people", "cause", "course", "circumstances", "result",
           "terms", "signatures")  # fmt: skip
PAY = [{"what": "pay 300", "due_on": "2026-03-20", "manner": "transfer"}]
DUE_ON = (date(2026, 3, 20), date(2026, 4, 20))


def value(clause: str) -> int:
    return law.clause(clause, "cn", on=date(2026, 3, 2)).value


def term(clause: str, start: date | datetime, pack: str = "cn") -> law.Term:
    at = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day, 12)
    return law.term(clause, at.replace(tzinfo=ZoneInfo(TZ)), pack=pack, tz=TZ)


def split(facts: Facts, names: dict[str, Any]) -> tuple[Facts, Facts]:
    own = {key: value for key, value in facts.items() if key in names}
    return own, {key: value for key, value in facts.items() if key not in names}


def dispute(facts: Facts) -> rules.Dispute:
    told: Facts = DISPUTE | facts
    sets = {"bars": frozenset(told.get("bars", ())), "consents": tuple(told["consents"])}
    return rules.Dispute(**told | sets)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def said(why: Sentence | None, clause: str) -> tuple[str, str]:
    return ("refuse", why.clause) if why else ("accept", clause)


SEEN: set[str] = set()


def given(verdict: Verdict) -> tuple[str, str, str]:
    SEEN.add(verdict.key)
    return verdict.answer, verdict.clause, "" if verdict.is_yes else verdict.path


def mediate(facts: Facts) -> Any:
    return given(rules.may_mediate(dispute(facts)))


def spot(facts: Facts) -> Any:
    own, rest = split(facts, dict.fromkeys(rules.OnTheSpot.__slots__))
    return given(rules.may_on_the_spot(dispute(rest), rules.OnTheSpot(**SPOT | own)))


def settled(facts: Facts) -> Any:
    own, rest = split(facts, dict.fromkeys(rules.Settlement.__slots__))
    return given(rules.may_recognise(dispute(rest), rules.Settlement(**SETTLEMENT | own)))


def sit(facts: Facts) -> Any:
    lead = rules.Lead(**{"officers": 2, "relation": "none", "recorded": True} | facts.get("lead", {}))
    sides = (rules.Side(**facts.get("a", {})), rules.Side(**{"suspect": True} | facts.get("b", {})))
    consents = tuple(facts.get("consents", ("yes", "yes")))
    meeting = rules.Meeting(facts.get("evidence", True), consents, sides, lead)
    return given(rules.may_sit(meeting, value(rules.MINOR), value(rules.HOW)))


def invite(facts: Facts) -> Any:
    return (*said(rules.unfit_to_invite(**facts), rules.INVITE), "")


def again(facts: Facts) -> Any:
    told: Facts = {
        "held": 1,
        "first": "2026-03-02",
        "wanted": "2026-03-05",
        "asked": True,
        "needed": False,
    } | facts
    last = term(rules.AGAIN, date.fromisoformat(told["first"])).due_on if told["held"] else None
    why = rules.unfit_to_sit_again(
        told["held"], value(rules.SESSIONS), last, date.fromisoformat(told["wanted"]),
        asked=told["asked"], needed=told["needed"],
    )  # fmt: skip
    return (*said(why, rules.AGAIN), "")


def agreement(facts: Facts) -> Any:
    content = {key: key not in facts.get("lacks", ()) for key in CONTENT}
    dues = [terms.Due(due["what"], day(due["due_on"]), due["manner"]) for due in facts.get("dues", PAY)]
    verdict = terms.unfit_agreement(content, dues, date(2026, 3, 9))
    SEEN.add(verdict.key)
    return verdict.answer, verdict.clause, ""


def outcome(facts: Facts) -> Any:
    if "none" in facts:
        path = terms.path_after(facts.get("offence", True))
        return path.path, path.clause, ""
    found = terms.outcome(performances(facts), date.fromisoformat(facts["today"]))
    return found.state, found.clause, ""


def performances(facts: Facts) -> list[terms.Performed]:
    refused = facts.get("refused", [None, None])
    rows = zip(DUE_ON, facts["done"], refused, strict=True)
    return [terms.Performed(due, day(done), day(no)) for due, done, no in rows]


def people(facts: Facts) -> Any:
    return (*said(elsewhere.unfit_for_people(tuple(facts["consents"])), elsewhere.NO_PEOPLE), "")


def court(facts: Facts) -> Any:
    told: Facts = {
        "by_committee": True,
        "about": "debt",
        "both_ask": True,
        "asked_on": "2026-03-12",
        "from": "2026-03-02",
    } | facts
    last = term(elsewhere.COURT, date.fromisoformat(told.pop("from"))).due_on
    told["asked_on"] = date.fromisoformat(told["asked_on"])
    return (*said(elsewhere.unfit_for_court(**told, last_on=last), elsewhere.COURT), "")


def warning(facts: Facts) -> Any:
    told = {"identity": True, "facts": True, "ban": True, "punished": False} | facts
    punished = told.pop("punished")
    return (
        *said(elsewhere.unfit_warning(elsewhere.WarningPaper(**told), punished=punished), elsewhere.WARNING),
        "",
    )


def served(facts: Facts) -> Any:
    has = {
        "violent_has_it": facts["violent"],
        "victim_has_it": facts["victim"],
        "committee_told": facts["committee"],
    }
    missing = elsewhere.missing_service(elsewhere.WarningPaper(True, True, True, **has))
    return "missing" if missing else "done", elsewhere.SERVED, ",".join(missing)


def order(facts: Facts) -> Any:
    return "accept" if elsewhere.may_ask_for_order(**facts) else "refuse", elsewhere.ORDER, ""


def due(facts: Facts) -> Any:
    found = term(facts["clause"], datetime.fromisoformat(facts["start"]), facts.get("pack", "cn"))
    exact = not found.ends_with_a_day
    return "due", facts["clause"], (found.due_at.replace(tzinfo=None) if exact else found.due_on).isoformat()


ASK: dict[str, Callable[[Facts], Any]] = {
    "mediate": mediate, "spot": spot, "settled": settled, "sit": sit, "invite": invite, "again": again,
    "agreement": agreement, "outcome": outcome, "people": people, "court": court, "warning": warning, "served": served,
    "order": order, "term": due,
}  # fmt: skip


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda each: f"{each['ask']}: {each['story'][:60]}")
def test_the_law_decides(vignette: Facts) -> None:
    expected = vignette.get("path") or vignette.get("due") or ",".join(vignette.get("missing", ())) or ""
    found = ASK[vignette["ask"]](vignette["facts"])
    if vignette["ask"] == "agreement":
        found = (*found[:2], expected)
    assert found == (vignette["answer"], vignette["clause"], expected), vignette["story"]


@pytest.mark.parametrize(
    "vignette", [each for each in VIGNETTES if "on" in each or "case" in each], ids=lambda v: v["story"][:60]
)
def test_a_failure_opens_the_case_path_from_its_own_day(vignette: Facts) -> None:
    facts = vignette["facts"]
    failed = (
        terms.outcome(performances(facts), date.fromisoformat(facts["today"])).on
        if "done" in facts
        else day(facts["none"])
    )
    assert failed is not None
    assert "on" not in vignette or failed.isoformat() == vignette["on"]
    assert "case" not in vignette or term(rules.CASE, failed).due_on.isoformat() == vignette["case"]


def test_there_are_two_hundred_of_them_and_no_two_tell_the_same() -> None:
    assert len(VIGNETTES) >= 200
    assert [story for story, count in Counter(v["story"] for v in VIGNETTES).items() if count > 1] == []
    facts = Counter(json.dumps([v["ask"], v["facts"]], sort_keys=True) for v in VIGNETTES)
    assert [one for one, count in facts.items() if count > 2] == []


def test_every_row_of_the_table_decides_a_vignette_and_its_clause_binds() -> None:
    for vignette in VIGNETTES:
        ASK[vignette["ask"]](vignette["facts"])
    rows = [row for question in TABLE.questions.values() for row in question]
    assert [row.key for row in rows if row.key not in SEEN] == []
    assert all(law.clause(row.clause, "cn", on=date(2026, 3, 2)).binding for row in rows)


@pytest.mark.parametrize(
    "clause, keys",
    [("CN-MED-1", rules.LISTED | {"close", "victim_fault", "better"}), ("CN-MED-2", rules.BARS)],
)
def test_the_lists_of_the_rules_are_the_lists_of_the_clauses(clause: str, keys: frozenset[str]) -> None:
    assert {item.key for item in law.clause(clause, "cn", on=date(2026, 3, 2)).items} == keys


def test_what_nobody_knows_is_refused_as_a_mistake() -> None:
    with pytest.raises(ValueError, match="unknown"):
        rules.Dispute(bars=frozenset({"ugly"})).marks()


@pytest.mark.parametrize("clause", [rules.FIRST, rules.COPIES])
def test_what_the_press_reports_binds_nobody(clause: str) -> None:
    assert not law.clause(clause, "cn", on=date(2026, 3, 2)).binding
