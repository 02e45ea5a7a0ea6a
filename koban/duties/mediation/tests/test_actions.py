"""From a dispute to an agreement, a failure or protection: what may be done, and which term runs then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.duties.mediation import actions, performing, protecting, rules, sitting, taking, tasks
from koban.duties.mediation.models import Agreement, Mediation, Performance, ProtectionStep, Session
from koban.duties.mediation.sitting import Came, Owed
from koban.duties.mediation.taking import Facts, SideTold
from koban.duties.mediation.tests.conftest import CONTENT, FACTS, NOON, PAYS, SITTING, fresh, side
from koban.kernel.ledger import PUBLIC, Actor, reading
from koban.kernel.notices.models import Notice
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.matters import joins
from koban.matters.models import Deadline, Matter
from koban.matters.places import Place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Take = Callable[..., Mediation]


def state(mediation: Mediation) -> str:
    return str(fresh(mediation).matter.state)


def running(mediation: Mediation) -> dict[str, date]:
    rows = Deadline.objects.filter(matter=mediation.matter, met_at=None)
    return {row.key: row.due_at.date() for row in rows}


def told(office: Station, li: Actor, at: datetime = NOON) -> dict[str, Any]:
    return {"by": li, "at": at, "station": office}


def test_the_case_path_runs_from_the_first_minute_of_an_offence(taken: Take) -> None:
    assert running(taken()) == {"case": date(2026, 4, 8)}
    assert running(taken(Facts())) == {"consent": date(2026, 3, 12)}


def test_what_the_table_takes_stops_the_case_and_asks_both(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken()
    assert actions.decide(mediation, **told(office, li)).is_yes
    assert (state(mediation), running(mediation)) == ("consent", {"consent": date(2026, 3, 12)})


@pytest.mark.parametrize(
    "change, went, clause",
    [
        ({"bars": "gang"}, "case", "CN-MED-2"),
        ({"is_crime": True}, "case", "CN-MED-1"),
        ({"offence": ""}, "told", "CN-MED-3"),
        ({"violence_at_home": True}, "protection", "CN-DV-1"),
    ],
)
def test_what_the_table_refuses_goes_its_way_with_the_clause(
    taken: Take, office: Station, li: Actor, change: dict[str, Any], went: str, clause: str
) -> None:
    mediation = taken(replace(FACTS, **change))
    verdict = actions.decide(mediation, **told(office, li))
    assert (state(mediation), verdict.clause, fresh(mediation).decided_by_clause) == (went, clause, clause)
    if went == "case":
        assert running(mediation) == {"case": date(2026, 4, 8)}


def test_an_auxiliary_takes_and_asks_but_decides_nothing(taken: Take, office: Station, aux: Actor) -> None:
    mediation = taken()
    taking.write_evidence(mediation, "picture", "the door", by=aux, at=NOON)
    with pytest.raises(Denied):
        actions.decide(mediation, **told(office, aux))


def test_nothing_begins_before_both_said_yes(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken()
    actions.decide(mediation, **told(office, li))
    actions.answer(side(mediation, "a"), "yes", **told(office, li))
    with pytest.raises(Refused, match="voluntary") as refused:
        actions.begin(mediation, **told(office, li))
    assert refused.value.clause == "CN-MED-4"


@pytest.mark.parametrize("letter", ["a", "b"])
def test_each_side_leaves_without_a_reason_and_the_case_runs_from_that_day(
    begun: Take, office: Station, letter: str
) -> None:
    mediation = begun()
    later = NOON + 3 * DAY
    actions.leave(side(mediation, letter), by=PUBLIC, at=later, station=office)
    assert (state(mediation), fresh(mediation).failed_on) == ("case", date(2026, 3, 12))
    assert running(mediation) == {"case": date(2026, 4, 13)}  # the thirtieth day is a Saturday


def test_no_session_without_evidence(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken()
    actions.decide(mediation, **told(office, li))
    for letter in ("a", "b"):
        actions.answer(side(mediation, letter), "yes", **told(office, li))
    actions.begin(mediation, **told(office, li))
    with pytest.raises(Refused, match="evidence") as refused:
        sitting.hold(fresh(mediation), SITTING, **told(office, li))
    assert refused.value.clause == "CN-MED-4"


@pytest.mark.parametrize(
    "change, clause",
    [
        ({"relation": "kin"}, "CN-MED-11"),
        ({"relation": ""}, "CN-MED-11"),
        ({"is_recorded": False}, "CN-CASE-4A"),
        ({"b": Came(there=False)}, "CN-MED-4"),
        ({"b": Came(there=False, sends=True)}, "CN-MED-4"),
        ({"guest": "other"}, "CN-MED-12"),
    ],
)
def test_who_may_not_sit_or_lead_is_told_why(
    begun: Take, office: Station, li: Actor, change: dict[str, Any], clause: str
) -> None:
    with pytest.raises(Refused) as refused:
        sitting.hold(begun(), replace(SITTING, **change), **told(office, li))
    assert refused.value.clause == clause
    assert not Session.objects.exists()


def test_a_minor_sits_with_a_guardian(begun: Take, office: Station, li: Actor) -> None:
    mediation = begun(a=SideTold("Sun", age=15))
    with pytest.raises(Refused, match="guardian"):
        sitting.hold(mediation, SITTING, **told(office, li))
    sitting.hold(mediation, replace(SITTING, a=Came(guardian=True)), **told(office, li))


def test_at_sixteen_on_own_work_nobody_is_told_if_they_agree_and_who_needs_an_interpreter_gets_one(
    begun: Take, office: Station, li: Actor
) -> None:
    mediation = begun(a=SideTold("Sun", age=16, own_work=True, nobody_told=True, interpreter_for="Spanish"))
    with pytest.raises(Refused, match="interpreter") as refused:
        sitting.hold(mediation, SITTING, **told(office, li))
    assert refused.value.clause == "CN-MED-13"
    sitting.hold(mediation, replace(SITTING, a=Came(interpreter=True)), **told(office, li))


def test_the_injured_side_sends_somebody_with_a_letter_and_the_suspect_nobody(
    begun: Take, office: Station, li: Actor
) -> None:
    mediation = begun()
    away = replace(SITTING, a=Came(there=False, sends=True))
    with pytest.raises(Refused, match="letter"):
        sitting.hold(mediation, away, **told(office, li))
    taking.helped_by(
        side(mediation, "a"),
        "delegate",
        SideTold("Sun junior"),
        by=li,
        at=NOON,
        letter=True,
        scope="all of it",
    )
    sitting.hold(mediation, away, **told(office, li))
    with pytest.raises(Refused, match="in person"):
        taking.helped_by(
            side(mediation, "b"), "delegate", SideTold("Zhu junior"), by=li, at=NOON, letter=True, scope="all"
        )


def test_a_second_session_has_its_term_and_there_is_no_third(begun: Take, office: Station, li: Actor) -> None:
    mediation = begun()
    sitting.hold(mediation, SITTING, **told(office, li))
    assert running(mediation)["second"] == date(2026, 3, 18)
    with pytest.raises(Refused, match="wish of a party"):
        sitting.hold(mediation, SITTING, **told(office, li))
    again = replace(SITTING, ground="asked")
    with pytest.raises(Refused, match="2026-03-18"):
        sitting.hold(mediation, again, **told(office, li, NOON + 10 * DAY))
    sitting.hold(mediation, again, **told(office, li, NOON + 9 * DAY))
    with pytest.raises(Refused, match="at most 2"):
        sitting.hold(mediation, again, **told(office, li, NOON + 9 * DAY))


@pytest.mark.parametrize(
    "owed",
    [
        (),
        (replace(PAYS[0], due_on=None),),
        (replace(PAYS[0], manner=" "),),
        (PAYS[0], replace(PAYS[1], due_on=None)),
    ],
)
def test_no_agreement_without_deadline_and_manner(
    begun: Take, office: Station, li: Actor, owed: tuple[Owed, ...]
) -> None:
    mediation = begun()
    sitting.hold(mediation, SITTING, **told(office, li))
    with pytest.raises(Refused) as refused:
        sitting.agree(mediation, CONTENT, owed, **told(office, li))
    assert refused.value.clause == "CN-MED-7"


@pytest.mark.parametrize(
    "column, empty", [("due_on", None), ("manner", ""), ("terms", ""), ("signed_b", False)]
)
def test_the_database_itself_refuses_what_is_incomplete(
    agreed: Callable[..., Agreement], column: str, empty: Any
) -> None:
    agreement = agreed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**{column: empty})


@pytest.mark.parametrize("column, empty", [("due_on", None), ("manner", "")])
def test_the_database_refuses_a_performance_without_day_or_manner(
    agreed: Callable[..., Agreement], column: str, empty: Any
) -> None:
    agreed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Performance.objects.update(**{column: empty})


def test_performed_to_the_last_there_is_no_penalty_and_three_follow_ups(
    agreed: Callable[..., Agreement], office: Station, li: Actor
) -> None:
    agreement = agreed()
    mediation = agreement.mediation
    assert running(mediation) == {"perform": date(2026, 3, 20)}
    first, second = agreement.performances.order_by("number")
    performing.perform(first, date(2026, 3, 20), **told(office, li, NOON + 11 * DAY))
    assert running(mediation) == {"perform": date(2026, 4, 20)}
    performing.perform(second, date(2026, 4, 18), **told(office, li, NOON + 40 * DAY))
    assert state(mediation) == "kept"
    assert running(mediation) == {
        "after_7": date(2026, 4, 25),
        "after_30": date(2026, 5, 18),
        "after_90": date(2026, 7, 17),
    }
    with pytest.raises(Refused, match="follow-up"):
        performing.close(mediation, by=li, at=NOON)
    for key in rules.FOLLOW_UPS:
        performing.follow_up(mediation, key, "calm", "", by=li, at=NOON + 41 * DAY)
    performing.close(mediation, by=li, at=NOON + 132 * DAY)
    assert state(mediation) == "closed"


def test_a_missed_instalment_opens_the_case_on_its_own_day_whenever_it_is_noticed(
    agreed: Callable[..., Agreement], office: Station
) -> None:
    mediation = agreed().mediation
    tasks.morning_of(office, NOON + 11 * DAY)
    assert state(mediation) == "performing"
    tasks.morning_of(office, NOON + 30 * DAY)
    assert (state(mediation), fresh(mediation).failed_on) == ("case", date(2026, 3, 21))
    assert running(mediation) == {"case": date(2026, 4, 20)}
    pages = len(reading.of_matter(mediation.matter_id))
    tasks.morning_of(office, NOON + 30 * DAY)
    assert len(reading.of_matter(mediation.matter_id)) == pages


def test_the_night_counts_days_by_the_clock_of_the_office(
    agreed: Callable[..., Agreement], office: Station
) -> None:
    """Five past midnight there is still yesterday in UTC."""
    mediation = agreed().mediation
    for hours, expected in ((15, "performing"), (17, "case")):
        with time_machine.travel(datetime(2026, 3, 20, hours, 5, tzinfo=UTC), tick=False):
            list(tasks.daily.func())
        assert state(mediation) == expected


def test_a_refusal_breaks_it_the_same_day(
    agreed: Callable[..., Agreement], office: Station, li: Actor
) -> None:
    agreement = agreed()
    performing.refuse_to_perform(
        agreement.performances.order_by("number")[0], **told(office, li, NOON + 3 * DAY)
    )
    assert (state(agreement.mediation), fresh(agreement.mediation).failed_on) == ("case", date(2026, 3, 12))


def test_what_was_paid_in_time_after_all_runs_again(
    agreed: Callable[..., Agreement], office: Station, li: Actor
) -> None:
    agreement = agreed()
    tasks.morning_of(office, NOON + 12 * DAY)
    row = agreement.performances.order_by("number")[0]
    performing.mend(
        row, date(2026, 3, 20), **told(office, li, NOON + 13 * DAY), reason="The bank shows the day"
    )
    assert (state(agreement.mediation), running(agreement.mediation)) == (
        "performing",
        {"perform": date(2026, 4, 20)},
    )


def test_who_owes_is_reminded_once_before_the_day(agreed: Callable[..., Agreement], office: Station) -> None:
    agreed()
    for days in (5, 8, 9):
        tasks.morning_of(office, NOON + days * DAY)
    sent = Notice.objects.filter(key="mediation.due")
    assert [(notice.channel, notice.context["due"]) for notice in sent] == [("print", "2026-03-20")]


def test_settled_on_the_spot_it_is_kept_at_once(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken()
    taking.write_evidence(mediation, "recording", "all of it", by=li, at=NOON)
    for letter in ("a", "b"):
        actions.answer(side(mediation, letter), "yes", **told(office, li))
    spot = rules.OnTheSpot(True, True, True, False, False, True, False, True)
    owed = (Owed("b", "apology", "said sorry", date(2026, 3, 9), "in person"),)
    content = replace(CONTENT, form="spot")
    with pytest.raises(Refused, match="performed on the spot"):
        sitting.settle_there(mediation, spot, content, owed, **told(office, li))
    sitting.settle_there(mediation, replace(spot, performed_there=True), content, owed, **told(office, li))
    assert state(mediation) == "kept"


def test_their_own_settlement_is_accepted_only_once_performed(
    taken: Take, office: Station, li: Actor
) -> None:
    mediation = taken()
    owed = [Owed("b", "pay", "the window", date(2026, 3, 9), "cash", 20_000)]
    content = replace(CONTENT, form="settlement", signed_a=False, signed_b=False)
    settlement = rules.Settlement(True, False, True, True)
    with pytest.raises(Refused, match="not performed"):
        performing.recognise(mediation, settlement, content, owed, **told(office, li), reason="Both wrote")
    performing.recognise(
        mediation, replace(settlement, performed=True), content, owed, **told(office, li), reason="Both wrote"
    )
    assert state(mediation) == "kept"


def test_a_committee_mediates_a_debt_and_both_ask_the_court_in_time(
    taken: Take, office: Station, li: Actor
) -> None:
    mediation = taken(Facts(), kind="debt")
    actions.send_to_people(mediation, "Committee of the lake quarter", by=li, at=NOON)
    content = replace(CONTENT, form="oral", signed_a=False, signed_b=False)
    agreement = sitting.agree(mediation, content, PAYS, **told(office, li))
    asked: dict[str, Any] = {"about": "debt", "number": "1", "both": True}
    with pytest.raises(Refused, match="2026-04-08"):
        performing.asked_court(agreement, asked_on=date(2026, 4, 9), **asked, **told(office, li))
    performing.asked_court(agreement, asked_on=date(2026, 4, 8), **asked, **told(office, li))
    tasks.morning_of(office, NOON + 30 * DAY)
    assert state(mediation) == "told"


def test_a_committee_does_not_mediate_against_a_clear_no(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken(Facts(), kind="debt")
    actions.answer(side(mediation, "b"), "no", **told(office, li))
    with pytest.raises(Refused) as refused:
        actions.send_to_people(mediation, "Committee", by=li, at=NOON)
    assert refused.value.clause == "CN-PMED-1"


def test_violence_at_home_is_warned_served_told_and_visited_before_it_closes(
    taken: Take, office: Station, li: Actor
) -> None:
    mediation = taken(replace(FACTS, relation="kin", violence_at_home=True), kind="family")
    actions.decide(mediation, **told(office, li))
    with pytest.raises(Refused, match="warning first"):
        protecting.did(mediation, "victim", "", by=li, at=NOON)
    with pytest.raises(Refused, match="says who"):
        protecting.warn(mediation, "He hit her", identity=True, ban=False, **told(office, li))
    protecting.warn(mediation, "He hit her", identity=True, ban=True, **told(office, li))
    assert running(mediation)["visit"] == date(2026, 3, 16)
    with pytest.raises(Refused, match="Not done yet"):
        performing.close(mediation, by=li, at=NOON)
    for key in ("violent", "victim", "committee", "shelter", "order", "visit_victim", "visit_violent"):
        protecting.did(mediation, key, "done", by=li, at=NOON)
    assert "visit" not in running(mediation)
    row = ProtectionStep.objects.get(key="warning")
    assert b"hit her" not in bytes(row.words)
    performing.close(mediation, by=li, at=NOON)
    assert state(mediation) == "closed"


def test_from_protection_there_is_no_way_to_a_session(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken(replace(FACTS, violence_at_home=True))
    actions.decide(mediation, **told(office, li))
    with pytest.raises(Refused):
        sitting.hold(fresh(mediation), SITTING, **told(office, li))
    with pytest.raises(Refused):
        actions.begin(fresh(mediation), **told(office, li))


def test_a_noise_report_is_referred_here_with_its_place(office: Station, li: Actor) -> None:
    source = incidents.take(
        Report("noise", "phone", "Loud", Place("Lake Road 3")), by=li, at=NOON, station=office
    ).matter
    opened: Matter = joins.refer(
        source, "mediation", by=li, at=NOON, station=office, reason="Third time this month"
    )
    assert (opened.kind, opened.type, opened.place, opened.state) == (
        "mediation",
        "noise",
        "Lake Road 3",
        "received",
    )
    assert Mediation.objects.get(matter=opened).sides.count() == 2
