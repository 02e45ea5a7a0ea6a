"""The pages: what is due, the file of a place, the checklist with a photo and a signature, the regimes in words."""

import base64
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from koban.duties.inspections import checklists, planning, queries
from koban.duties.inspections.models import Attempt, Campaign, Finding, Inspection, Venue
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.kernel.files.models import Attachment
from koban.matters.models import Matter
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Unit

pytestmark = pytest.mark.django_db
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


def key(**told):
    return {"key": uuid4().hex, **told}


def picture():
    made = BytesIO()
    Image.new("RGB", (60, 40), "white").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def today(office):
    return queries.day_of(timezone.now(), office)


@pytest.fixture
def planned(desk, venues, today):
    told = key(venue=venues.hotel.pk, why="interval", on=today.isoformat())
    assert desk.post(reverse("inspections:plan"), told).status_code == 302
    return Matter.objects.get(kind="inspections")


def one(matter, name="detail", *more):
    return reverse(f"inspections:{name}", args=[matter.year, matter.number, *more])


def filled(office, today, **wrong):
    """A hotel's checklist as the browser sends it; `wrong`: item → what is wrong."""
    told = {
        "showed_card": "on",
        "officers": 2,
        "auxiliaries": 0,
        "others": "",
        "theirs": "responsible",
        "text": "",
    }
    for point in checklists.of_kind("hotel", office, today).points:
        if point.allows is not None:
            told[f"value_{point.key}"] = next(n for n in (0, 30, 90) if point.allows(n))
            told[f"words_{point.key}"] = ""
        else:
            told[f"said_{point.key}"] = "no" if point.key in wrong else "yes"
            told[f"words_{point.key}"] = wrong.get(point.key, "")
    return key(**told)


def test_a_due_place_is_planned_with_one_press_and_leaves_the_list(desk, venues, planned):
    page = desk.get(reverse("inspections:due")).content.decode()
    assert "The scrap" in page
    assert f"?on={planned.inspections.get().planned_on}" in page
    assert "The hotel" not in page


def test_a_checklist_is_filled_in_with_photo_and_signature(desk, planned, office, today):
    assert "Every guest is registered" in desk.get(one(planned, "record")).content.decode()
    told = filled(office, today, exits="后门上锁")
    told["photo_exits"] = SimpleUploadedFile("door.png", picture(), "image/png")
    told["signature"] = "data:image/png;base64," + base64.b64encode(picture()).decode()
    assert desk.post(one(planned, "record"), told).status_code == 302
    row = Inspection.objects.get()
    assert row.signature_id is not None
    assert Attachment.objects.filter(matter_id=planned.pk).count() == 2
    finding = Finding.objects.get()
    assert (finding.item, finding.severity, finding.words) == ("exits", "grave", "后门上锁")
    page = desk.get(one(planned)).content.decode()
    assert "后门上锁" in page
    assert "grave" in page


@pytest.mark.parametrize("change, status", [
    ({"said_exits": "no", "words_exits": ""}, 422), ({"value_cameras": ""}, 422), ({"officers": 1}, 422),
    ({"signature": "data:text/html;base64,AAAA"}, 422), ({}, 302),
])  # fmt: skip
def test_a_checklist_that_is_not_whole_comes_back(desk, planned, office, today, change, status):
    assert desk.post(one(planned, "record"), filled(office, today) | change).status_code == status


def test_steps_of_an_inspection_are_one_form_each(desk, planned, today):
    assert desk.post(one(planned, "act", "failed"), key(why="closed")).status_code == 302
    assert Attempt.objects.count() == 1
    assert desk.post(one(planned, "act", "day"), key(on="2020-01-01")).status_code == 422
    assert desk.post(one(planned, "act", "cancel"), key(text="")).status_code == 422
    assert desk.post(one(planned, "act", "cancel"), key(text="已搬走")).status_code == 302
    assert desk.post(one(planned, "act", "burn"), key()).status_code == 404


def test_a_file_is_begun_filled_in_and_given_a_floor_plan(desk, doors, people, office):
    unit = Unit(name="典当行", kind="pawnshop", address=doors[3])
    unit_actions.open_unit(unit, by=actor_of(people.li), at=timezone.now())
    assert "典当行" in desk.get(reverse("inspections:places")).content.decode()
    assert desk.post(reverse("inspections:open-file"), key(unit=unit.pk)).status_code == 302
    venue = Venue.objects.get()
    assert venue.kind == "pawn"
    page = reverse("inspections:place", args=[venue.pk])
    told = {"kind": "pawn", "paper": "licence", "paper_from": "2026-01-01", "paper_to": "2025-01-01"}
    assert desk.post(page, key(**told)).status_code == 422
    assert desk.post(page, key(**told | {"paper_to": "2030-01-01"})).status_code == 302
    upload = SimpleUploadedFile("plan.png", picture(), "image/png")
    assert desk.post(page, key(floor_plan=upload)).status_code == 302
    venue.refresh_from_db()
    assert venue.plan_id is not None


def test_the_regimes_are_told_in_words_with_what_held_before(desk):
    page = desk.get(reverse("inspections:regimes")).content.decode()
    for said in ("Scrap metal", "CN-SCRAP-1", "Residential property company"):
        assert said in page


def test_an_address_without_a_file_is_asked_for_at_the_desk(desk, doors):
    told = {"place": "灯湖路4号", "kind": "rental", "why": "complaint", "words": "楼道堆物"}
    assert desk.post(reverse("inspections:new"), key(**told)).status_code == 302
    assert desk.post(reverse("inspections:new"), key(**told | {"place": "无名路"})).status_code == 422
    assert "Lake Road 4" in desk.get(reverse("inspections:list") + "?why=complaint").content.decode()


def test_a_campaign_is_begun_by_a_decider(desk, venues, today):
    told = {"title": "冬季", "kinds": ["hotel"], "from_on": today.isoformat(), "to_on": today.isoformat()}
    assert desk.post(reverse("inspections:campaigns"), key(**told)).status_code == 302
    assert Campaign.objects.get().kinds == ["hotel"]


BUDGET = {
    "due": 12,
    "list": 7,
    "places": 8,
    "place": 11,
    "detail": 20,
    "record": 8,
    "regimes": 4,
    "campaigns": 5,
}


@pytest.mark.parametrize("name", BUDGET)
def test_a_page_asks_within_its_budget_and_no_more_when_there_is_more(
    name, desk, planned, venues, people, office, today
):
    number = [planned.year, planned.number]
    args = {"place": [venues.hotel.pk], "detail": number, "record": number}
    path = reverse(f"inspections:{name}", args=args.get(name, []))

    def asked():
        with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
            assert desk.get(path).status_code == 200
        return [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]

    asked()
    few = asked()
    for venue in (venues.entertainment, venues.scrap_metal):
        wish = planning.Wish.of(venue, "interval")
        planning.ask(wish, by=actor_of(people.li), at=timezone.now(), station=office)
    many = asked()
    assert len(few) <= BUDGET[name], "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
