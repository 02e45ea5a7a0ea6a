"""Orders in the hand of who must put it right, and what goes to the fire service."""

from datetime import timedelta

import pytest

from koban.duties.hazards import actions, ordering, papers, tasks
from koban.duties.hazards.models import Order
from koban.duties.hazards.tests.conftest import NOON
from koban.kernel import law, stations
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify as whole
from koban.kernel.notices.models import Notice
from koban.lib.errors import Denied, Refused
from koban.matters.models import Deadline, Matter, Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered(found, office, by):
    def give(**told):
        hazard = found(**told)
        return ordering.order(hazard, "Fix the cable by an electrician", by=by.li, at=NOON, station=office)

    return give


def state(row):
    return Matter.objects.get(pk=row.hazard.matter_id).state


@pytest.mark.parametrize("severity, clause, after", [
    ("small", "OFFICE-HAZ-2", timedelta(days=30)), ("serious", "OFFICE-HAZ-2A", timedelta(days=7)),
    ("grave", "OFFICE-HAZ-2B", timedelta(hours=24)),
])  # fmt: skip
def test_an_order_has_the_term_of_its_severity(ordered, office, severity, clause, after):
    row = ordered(severity=severity)
    assert row.clause == clause
    days = (row.due_at - NOON).days
    assert days == after.days
    running = Deadline.objects.filter(matter=row.hazard.matter_id, met_at=None)
    assert set(running.values_list("key", "clause")) == {("correct", clause)}
    assert state(row) == "ordered"
    assert Attachment.objects.filter(pk=row.certificate.attachment_id, kind="document").exists()
    assert whole(office).ok


def test_a_term_that_nobody_looked_up_is_not_printed(found, office):
    term = law.term("OFFICE-HAZ-2A", NOON, pack=office.pack, tz=office.tz)
    lines = papers.order_lines(found(), "repair", term, at=NOON, station=office)
    assert "60" not in lines["remedy"]
    assert all(lines[key] for key in ("basis", "authority", "due", "term", "remedy", "again"))


def test_only_who_decides_orders_and_words_are_needed(found, office, by):
    hazard = found()
    with pytest.raises(Denied):
        ordering.order(hazard, "x", by=by.aux1, at=NOON, station=office)
    with pytest.raises(Refused, match="what has to be done"):
        ordering.order(hazard, " ", by=by.li, at=NOON, station=office)


def test_an_order_is_given_by_link_and_its_arrival_confirmed_once(ordered, office, by):
    row = ordered()
    with pytest.raises(Refused, match="Give the order out"):
        ordering.acknowledge(row, "link", by=PUBLIC, at=NOON)
    given = ordering.serve(row, "link", by=by.aux1, at=NOON, station=office)
    assert given.secret
    assert given.secret not in str(Order.objects.get().receipt)
    first = ordering.acknowledge(given.order, "link", by=PUBLIC, at=NOON)
    again = ordering.acknowledge(given.order, "hand", by=by.aux1, at=NOON + timedelta(days=1))
    assert (first.acknowledged_at, again.acknowledged_at, again.acknowledged_by) == (NOON, NOON, "link")


def test_an_order_goes_by_mail_where_an_address_is_known(ordered, office, by):
    with pytest.raises(Refused, match="No e-mail"):
        ordering.serve(ordered(), "email", by=by.aux1, at=NOON, station=office)
    row = ordered(kind="exit", email="boss@example.org", responsible="Boss")
    given = ordering.serve(row, "email", by=by.aux1, at=NOON, station=office)
    notice = Notice.objects.get(key="hazards.order")
    assert (notice.channel, notice.to) == ("email", "boss@example.org")
    assert f"#{row.hazard.matter.printed}.{given.secret}" in notice.context["link"]


def test_a_reminder_goes_out_once_before_the_term(ordered, office):
    ordered()
    with stations.scope(office.pk):
        assert tasks.remind_at(office, NOON + timedelta(days=4)) == 0
        assert tasks.remind_at(office, NOON + timedelta(days=6)) == 1
        assert tasks.remind_at(office, NOON + timedelta(days=6)) == 0
    assert Notice.objects.get(key="hazards.due").channel == "print"


@pytest.mark.parametrize("answer, after, runs", [
    ("received", "transferred", set()), ("done", "handed", set()), ("refused", "ordered", {"order"}),
])  # fmt: skip
def test_the_fire_service_gets_it_in_writing_and_answers(found, office, by, answer, after, runs):
    hazard = found("no_approval")
    paper = ordering.transfer(hazard, "No approval was ever given", by=by.li, at=NOON, station=office)
    assert paper.kind == "hazard_transfer"
    assert Deadline.objects.get(matter=hazard.matter_id, key="transfer").met_at == NOON
    ordering.answered(hazard, answer, "We look at it", by=by.li, at=NOON, station=office, number="F-12")
    referral = Referral.objects.get(matter=hazard.matter_id, to="fire")
    assert (referral.status, referral.their_number) == (answer, "F-12")
    running = Deadline.objects.filter(matter=hazard.matter_id, met_at=None)
    assert (state_of(hazard), set(running.values_list("key", flat=True))) == (after, runs)


def state_of(hazard):
    return Matter.objects.get(pk=hazard.matter_id).state


def test_what_is_not_with_the_fire_service_has_no_answer_of_theirs(found, office, by):
    with pytest.raises(Refused, match="not with the fire service"):
        ordering.answered(found(), "done", "words", by=by.li, at=NOON, station=office)


def test_who_repairs_by_the_link_is_nobody_of_the_office(ordered, office, by):
    row = ordered()
    actions.repair(row.hazard, by=PUBLIC, at=NOON, station=office)
    row.hazard.refresh_from_db()
    assert (row.hazard.repaired_by, state(row)) == (None, "repaired")
