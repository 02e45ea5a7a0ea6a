"""The town in the database: whole, provable, the same again, and never beside a real office."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from koban.duties.incidents.models import Assignment, Thing
from koban.duties.mediation.queries import pairs
from koban.duties.oversight.models import Complaint
from koban.duties.permits.models import Visit
from koban.kernel import stations
from koban.kernel.access.models import Account, Post
from koban.kernel.access.roles import ROLES
from koban.kernel.ledger import checkpoints, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.notices.models import Notice
from koban.kernel.stations.models import Beat, Station
from koban.matters import receipts
from koban.matters.documents.models import Document
from koban.matters.models import Matter, Note
from koban.registers.premises.models import Address
from koban.registers.residents.models import Seal
from koban.registers.roster import queries as roster
from koban.town import accounts, quarrels
from koban.town.tests.small import NOW, SMALL, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """One small town for all tests of this file that only look."""
    with (
        django_db_blocker.unblock(),
        override_settings(KOBAN_ROOTS=tmp_path_factory.mktemp("roots")),
        loaded(SMALL) as town,
    ):
        yield town


def test_every_ledger_of_the_town_verifies_and_is_signed(made):
    for station in Station.objects.all():
        verdict = verify(station)
        assert verdict.ok, verdict.fault
        assert verdict.roots >= 1  # the archive signs before it packages
        assert checkpoints.anchored(station)


def test_the_stations_hang_as_the_law_wants_it(made):
    paths = {station.code: (station.path, station.kind) for station in Station.objects.all()}
    assert paths == {
        "county": ("county/", "county"),
        "station": ("county/station/", "station"),
        "oversight": ("county/oversight/", "oversight"),
        "denghu": ("county/station/denghu/", "office"),
        "wangqiao": ("county/station/wangqiao/", "office"),
    }
    assert all(station.is_invented and "000" in station.phone for station in Station.objects.all())


def test_every_role_that_is_a_post_has_its_demo_account(made):
    held = set(Post.objects.values_list("role", flat=True))
    assert held == {role.key for role in ROLES.values() if role.is_post}
    assert Account.objects.get(username="officer").check_password(accounts.PASSWORD)


def test_an_office_has_one_officer_and_six_auxiliaries_and_somebody_is_in(made):
    for office in (made.denghu, made.wangqiao):
        roles = list(office.posts.filter(role__in=["officer", "auxiliary"]).values_list("role", flat=True))
        assert sorted(roles) == ["auxiliary"] * 6 + ["officer"]
        with stations.scope(office.pk):
            door = roster.someone_is_in(office, NOW)
            assert door.is_in
            assert door.confirmed
            assert all(interval.ok for interval in roster.coverage_72h(office, NOW))
            assert roster.latest_hand_over().taken_at


def test_the_board_has_something_in_every_open_state(made):
    with stations.scope(made.denghu.pk):
        states = set(Matter.objects.open().values_list("state", flat=True))
        late = Matter.objects.overdue(NOW).count()
        on_the_way = Assignment.objects.running().filter(arrived_at=None).count()
        busy = list(Assignment.objects.running().values_list("post_id", flat=True))
    assert states >= {"received", "triaged", "dispatched", "on_scene", "handling", "referred_out", "answered"}
    assert 0 < late < 40
    assert on_the_way
    assert len(busy) == len(set(busy))


def test_nothing_in_the_town_happens_after_now(made):
    for office in (made.denghu, made.wangqiao):
        with stations.scope(office.pk):
            assert max(page.at for page in reading.latest(200)) <= NOW
            assert not Matter.objects.filter(opened_at__gt=NOW).exists()


def test_a_message_waits_and_a_found_thing_lies_on_its_shelf(made):
    with stations.scope(made.denghu.pk):
        waiting = Note.objects.filter(direction="in", at__gt=NOW - timedelta(hours=2))
        assert waiting.exists()
        assert Thing.objects.filter(way="found", state="kept").exclude(shelf="").exists()


def test_numbers_have_no_gap(made):
    for office in (made.denghu, made.wangqiao):
        with stations.scope(office.pk):
            for year in Matter.objects.values_list("year", flat=True).distinct():
                numbers = sorted(Matter.objects.filter(year=year).values_list("number", flat=True))
                assert numbers == list(range(1, len(numbers) + 1))


def test_the_receipts_that_are_told_open_their_matters(made):
    with stations.scope(made.denghu.pk):
        for number, secret in made.told.receipts.values():
            assert receipts.find(number, secret).printed == number
    assert made.told.receipts.keys() == {"waiting", "answered", "lost"}


def test_no_letter_goes_out_for_what_is_long_ago(made):
    with stations.scope(made.denghu.pk):
        assert not Notice.objects.filter(state=Notice.State.WAITING).exists()


def test_people_in_the_ledger_are_badges(made):
    names = set(Account.objects.exclude(display_name="").values_list("display_name", flat=True))
    with stations.scope(made.denghu.pk):
        assert not names & {page.actor for page in reading.latest(2_000)}


def test_beats_and_doors_are_of_their_office(made):
    for office in (made.denghu, made.wangqiao):
        with stations.scope(office.pk):
            assert Beat.objects.count() == 2
            assert Address.objects.filter(room="").count() > 200
            assert Address.objects.exclude(room="").exists()


def test_complaints_about_the_police_are_with_the_oversight_body_alone(made):
    with stations.scope(made.oversight.pk):
        assert Complaint.objects.count() >= 4
        assert Matter.objects.filter(kind="oversight", is_open=True).exists()
        assert not Matter.objects.exclude(summary="").exists()
    with stations.scope(made.denghu.pk):
        assert not Complaint.objects.exists()
        assert not Matter.objects.filter(kind="oversight").exists()


def test_newcomers_are_in_every_state_and_the_desk_is_booked(made):
    with stations.scope(made.denghu.pk):
        assert set(Matter.objects.filter(kind="permits", type="registration").values_list("state", flat=True)) == {
            "confirmed", "declared",
        }  # fmt: skip
        assert Visit.objects.filter(state="waiting").count() == 3
        assert Visit.objects.filter(state="booked").exists()


def test_quarrels_stand_in_every_state_and_one_pair_of_addresses_comes_back(made):
    with stations.scope(Station.objects.get(code="denghu").pk):
        stories = Matter.objects.filter(kind="mediation")
        assert set(stories.values_list("state", flat=True)) == set(quarrels.STORIES) - {"broken"}
        assert pairs(Station.objects.get(code="denghu"), NOW)


def test_papers_stand_in_every_state_and_closed_files_have_an_end(made):
    with stations.scope(Station.objects.get(code="denghu").pk):
        states = set(Document.objects.values_list("state", flat=True))
        assert states == {
            "draft",
            "review",
            "approved",
            "issued",
            "delivered",
            "acknowledged",
            "filed",
            "recalled",
        }
        assert set(Seal.objects.values_list("kind", flat=True)) == {"restricted", "protected"}
        assert Seal.objects.filter(until_on__gt=NOW.date()).count() == 3
