"""A hazard from the first photograph to the second, and what is refused on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from koban.duties.hazards import actions, photos, queries, receiving, rules
from koban.duties.hazards.models import Hazard, Photo
from koban.duties.hazards.tests.conftest import AFTER, BESIDE, HERE, LAT, LON, NOON, taken
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify as whole
from koban.kernel.notices.models import Notice
from koban.lib.errors import Denied, Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Deadline, Link, Matter
from koban.matters.places import Place
from koban.registers.premises.models import Address, Asset

pytestmark = pytest.mark.django_db


def state(hazard):
    return Matter.objects.get(pk=hazard.matter_id).state


def running(hazard):
    return set(Deadline.objects.filter(matter=hazard.matter_id, met_at=None).values_list("key", flat=True))


def test_a_hazard_is_opened_with_its_term_its_clause_and_its_photograph(found, office):
    hazard = found()
    assert (hazard.severity, hazard.clause, hazard.duty) == ("serious", "CN-FIRE-7A", "owner")
    assert (state(hazard), running(hazard)) == ("found", {"order"})
    photo = Photo.objects.get(hazard=hazard)
    assert (photo.side, photo.lon, photo.heading, photo.source) == ("before", LON, 90.0, "device")
    assert whole(office).ok


def test_a_photograph_tells_its_own_place_where_nobody_else_does(found):
    hazard = found(shot=None)
    where, source = photos.told_by(taken(at=(120, 30), heading=45.0), rules.Shot())
    assert (where, source) == (rules.Shot(120.0, 30.0, 45.0), "exif")
    assert photos.told_by(taken(), rules.Shot()) == (rules.Shot(), "")
    assert not queries.photos_of(hazard)


def test_a_hazard_without_a_place_is_refused(office, by):
    with pytest.raises(Refused, match="Say where"):
        actions.open_hazard(actions.Found("gas", "smell"), Place(), by=by.li, at=NOON, station=office)


def test_what_needs_the_fire_service_runs_a_term_of_five_working_days(found):
    hazard = found("no_approval")
    due = Deadline.objects.get(matter=hazard.matter_id, key="transfer")
    assert (due.clause, timezone.localdate(due.due_at).isoformat()) == ("CN-FIRE-3", "2026-03-16")


def test_a_grave_hazard_is_reported_at_once(found, people):
    people.chief.email = "chief@example.org"
    people.chief.save(update_fields=["email"])
    hazard = found("gas")
    board = Matter.objects.get(kind="incidents")
    assert (board.type, hazard.matter.priority) == ("gas", 1)
    assert Link.objects.filter(source=hazard.matter_id, target=board).exists()
    sent = Notice.objects.filter(matter_id=hazard.matter_id)
    assert sorted(sent.values_list("key", "channel")) == [
        ("hazards.grave", "email"), ("hazards.grave_letter", "print"), ("hazards.grave_letter", "print"),
    ]  # fmt: skip


def test_another_duty_refers_what_it_found_with_all_it_knows(office, house, by):
    incident = matters.open_matter(
        "incidents", by=by.li, at=NOON, station=office, type="fire", place=Place.at(house)
    )
    told = {"severity": "grave", "owner": "湖畔物业", "photo": (taken(), HERE), "email": "boss@example.org"}
    matter = joins.refer(
        incident, "hazards", by=by.li, at=NOON, station=office, reason="Exit locked", type="exit", told=told
    )
    hazard = queries.of_matter(matter)
    assert (matter.type, hazard.severity, hazard.found_by, hazard.owner) == (
        "exit",
        "grave",
        "incident",
        "湖畔物业",
    )
    assert matter.parties.get().role == "responsible"
    # It stands on the board by its incident already.
    assert Matter.objects.filter(kind="incidents").count() == 1


def test_it_is_verified_by_another_than_who_repaired_it(repaired, office, by):
    hazard = repaired()
    with pytest.raises(Refused, match="cannot verify"):
        actions.verify(hazard, by=by.aux1, at=NOON, station=office)
    actions.verify(hazard, by=by.li, at=NOON, station=office)
    assert (state(hazard), running(hazard)) == ("closed", set())
    with pytest.raises(Refused, match="verified already"):
        actions.verify(hazard, by=by.aux2, at=NOON, station=office)
    assert whole(office).ok


def test_the_database_too_keeps_repairer_and_verifier_apart(repaired, by):
    hazard = repaired()
    hazard.verified_by = hazard.repaired_by
    with pytest.raises(IntegrityError), transaction.atomic():
        hazard.save(update_fields=["verified_by"])


@pytest.mark.parametrize("shot, told", [
    (rules.Shot(LON + 0.01, LAT, 90.0), "metres from the first"),
    (rules.Shot(LON, LAT, 270.0), "180 degrees away"),
    (rules.Shot(), "choose the point on the map"),
    (rules.Shot(LON, LAT), "which way"),
    (rules.Shot(LON, LAT, 90.0, 400.0), "Wait outside"),
])  # fmt: skip
def test_a_second_photograph_of_another_spot_is_refused_with_what_to_do(found, office, by, shot, told):
    hazard = found()
    with pytest.raises(Refused, match=told):
        actions.repair(hazard, by=by.aux1, at=NOON, station=office, photo=(taken(), shot))
    assert state(hazard) == "found"
    assert Photo.objects.filter(side=AFTER).count() == 0


def test_a_repair_without_a_photograph_waits_for_one(found, office, by):
    hazard = found()
    actions.repair(hazard, by=by.aux1, at=NOON, station=office)
    with pytest.raises(Refused, match="no photo after"):
        actions.verify(hazard, by=by.li, at=NOON, station=office)
    photos.add(hazard, taken(), BESIDE, side=AFTER, by=by.aux2, at=NOON, station=office)
    actions.verify(hazard, by=by.li, at=NOON, station=office)
    assert state(hazard) == "closed"


def test_a_place_that_was_cleared_is_looked_at_once_more(repaired, office, by):
    hazard = repaired(kind="fire_lane")
    with pytest.raises(Refused, match="free again"):
        actions.verify(hazard, by=by.li, at=NOON, station=office)
    actions.verify(hazard, by=by.li, at=NOON, station=office, restored=True)
    assert (state(hazard), running(hazard)) == ("watched", {"again"})
    actions.still_free(hazard, by=by.aux2, at=NOON + timedelta(days=7))
    assert (state(hazard), running(hazard)) == ("closed", set())


def test_what_is_not_fixed_is_opened_again_and_needs_a_new_second_photograph(repaired, office, by):
    hazard = repaired()
    actions.verify(hazard, by=by.li, at=NOON, station=office)
    matter = actions.contradict(hazard, "It still hangs", by=PUBLIC, at=NOON, station=office)
    assert (matter.state, matter.is_open, matter.priority, running(hazard)) == (
        "reopened",
        True,
        2,
        {"order"},
    )
    with pytest.raises(Refused, match="still open"):
        actions.contradict(hazard, "", by=PUBLIC, at=NOON, station=office)
    actions.repair(hazard, by=by.aux1, at=NOON, station=office)
    with pytest.raises(Refused, match="no photo after"):
        actions.verify(hazard, by=by.li, at=NOON, station=office)
    assert whole(office).ok


def test_long_after_it_is_reported_anew(repaired, office, by):
    hazard = repaired()
    actions.verify(hazard, by=by.li, at=NOON, station=office)
    with pytest.raises(Refused, match="Report it anew"):
        actions.contradict(hazard, "", by=PUBLIC, at=NOON + timedelta(days=91), station=office)


def test_the_verifier_sends_back_what_is_not_in_order(repaired, office, by):
    hazard = repaired()
    with pytest.raises(Refused, match="Say why"):
        actions.reject(hazard, "", by=by.li, at=NOON, station=office)
    actions.reject(hazard, "Tape is not a repair", by=by.li, at=NOON, station=office)
    assert state(hazard) == "reopened"


def test_only_who_decides_dismisses(found, by):
    hazard = found()
    with pytest.raises(Denied):
        actions.dismiss(hazard, "nothing there", by=by.aux1, at=NOON)
    actions.dismiss(hazard, "nothing there", by=by.li, at=NOON)
    assert state(hazard) == "dismissed"


def test_repeats_at_one_place_are_linked(found, office):
    first, other, second = found(), found("exit"), found()
    assert [row.pk for row in queries.repeats(second, office, NOON)] == [first.matter_id]
    assert Link.objects.filter(source=second.matter_id, target=first.matter_id).exists()
    assert not Link.objects.filter(target=other.matter_id).exists()


def test_a_defect_of_an_asset_follows_its_repair_into_the_register(lamp, office, by):
    hazard, secret = receiving.report_defect(lamp, "dark since Monday", by=PUBLIC, at=NOON, station=office)
    assert (hazard.owner, hazard.matter.lon, bool(secret)) == ("城管照明所", LON, True)
    assert Asset.objects.get(pk=lamp.pk).state == "working"  # not before somebody of the office has said so
    again, none = receiving.report_defect(lamp, "dark again", by=by.aux1, at=NOON, station=office)
    assert (none, Asset.objects.get(pk=lamp.pk).state) == ("", "faulty")
    photos.add(again, taken(), HERE, side="before", by=by.aux1, at=NOON, station=office)
    actions.repair(again, by=by.aux1, at=NOON, station=office, photo=(taken(), BESIDE))
    actions.verify(again, by=by.li, at=NOON, station=office)
    assert Asset.objects.get(pk=lamp.pk).state == "faulty"  # the first report of it is still open
    actions.dismiss(hazard, "the same", by=by.li, at=NOON)
    assert Asset.objects.get(pk=lamp.pk).state == "working"
    assert [(row["times"], row["open"]) for row in queries.assets_with_defects(office, NOON)] == [(2, 0)]


def test_neighbours_see_no_hazard_of_a_home(found, office, house):
    home = Address.objects.get(room="101")
    inside, outside = found(place=Place.at(home)), found("exit")
    assert list(queries.shown(office, NOON)) == [outside]
    assert not Hazard.objects.get(pk=inside.pk).is_public
