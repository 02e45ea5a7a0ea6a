"""What happens between the report and the answer, and how an incident comes back."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from koban.duties.incidents import actions, endings, things
from koban.duties.incidents.intake import ANONYMOUS, Report, Reporter
from koban.duties.incidents.models import Assignment, Incident, SceneEntry, Thing
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import PUBLIC, Actor, reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.matters import receipts
from koban.matters.models import Deadline, Holding, Matter, Note, Party, Referral
from koban.matters.places import Place

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def li(people: SimpleNamespace) -> Actor:
    return actor_of(people.li)


def take(
    office: Station, by: Actor, code: str = "noise", reporter: Reporter = ANONYMOUS, **told: Any
) -> Matter:
    report = Report(code, "phone", "Loud music", Place("Lake Road 12"), reporter, **told)
    return actions.take(report, by=by, at=NOON, station=office).matter


def fresh(matter: Matter) -> Matter:
    matter.refresh_from_db()
    return matter


def answered(office: Station, li: Actor) -> Matter:
    matter = take(office, li)
    actions.handle(matter, by=li, at=NOON)
    return endings.answer(matter, "We spoke with them.", by=li, at=NOON, station=office)


def met(matter: Matter) -> dict[str, bool]:
    return {row.key: row.met_at is not None for row in Deadline.objects.filter(matter=matter)}


def test_a_report_starts_its_terms_and_the_nearest_stands_on_the_sheet(office: Station, li: Actor) -> None:
    matter = take(office, li, answers={"going_on": "yes"})
    assert met(matter) == {"dispatch": False, "arrive": False, "answer": False}
    assert matter.due_at == Deadline.objects.filter(matter=matter).earliest("due_at").due_at


def test_whoever_takes_it_holds_it_and_a_resident_holds_nothing(office: Station, li: Actor) -> None:
    mine = take(office, li)
    theirs = take(office, PUBLIC)
    assert Holding.objects.filter(matter=mine).count() == 1
    assert not Holding.objects.filter(matter=theirs).exists()


def test_name_and_telephone_are_sealed_and_an_anonymous_reporter_leaves_nothing(
    office: Station, li: Actor
) -> None:
    take(office, li, reporter=Reporter("Zhao Yi", "13800138000", wants_secrecy=True))
    party = Party.objects.get()
    assert b"Zhao" not in bytes(party.name)
    assert party.wants_secrecy
    take(office, li, reporter=Reporter("Zhao Yi", "13800138000", is_anonymous=True))
    assert bytes(Party.objects.latest("id").name) == b""


def test_the_ledger_never_holds_what_a_reporter_said(office: Station, li: Actor) -> None:
    take(office, li, reporter=Reporter("Zhao Yi", "13800138000"))
    told = str([(page.facts, page.subject) for page in reading.latest()])
    assert not any(word in told for word in ("Zhao", "13800138000", "Loud music", "Lake Road"))


def test_sending_accepting_and_arriving_meet_their_terms_once(
    office: Station, li: Actor, people: SimpleNamespace
) -> None:
    matter = take(office, li)
    posts = [people.li.posts.get(), people.aux1.posts.get()]
    actions.dispatch(matter, posts, by=li, at=NOON + MINUTE)
    assert met(matter) == {"dispatch": True, "arrive": False, "answer": False}
    for account, minutes in ((people.aux1, 5), (people.li, 7), (people.aux1, 9)):
        actions.arrive(fresh(matter), by=actor_of(account), at=NOON + minutes * MINUTE)
    assert met(matter)["arrive"]
    assert Incident.objects.get(matter=matter).arrived_at == NOON + 5 * MINUTE
    assert Assignment.objects.get(post=posts[1]).arrived_at == NOON + 5 * MINUTE


def test_two_are_sent_where_the_type_asks_for_two(
    office: Station, li: Actor, people: SimpleNamespace
) -> None:
    matter = take(office, li, "domestic_violence")
    with pytest.raises(Refused, match="At least 2"):
        actions.dispatch(matter, [people.li.posts.get()], by=li, at=NOON)
    actions.dispatch(matter, [people.li.posts.get(), people.aux1.posts.get()], by=li, at=NOON)
    assert fresh(matter).state == "dispatched"


def test_only_somebody_who_is_sent_arrives(office: Station, li: Actor, people: SimpleNamespace) -> None:
    matter = take(office, li)
    actions.dispatch(matter, [people.aux1.posts.get()], by=li, at=NOON)
    with pytest.raises(Refused, match="not sent"):
        actions.arrive(fresh(matter), by=actor_of(people.aux2), at=NOON)


def test_the_last_to_leave_moves_it_on(office: Station, li: Actor, people: SimpleNamespace) -> None:
    matter = take(office, li)
    pair = [people.aux1, people.aux2]
    actions.dispatch(matter, [account.posts.get() for account in pair], by=li, at=NOON)
    for account in pair:
        actions.arrive(fresh(matter), by=actor_of(account), at=NOON)
    actions.free(fresh(matter), by=actor_of(pair[0]), at=NOON)
    assert fresh(matter).state == "on_scene"
    actions.free(fresh(matter), by=actor_of(pair[1]), at=NOON)
    assert fresh(matter).state == "handling"


def test_the_scene_log_keeps_both_times(office: Station, li: Actor) -> None:
    matter = take(office, li)
    entry = actions.log_scene(
        matter, "seen", "Light in the window", by=li, at=NOON, seen_at=NOON - 9 * MINUTE
    )
    assert (entry.at, entry.recorded_at) == (NOON - 9 * MINUTE, NOON)


@pytest.mark.parametrize(
    "role, second, recorded, why",
    [
        ("li", None, True, "two officers"),
        ("li", "aux1", True, "two officers"),
        ("aux1", None, True, "never alone"),
        ("li", "li2", False, None),
    ],
)
def test_questioning_at_the_scene_needs_two_officers(
    office: Station,
    li: Actor,
    people: SimpleNamespace,
    role: str,
    second: str | None,
    recorded: bool,
    why: str | None,
) -> None:
    matter = take(office, li)
    # The chief of the station above is the second officer who came along.
    posts = {"aux1": people.aux1.posts.get(), "li2": people.chief.posts.get()}
    told: dict[str, Any] = {
        "by": actor_of(getattr(people, role)),
        "at": NOON,
        "act": "questioning",
        "recorded": recorded,
    }
    if why is None:
        actions.log_scene(matter, "act", "Asked him", second=posts[second or ""], **told)
        assert SceneEntry.objects.get().act == "questioning"
        return
    with pytest.raises(Refused, match=why):
        actions.log_scene(matter, "act", "Asked him", second=posts.get(second or ""), **told)
    assert not SceneEntry.objects.exists()


def test_the_answer_waits_for_needed_checks_once_somebody_was_there(
    office: Station, li: Actor, people: SimpleNamespace
) -> None:
    matter = take(office, li, "theft")
    actions.dispatch(matter, [people.li.posts.get()], by=li, at=NOON)
    actions.arrive(fresh(matter), by=li, at=NOON)
    with pytest.raises(Refused, match="Still open on the checklist"):
        endings.answer(fresh(matter), "Done.", by=li, at=NOON, station=office)
    for item in ("arrival", "told"):
        actions.log_scene(matter, "check", "", item=item, by=li, at=NOON)
    assert endings.answer(fresh(matter), "Done.", by=li, at=NOON, station=office).state == "answered"


def test_nothing_closes_without_an_answer(office: Station, li: Actor) -> None:
    matter = take(office, li)
    for act in (endings.close, lambda m, **told: endings.close_unanswered(m, reason="no time", **told)):
        with pytest.raises(Refused):
            act(matter, by=li, at=NOON)
    assert endings.close(answered(office, li), by=li, at=NOON).state == "closed"


def test_an_auxiliary_neither_cancels_nor_closes_without_an_answer(
    office: Station, li: Actor, people: SimpleNamespace
) -> None:
    matter = take(office, li)
    with pytest.raises(Denied):
        endings.cancel(matter, by=actor_of(people.aux1), at=NOON, reason="mistake")


def test_closing_ends_the_right_to_look(office: Station, li: Actor) -> None:
    matter = endings.close(answered(office, li), by=li, at=NOON)
    assert not Holding.objects.filter(matter=matter, to_at=None).exists()
    assert not Deadline.objects.filter(matter=matter, met_at=None).exists()


@pytest.mark.parametrize("days, opens", [(0, True), (13, True), (14, True), (15, False)])
def test_closed_but_not_fixed_opens_again_for_two_weeks(
    office: Station, li: Actor, days: int, opens: bool
) -> None:
    matter = endings.close(answered(office, li), by=li, at=NOON)

    def judge() -> Matter:
        return endings.feedback(
            matter,
            is_fixed=False,
            satisfaction=1,
            text="Still loud",
            by=PUBLIC,
            at=NOON + days * DAY,
            station=office,
        )

    if not opens:
        with pytest.raises(Refused, match="over"):
            judge()
        return
    assert judge().state == "reopened"
    assert met(fresh(matter))["answer"] is False
    assert Note.objects.filter(purpose="reason", text="Still loud").exists()


def test_a_satisfied_resident_changes_no_state(office: Station, li: Actor) -> None:
    matter = answered(office, li)
    endings.feedback(matter, is_fixed=True, satisfaction=5, text="", by=PUBLIC, at=NOON, station=office)
    assert fresh(matter).state == "answered"
    assert Incident.objects.get(matter=matter).satisfaction == 5


def test_what_the_holder_of_the_receipt_writes_starts_a_term_to_reply(office: Station, li: Actor) -> None:
    matter = take(office, li)
    endings.write_back(matter, "It is the third floor.", by=PUBLIC, at=NOON, station=office)
    assert met(matter)["reply"] is False
    endings.write_out(fresh(matter), "Thank you.", by=li, at=NOON)
    assert met(matter)["reply"] is True


def test_a_call_back_that_finds_it_not_settled_opens_it_again(office: Station, li: Actor) -> None:
    matter = answered(office, li)
    endings.call_back(matter, reached=False, is_fixed=None, text="", by=li, at=NOON)
    assert fresh(matter).state == "answered"
    endings.call_back(fresh(matter), reached=True, is_fixed=False, text="Again last night", by=li, at=NOON)
    assert fresh(matter).state == "reopened"


def test_a_police_body_must_confirm_in_a_day_and_the_resident_must_be_told(
    office: Station, li: Actor
) -> None:
    matter = take(office, li, "theft")
    endings.refer_out(matter, "criminal", by=li, at=NOON, reason="An offence", station=office)
    term = Deadline.objects.get(matter=matter, key="refer_out")
    assert (term.clause, term.due_at) == ("CN-CASE-1", NOON + DAY)
    with pytest.raises(Refused, match="not confirmed"):
        endings.close(fresh(matter), by=li, at=NOON)
    endings.referral_status(Referral.objects.get(), "received", by=li, at=NOON, their_number="2026-77")
    with pytest.raises(Refused, match="Tell the resident"):
        endings.close(fresh(matter), by=li, at=NOON)
    endings.write_out(fresh(matter), "The investigators have it.", by=li, at=NOON + MINUTE)
    assert endings.close(fresh(matter), by=li, at=NOON + MINUTE).state == "closed"


def test_a_body_that_is_no_police_has_no_term_to_confirm(office: Station, li: Actor) -> None:
    matter = take(office, li, "facility")
    endings.refer_out(matter, "urban", by=li, at=NOON, reason="A lamp of the city", station=office)
    assert "refer_out" not in met(matter)


def test_the_receipt_opens_it_and_another_secret_does_not(office: Station, li: Actor) -> None:
    report = Report("noise", "public", "Loud music")
    taken = actions.take(report, by=PUBLIC, at=NOON, station=office)
    assert receipts.find(taken.matter.printed, taken.secret.lower().replace("-", " ")) == taken.matter


@pytest.mark.parametrize(
    "category, way, days",
    [("wallet", "found", 10), ("document", "found", 0), ("wallet", "lost", None)],
)
def test_a_found_thing_is_kept_for_the_days_of_the_pack(
    office: Station, li: Actor, category: str, way: str, days: int | None
) -> None:
    matter = take(office, li, "found_property")
    thing = things.record(
        matter, way, category, "black", NOON.date(), by=li, at=NOON, station=office, shelf="A1"
    )
    assert thing.keep_until == (None if days is None else NOON.date() + timedelta(days=days))


def test_a_thing_ends_once_and_an_auxiliary_disposes_of_nothing(
    office: Station, li: Actor, people: SimpleNamespace
) -> None:
    matter = take(office, li, "found_property")
    thing = things.record(
        matter, "found", "wallet", "black", NOON.date(), by=li, at=NOON, station=office, shelf="A1"
    )
    with pytest.raises(Denied):
        things.end(thing, "disposed", by=actor_of(people.aux1), at=NOON)
    things.end(thing, "returned", by=actor_of(people.aux1), at=NOON)
    things.end(thing, "handed_on", by=li, at=NOON + DAY)
    assert Thing.objects.get().state == "returned"
