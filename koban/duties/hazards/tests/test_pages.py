"""The pages: desk, neighbours, the link of an order, an asset's code; and how many questions they ask the database."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.hazards import actions, ordering
from koban.duties.hazards.models import Hazard, Order, Photo
from koban.duties.hazards.tests.conftest import LAT, LON, NOON, upload
from koban.matters.models import Matter

pytestmark = pytest.mark.django_db


def key(**told):
    return {"key": uuid4().hex, **told}


def url(name, hazard, *more):
    return reverse(f"hazards:{name}", args=[hazard.matter.year, hazard.matter.number, *more])


def own(name, *more):
    return reverse(f"hazards:{name}", args=["lake", *more])


def state(hazard):
    return Matter.objects.get(pk=hazard.matter_id).state


def there(**more):
    return key(lon=LON, lat=LAT, heading=90, accuracy=6, **more)


def test_a_hazard_goes_through_its_pages_to_the_end(desk, office, house, by):
    told = key(kind="wiring", place="灯湖路1号", text="Loose cable", found_by="desk", owner="湖畔物业")
    made = desk.post(reverse("hazards:new"), told)
    hazard = Hazard.objects.select_related("matter").get()
    assert made.url == url("photo", hazard, "before")
    camera = desk.get(made.url)
    assert "geolocation=(self)" in camera.headers["Permissions-Policy"]
    assert desk.post(made.url, there(photo=upload())).status_code == 302
    assert desk.post(url("act", hazard, "order"), key(text="Mend it")).status_code == 302
    order = Order.objects.get()
    given = desk.post(url("serve", hazard, order.pk), key(way="print"))
    assert "receipt-secret" in given.content.decode()
    assert given.headers["Cache-Control"] == "no-store"
    assert desk.post(url("signed", hazard, order.pk), key()).status_code == 302
    assert desk.post(url("photo", hazard, "after"), there(photo=upload())).status_code == 302
    assert state(hazard) == "repaired"
    own_repair = desk.post(url("act", hazard, "verify"), key())
    assert own_repair.status_code == 422
    assert "Who repaired it cannot verify it" in own_repair.content.decode()
    actions.verify(hazard, by=by.aux1, at=NOON, station=office)
    assert "OFFICE-HAZ-4" in desk.get(url("detail", hazard)).content.decode()


def test_a_photo_from_another_spot_or_without_one_is_refused_in_words(desk, found):
    hazard = found()
    camera = url("photo", hazard, "after")
    far = desk.post(camera, key(photo=upload(), lon=LON + 0.01, lat=LAT, heading=90, accuracy=5))
    assert (far.status_code, "metres from the first" in far.content.decode()) == (422, True)
    blind = desk.post(camera, key(photo=upload()))
    assert (blind.status_code, "choose the point on the map" in blind.content.decode()) == (422, True)
    none = desk.post(camera, there())
    assert (none.status_code, "Take a photo" in none.content.decode()) == (422, True)
    assert not Photo.objects.filter(side="after").exists()


def test_the_picture_itself_may_tell_where_it_was_taken(desk, found):
    hazard = found(shot=None)
    assert (
        desk.post(url("photo", hazard, "before"), key(photo=upload(at=(120, 30), heading=10.0))).status_code
        == 302
    )
    assert Photo.objects.get().source == "exif"


def test_a_point_on_the_map_is_written_down_as_one(desk, found):
    hazard = found(shot=None)
    desk.post(url("photo", hazard, "before"), there(photo=upload(), source="map"))
    assert Photo.objects.get().source == "map"


def test_neighbours_see_kind_place_and_state_and_nobody(door, found, house):
    hazard = found("exit", responsible="王小明", phone="00012345678", owner="湖畔物业")
    page = door.get(own("public")).content.decode()
    assert "Way out blocked" in page
    one = door.get(own("public-one", hazard.matter.year, hazard.matter.number)).content.decode()
    for secret in ("王小明", "00012345678", "湖畔物业", "Loose cable"):
        assert secret not in page + one
    assert "Way out" not in door.get(own("public"), {"q": "nowhere"}).content.decode()
    assert "Way out" in door.get(own("public"), {"plate": house.plate}).content.decode()
    private = found("records")
    assert door.get(own("public-one", private.matter.year, private.matter.number)).status_code == 404


@pytest.mark.parametrize("way", ["page", "number"])
def test_a_neighbour_says_not_fixed_and_it_is_open_again(door, repaired, office, by, way):
    now = timezone.now()
    hazard = repaired(at=now)
    page = own("public-one", hazard.matter.year, hazard.matter.number)
    assert "It is not fixed" not in door.get(page).content.decode()
    actions.verify(hazard, by=by.li, at=now, station=office)
    assert "It is not fixed" in door.get(page).content.decode()
    told = key(number=hazard.matter.printed, secret="", text="It hangs")
    said = door.post(page if way == "page" else own("not-fixed"), told)
    assert said.status_code in (200, 302)
    assert state(hazard) == "reopened"
    again = door.post(own("not-fixed"), key(number=hazard.matter.printed, secret="", text=""))
    assert (again.status_code, "still open" in again.content.decode()) == (422, True)


def test_what_is_not_public_needs_the_secret_of_the_receipt(door, desk, office, lamp, by):
    asset_page = own("defect", lamp.pk)
    told = door.post(asset_page, key(text="It is dark"))
    assert "receipt-secret" in told.content.decode()
    hazard = Hazard.objects.get()
    assert hazard.found_by == "neighbour"
    actions.dismiss(hazard, "no", by=by.li, at=NOON)
    wrong = door.post(own("not-fixed"), key(number=hazard.matter.printed, secret="abc-def", text=""))
    assert (wrong.status_code, "no closed hazard" in wrong.content.decode()) == (422, True)
    assert door.post(own("not-fixed"), key(number="junk", secret="", text="")).status_code == 422


def test_the_link_of_an_order_is_read_confirmed_and_answered(door, found, office, by):
    row = ordering.order(found(), "Mend it", by=by.li, at=NOON, station=office)
    given = ordering.serve(row, "link", by=by.li, at=NOON, station=office)
    number = row.hazard.matter.printed
    assert door.post(own("order"), {"number": number, "secret": "wrong"}).status_code == 422
    assert door.get(own("order-paper")).status_code == 404
    assert door.post(own("order"), {"number": number, "secret": given.secret}).status_code == 302
    assert "Mend it" in door.get(own("order")).content.decode()
    assert door.get(own("order-paper")).headers["Content-Type"] == "application/pdf"
    assert door.post(own("order-act", "received"), key()).status_code == 302
    assert door.post(own("order-act", "repaired"), key()).status_code == 302
    assert door.post(own("order-act", "burned"), key()).status_code == 404
    row.refresh_from_db()
    assert (row.acknowledged_by, state(row.hazard)) == ("link", "repaired")


def test_an_earlier_link_ends_with_a_new_one(door, found, office, by):
    row = ordering.order(found(), "Mend it", by=by.li, at=NOON, station=office)
    first = ordering.serve(row, "link", by=by.li, at=NOON, station=office)
    ordering.serve(row, "print", by=by.li, at=NOON, station=office)
    told = {"number": row.hazard.matter.printed, "secret": first.secret}
    assert door.post(own("order"), told).status_code == 422


def test_an_asset_shows_how_often_it_was_broken(desk, lamp, office):
    page = reverse("hazards:asset", args=[lamp.pk])
    assert desk.post(page, key(text="Dark")).status_code == 302
    assert desk.post(page, key(text="Dark again")).status_code == 302
    assert "svg" in desk.get(page).content.decode()
    listed = desk.get(reverse("hazards:assets")).content.decode()
    assert "城管照明所" in listed
    assert "L-7" in listed


def test_the_month_has_numbers_alone(desk, found):
    found("exit")
    page = desk.get(reverse("hazards:month"), {"month": "2026-03"}).content.decode()
    assert "Way out blocked" in page
    assert "灯湖路" not in page
    assert desk.get(reverse("hazards:month"), {"month": "never"}).status_code == 200


@pytest.mark.parametrize(
    "name, args, most", [("list", [], 12), ("detail", "one", 26), ("month", [], 14), ("assets", [], 10)]
)
def test_a_page_asks_the_same_number_of_questions_however_much_there_is(
    desk, found, office, name, args, most
):
    first = found()
    where = reverse(f"hazards:{name}", args=[first.matter.year, first.matter.number] if args else [])

    def asked():
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(where).status_code == 200
        return len(caught)

    asked()
    once = asked()
    for kind in ("exit", "hydrant", "exit"):
        found(kind)
    assert asked() == once <= most


@pytest.mark.parametrize("name", ["public", "not-fixed", "order"])
def test_the_neighbours_pages_ask_little(door, found, name):
    for kind in ("exit", "hydrant", "exit"):
        found(kind)
    door.get(own(name))
    with CaptureQueriesContext(connection) as caught:
        assert door.get(own(name)).status_code == 200
    assert len(caught) <= 8
