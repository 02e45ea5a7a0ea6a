"""The pages of visits: the plan, one visit from notice to end, the slip, the month; and a resident's own pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.visits import actions, queries
from koban.duties.visits.models import Card, Rest, Visit
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.matters.models import Matter

pytestmark = pytest.mark.django_db
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


def key(**told):
    return {"key": uuid4().hex, **told}


def own(name, *more):
    return reverse(f"visits:{name}", args=["lake", *more])


def day(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def step(matter, name):
    return reverse("visits:act", args=[matter.year, matter.number, name])


@pytest.fixture
def planned(desk, doors):
    told = key(place="灯湖路1号", why="round", on=day(3), hour="10:00", text="")
    assert desk.post(reverse("visits:plan"), told).status_code == 302
    return Matter.objects.get(kind="visits")


def test_a_visit_is_planned_announced_by_a_slip_and_put_off(desk, planned):
    slip = desk.post(step(planned, "announce"), key(way="slip"))
    assert "receipt-secret" in slip.content.decode()
    assert slip.headers["Cache-Control"] == "no-store"
    early = desk.post(step(planned, "meet"), key(text="谈了门锁"))
    assert early.status_code == 422
    assert desk.post(step(planned, "time"), key(on=day(5), hour="19:00")).status_code == 302
    assert Visit.objects.get().announced_at is None
    assert desk.post(step(planned, "cancel"), key(text="下雨")).status_code == 302
    assert desk.post(step(planned, "burn"), key()).status_code == 404


def test_a_visit_that_was_asked_for_is_made_at_once_and_read_and_corrected(mine, people, sun, office):
    assert mine.post(own("own-ask"), key(on=day(1), hour="09:00", text="来看看门锁")).status_code == 302
    matter = Matter.objects.get(kind="visits")
    by = actor_of(people.li)
    actions.meet(matter, "门锁已加固。", kinds=["lamp"], by=by, at=timezone.now(), station=office)
    page = own("own-visit", matter.pk)
    assert "门锁已加固。" in mine.get(page).content.decode()
    assert mine.post(page, key(text="还没有加固")).status_code == 302
    assert "还没有加固" in mine.get(page).content.decode()
    assert mine.get(own("own-visit", uuid4())).status_code == 404


def test_no_visit_please_is_one_press_and_nobody_asks_why(mine, sun, doors):
    assert mine.post(own("own-rest"), key()).status_code == 302
    assert Rest.objects.get().address == doors[0]


def test_a_card_is_given_found_right_and_taken_back(mine, sun):
    assert mine.post(own("own-card"), key(phone="", purposes=["lost"])).status_code == 422
    mine.post(own("own-card"), key(phone="00011112222", purposes=["lost"]))
    assert "Still right" in mine.get(own("own")).content.decode()
    mine.post(own("own-card-again"), key())
    mine.post(own("own-card-end"), key())
    assert Card.objects.get().ended_at is not None
    assert mine.post(own("own-card-end"), key()).status_code == 404


BUDGET = {"list": 6, "plan": 9, "month": 11, "detail": 19}


@pytest.mark.parametrize("name", BUDGET)
def test_a_page_asks_within_its_budget_and_no_more_when_there_is_more(
    name, desk, planned, doors, people, office
):
    more = [planned.year, planned.number] if name == "detail" else []
    path = reverse(f"visits:{name}", args=more)

    def asked():
        with stations.scoping.outside(), CaptureQueriesContext(connection) as seen:
            assert desk.get(path).status_code == 200
        return [query["sql"] for query in seen if not query["sql"].startswith(FRAMES)]

    asked()
    few = asked()
    at = timezone.now()
    for door in doors[1:]:
        starts_at = timezone.localtime(at).replace(hour=10) + timedelta(days=2)
        actions.plan(door, "round", starts_at, by=actor_of(people.li), at=at, station=office)
    many = asked()
    assert len(few) <= BUDGET[name], "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
    assert queries.planned_doors(timezone.localdate(), office) == []
