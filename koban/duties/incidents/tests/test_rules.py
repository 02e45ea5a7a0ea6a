from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.duties.incidents import rules
from koban.duties.incidents.rules import Crew, Standing, Triage
from koban.duties.incidents.types import ACTS, CATALOGUE
from koban.kernel import law
from koban.lib.sentence import Words

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "code, answers, priority, first_reason",
    [
        ("noise", {}, 4, "peace and quiet"),
        ("noise", {"going_on": "unknown"}, 4, "peace and quiet"),
        ("noise", {"going_on": "yes"}, 2, "it is going on now"),
        ("noise", {"going_on": "no"}, 4, "peace and quiet"),
        ("noise", {"repeated": "yes"}, 3, "it happens again and again"),
        ("noise", {"repeated": "yes", "blows": "yes"}, 2, "it may come to blows"),
        ("theft", {"going_on": "no"}, 4, "it is over"),
        ("theft", {"going_on": "no", "offender_near": "yes"}, 1, "the offender is near"),
        ("fraud", {"money_moving": "yes"}, 1, "the payment can still be stopped"),
        ("fraud", {"going_on": "no"}, 3, "it is over"),
        (
            "missing_person",
            {"vulnerable_missing": "yes"},
            1,
            "the missing person cannot look after themselves",
        ),
        ("sos", {"can_speak": "no"}, 1, "the caller cannot speak"),
        ("noise", {"trapped": "yes"}, 4, "peace and quiet"),
    ],
)
def test_the_script_decides_how_urgent_it_is(
    code: str, answers: dict[str, str], priority: int, first_reason: str
) -> None:
    verdict = rules.triage(code, answers)
    assert verdict.priority == priority
    assert verdict.reasons[0].en == first_reason


ANSWERS = st.dictionaries(
    st.sampled_from(sorted(CATALOGUE.questions)), st.sampled_from(["yes", "no", "unknown"])
)


@given(code=st.sampled_from(sorted(CATALOGUE.types)), answers=ANSWERS)
def test_every_verdict_has_a_priority_and_a_reason_and_unknown_never_makes_it_less_urgent(
    code: str, answers: dict[str, str]
) -> None:
    verdict = rules.triage(code, answers)
    assert 1 <= verdict.priority <= 4
    assert verdict.reasons
    unknown = dict.fromkeys(answers, "unknown")
    assert rules.triage(code, unknown).priority == CATALOGUE[code].priority


def test_the_prompt_for_the_worst_answer_comes_before_the_general_one() -> None:
    assert rules.triage("assault", {"injured": "yes"}).prompts[0] == "bleeding"
    assert rules.triage("medical", {"not_breathing": "yes"}).prompts[0] == "cpr"


def test_a_weapon_sends_two_where_one_would_have_gone() -> None:
    assert rules.triage("dispute", {}).send == 1
    assert rules.triage("dispute", {"weapon": "yes"}).send == 2


@pytest.mark.parametrize(
    "words, kind, code",
    [
        ("楼上半夜唱歌太吵了", "", "noise"),
        ("I smell gas in the hallway", "", "gas"),
        ("老人走失了，下午没回家", "", "missing_person"),
        ("捡到一个钱包", "help", "found_property"),
        ("被骗了，刚转账给客服", "report", "fraud"),
        ("The street light is broken", "help", "facility"),
    ],
)
def test_the_type_is_suggested_from_what_is_typed(words: str, kind: str, code: str) -> None:
    assert rules.suggest_types(words, kind)[0].code == code


def test_nothing_is_suggested_for_words_that_say_nothing() -> None:
    assert rules.suggest_types("hello") == ()
    assert all(type_.kind == "help" for type_ in rules.suggest_types("fire lane blocked, fire", "help"))


@pytest.mark.parametrize(
    "act, crew, clause",
    [
        ("first_aid", Crew(0, 1), None),
        ("cordon", Crew(0, 2), None),
        ("taking_report", Crew(1, 1, recorded=True), None),
        ("taking_report", Crew(2, 0), None),
        ("taking_report", Crew(1, 1), "CN-CASE-4A"),
        ("taking_report", Crew(0, 2, recorded=True), "CN-AUX-1"),
        ("mediation", Crew(1, 0, recorded=True), None),
        ("mediation", Crew(0, 6, recorded=True), "CN-AUX-1"),
        ("questioning", Crew(2, 0), None),
        ("questioning", Crew(1, 6, recorded=True), "CN-CASE-4"),
        ("inspection", Crew(1, 1, recorded=True), "CN-CASE-4"),
        ("coercive_measure", Crew(0, 2), "CN-AUX-1"),
    ],
)
def test_which_acts_need_two_officers_and_which_one_with_a_recording(
    act: str, crew: Crew, clause: str | None
) -> None:
    verdict = rules.unfit_for_act(act, crew)
    assert (verdict.clause if verdict else None) == clause


@given(act=st.sampled_from(sorted(ACTS)), auxiliaries=st.integers(1, 6), recorded=st.booleans())
def test_no_number_of_auxiliaries_replaces_an_officer(act: str, auxiliaries: int, recorded: bool) -> None:
    verdict = rules.unfit_for_act(act, Crew(0, auxiliaries, recorded))
    assert (verdict is None) == (act in rules.HELP)


def test_every_act_of_the_catalogue_belongs_to_one_rule() -> None:
    groups = (rules.TWO_OFFICERS, rules.ONE_OFFICER_RECORDED, rules.HELP)
    assert frozenset().union(*groups) == ACTS
    assert sum(map(len, groups)) == len(ACTS)
    with pytest.raises(ValueError, match="unknown act"):
        rules.unfit_for_act("arrest", Crew(2, 0))


def test_a_break_in_needs_two_officers_and_a_lost_wallet_does_not() -> None:
    assert rules.needs_two_officers("burglary")
    assert not rules.needs_two_officers("lost_property")


@pytest.mark.parametrize(
    "send, crew, why",
    [
        (1, Crew(0, 1), None),
        (1, Crew(0, 0), "Choose who goes."),
        (2, Crew(1, 0), "At least 2 go together: a weapon is there."),
        (2, Crew(1, 1), None),
        (2, Crew(0, 2), None),
    ],
)
def test_who_may_be_sent(send: int, crew: Crew, why: str | None) -> None:
    verdict = Triage(1, (Words("a weapon is there", "有凶器"),), send, (), ())
    found = rules.unfit_to_go(verdict, crew)
    assert (str(found) if found else None) == why


@pytest.mark.parametrize(
    "inside, police, danger, way, clause",
    [
        (True, True, False, "accept", "CN-CASE-1"),
        (True, True, True, "accept", "CN-CASE-1"),
        (False, True, False, "transfer", "CN-CASE-1"),
        (False, True, True, "transfer", "CN-CASE-1A"),
        (True, False, False, "tell", "CN-CASE-1"),
        (False, False, True, "tell", "CN-CASE-1A"),
    ],
)
def test_whose_a_report_is(inside: bool, police: bool, danger: bool, way: str, clause: str) -> None:
    disposal = rules.own_jurisdiction(inside=inside, police=police, danger=danger)
    assert (disposal.way, disposal.act_first, disposal.why.clause) == (way, danger, clause)


def test_who_does_not_accept_being_told_gets_it_in_writing() -> None:
    disposal = rules.own_jurisdiction(inside=True, police=False, danger=False, disputed=True)
    assert disposal.in_writing
    assert "in writing" in str(disposal.why)


def test_the_ambulance_is_not_the_police_and_the_traffic_police_are() -> None:
    assert not rules.is_for_police("ambulance")
    assert rules.is_for_police("traffic_police")


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_the_terms_that_start_with_an_incident_all_stand_in_the_pack(priority: int) -> None:
    terms = rules.first_terms(priority)
    assert terms.keys() == {"dispatch", "arrive", "answer"}
    assert all(law.term(clause, NOON, tz="Asia/Shanghai").due_at > NOON for clause in terms.values())


def test_the_more_urgent_it_is_the_sooner_somebody_must_be_there() -> None:
    due = [law.term(rules.first_terms(p)["arrive"], NOON, tz="Asia/Shanghai").due_at for p in (1, 2, 3, 4)]
    assert due == sorted(set(due))


REACHED = Standing(can_be_reached=True)


@pytest.mark.parametrize(
    "change, why",
    [
        ({"answered": True}, None),
        ({}, "nothing closes without an answer"),
        ({"can_be_reached": False}, None),
        ({"answered": True, "busy_units": 1}, "free them first"),
    ],
)
def test_nothing_closes_without_an_answer(change: dict[str, object], why: str | None) -> None:
    found = rules.unfit_to_close(replace(REACHED, **change))  # type: ignore[arg-type]
    assert (why in str(found)) if why else found is None


@pytest.mark.parametrize("reached, allowed", [(True, False), (False, True)])
def test_only_who_left_no_way_to_reply_gets_no_answer(reached: bool, allowed: bool) -> None:
    assert (rules.unfit_to_close_unanswered(Standing(can_be_reached=reached)) is None) == allowed
    assert rules.unfit_to_close_unanswered(Standing(can_be_reached=False, busy_units=1)) is not None


@pytest.mark.parametrize(
    "change, why",
    [
        ({"their_receipt": True, "told_of_referral": True}, None),
        ({"their_receipt": True}, "Tell the resident"),
        ({"told_of_referral": True}, "not confirmed"),
        ({"their_receipt": True, "can_be_reached": False}, None),
    ],
)
def test_a_referred_incident_closes_with_a_receipt_and_the_resident_told(
    change: dict[str, Any], why: str | None
) -> None:
    found = rules.unfit_to_close_referred(replace(REACHED, **change))
    assert (why in str(found)) if why else found is None


def test_an_answer_waits_for_what_the_checklist_needs_and_names_it_in_the_readers_language() -> None:
    found = rules.unfit_to_answer(
        replace(REACHED, open_items=(Words("Arrival noted", "记录到场"), Words("Told", "已告知")))
    )
    assert found is not None
    assert "Arrival noted; Told" in str(found)
    assert "记录到场; 已告知" in found.said(str, "zh-hans")
    assert rules.unfit_to_answer(REACHED) is None


@pytest.mark.parametrize("days, too_late", [(0, False), (14, False), (15, True)])
def test_closed_but_not_fixed_reopens_within_its_window(days: int, too_late: bool) -> None:
    found = rules.too_late_to_reopen(NOON, NOON + timedelta(days=days), timedelta(days=14))
    assert (found is not None) == too_late


@pytest.mark.parametrize(
    "state, referrals, handed_over",
    [
        ("referred_out", ["sent"], True),
        ("closed", ["received"], True),
        ("closed", ["refused", "done"], True),
        ("closed", ["refused"], False),
        ("closed", [], False),
        ("triaged", ["refused"], False),
        ("reopened", ["received"], False),
    ],
)
def test_after_hand_over_the_office_sees_the_status_alone(
    state: str, referrals: list[str], handed_over: bool
) -> None:
    assert rules.is_handed_over(state, referrals) == handed_over
