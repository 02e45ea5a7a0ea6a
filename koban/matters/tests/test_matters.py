"""The cover sheet: looks, receipts, stale edits, merging, and what the ledger says of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report, Reporter, Taken
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import PUBLIC, Actor, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied, Refused, Stale
from koban.matters import actions, joins, looks, receipts
from koban.matters.models import Matter, Party

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
TOLD = Reporter(name="阿依古丽·买买提", phone="000-1")


@pytest.fixture
def office() -> Iterator[Station]:
    station = Station.objects.create(code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo")
    with stations.scope(station.pk):
        yield station


@pytest.fixture
def li(office: Station) -> Actor:
    return actor_of(make_account("li", role="officer", station=office))


def taken(office: Station, at: datetime = NOON) -> Taken:
    report = Report("noise", "public", "loud music", reporter=TOLD)
    return incidents.take(report, by=PUBLIC, at=at, station=office)


@pytest.mark.django_db(transaction=True)
def test_a_look_needs_the_open_matter_in_ones_own_hands(office: Station, li: Actor) -> None:
    matter = taken(office).matter
    party = Party.objects.get()
    with pytest.raises(Denied) as no:
        looks.look(party, ["phone"], by=li, at=NOON)
    assert no.value.matter_id == matter.id
    actions.hold(matter, li.at_post, by=li, at=NOON)
    assert looks.look(party, ["name", "phone"], by=li, at=NOON) == {"name": TOLD.name, "phone": TOLD.phone}
    page = reading.looks_in(matter.id)[0]
    assert (page.facts["fields"], page.actor) == (["name", "phone"], "li")


@pytest.mark.django_db(transaction=True)
def test_with_the_matter_ends_the_right_to_look(office: Station, li: Actor) -> None:
    matter = taken(office).matter
    actions.hold(matter, li.at_post, by=li, at=NOON)
    actions.release(matter, li.at_post, by=li, at=NOON)
    with pytest.raises(Denied):
        looks.look(Party.objects.get(), ["phone"], by=li, at=NOON)


@pytest.mark.parametrize("role", ["bureau", "administrator", "archivist", "public", "machine"])
def test_who_never_looks(office: Station, role: str) -> None:
    taken(office)
    with pytest.raises(Denied):
        looks.look(Party.objects.get(), ["phone"], by=Actor(role, office.pk), at=NOON)


def test_a_field_that_is_not_sealed_is_a_mistake_in_the_code(office: Station, li: Actor) -> None:
    taken(office)
    with pytest.raises(ValueError, match="sealed"):
        looks.look(Party.objects.get(), ["role"], by=li, at=NOON)


def test_a_receipt_opens_its_own_matter_as_one_types_it(office: Station) -> None:
    one = taken(office)
    assert receipts.find(one.matter.printed, one.secret.lower().replace("-", " ")) == one.matter


WRONG = ["", "x", "2026", "2026-", "2026-0", "2026-999999", "20 26-1", "2026-1'--", "２０２６-1"]


@pytest.mark.parametrize("number", WRONG)
def test_a_wrong_number_and_a_wrong_secret_look_alike(office: Station, number: str) -> None:
    one = taken(office)
    with pytest.raises(Absent):
        receipts.find(number, one.secret)
    with pytest.raises(Absent):
        receipts.find(one.matter.printed, receipts.new_secret())


def test_a_stale_edit_is_refused(office: Station, li: Actor) -> None:
    matter = taken(office).matter
    actions.change(matter, "incidents.retriage", by=li, at=NOON, version=1, changes={"priority": 2})
    with pytest.raises(Stale):
        actions.change(matter, "incidents.retriage", by=li, at=NOON, version=1, changes={"priority": 4})
    assert Matter.objects.get().priority == 2


def test_a_step_that_asks_for_a_reason_is_refused_without_one(office: Station, li: Actor) -> None:
    matter = taken(office).matter
    with pytest.raises(Refused):
        actions.move(matter, "cancel", by=li, at=NOON, reason="  ")
    assert Matter.objects.get().state == "received"


def test_a_role_that_may_not_take_the_step_is_denied(office: Station) -> None:
    aux = actor_of(make_account("aux", role="auxiliary", station=office))
    with pytest.raises(Denied):
        actions.move(taken(office).matter, "cancel", by=aux, at=NOON, reason="a mistake")


def test_a_double_is_merged_once_and_never_in_a_circle(office: Station, li: Actor) -> None:
    one, two = taken(office).matter, taken(office).matter
    joins.merge(two, one, by=li, at=NOON, reason="the same")
    two.refresh_from_db()
    assert (two.state, two.merged_into_id) == ("merged", one.pk)
    with pytest.raises(Refused):
        joins.merge(one, two, by=li, at=NOON, reason="the same")
    with pytest.raises(Refused):
        joins.merge(one, one, by=li, at=NOON, reason="the same")


def test_a_matter_is_split_and_both_are_linked(office: Station, li: Actor) -> None:
    one = taken(office).matter
    part = joins.split(one, "and a broken lamp", by=li, at=NOON, station=office, type="facility")
    assert (part.type, part.number) == ("facility", one.number + 1)
    assert one.links.get().target_id == part.pk


def test_the_nearest_deadline_stands_on_the_sheet(office: Station, li: Actor) -> None:
    matter = taken(office).matter
    assert matter.due_at is not None
    assert matter.due_at < NOON + timedelta(days=1)
    matter = actions.change(matter, "incidents.x", by=li, at=NOON, met=["dispatch", "arrive"])
    assert matter.due_clause == "OFFICE-ANSWER-1"


def test_everything_that_was_written_is_sealed(office: Station, li: Actor) -> None:
    one, two = taken(office).matter, taken(office).matter
    actions.hold(one, li.at_post, by=li, at=NOON)
    actions.note(one, "a word", by=li, at=NOON)
    actions.link(one, two, "related", by=li, at=NOON)
    joins.merge(two, one, by=li, at=NOON, reason="the same")
    verdict = verify(office)
    assert verdict.ok, verdict.fault
