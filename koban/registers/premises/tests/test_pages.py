"""The pages of the register of places: what they show, what they change, how many queries they ask."""

import pytest
from django.test import Client
from django.urls import reverse

from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.jobs import progress
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.worker import drain
from koban.kernel.search import rebuilding
from koban.kernel.search.models import Term
from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.registers.premises import actions, beats, queries, searching, unit_actions
from koban.registers.premises.models import Address, Asset, Unit
from koban.registers.premises.tests.conftest import TODAY, TOLD, called, inside

RING = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.2]]
KEY = iter(range(10_000))


@pytest.fixture
def desk(office):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, make_account("li", role="officer", station=office))
    return client


def send(client, name, /, *args, **fields):
    return client.post(reverse(f"premises:{name}", args=args), {"key": f"key-{next(KEY)}", **fields})


def page(client, name, *args, query=""):
    answer = client.get(reverse(f"premises:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "name", ["list", "add", "streets", "units", "add-unit", "assets", "add-asset", "beats", "add-beat"]
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_page_opens_on_an_empty_and_a_full_register(desk, name, language):
    Unit.objects.all().delete()
    answer = desk.get(reverse(f"premises:{name}"), headers={"accept-language": language})
    assert answer.status_code == 200


def test_the_list_finds_as_one_types(desk):
    assert "12 Denghu Road" in page(desk, "list", query="?q=dhl 12")
    assert "No such address" in page(desk, "list", query="?q=nowhere")


def test_an_address_shows_its_history_and_what_hangs_on_it(desk):
    one = called("灯湖路12号")
    actions.rename(one, "灯湖路甲12号", "12A Denghu Road", on=TODAY, **TOLD)
    unit_actions.open_unit(Unit(name="小店", kind="shop", address=one), **TOLD)
    shown = page(desk, "address", one.pk)
    assert "12A Denghu Road" in shown
    assert "小店" in shown
    assert "Called until" in shown


def test_a_door_is_entered_and_moved_with_coordinates_alone(desk):
    street = called("灯湖路12号").street
    parts = {"street": street.pk, "door": "99", "lon": "24.945", "lat": "60.171", "datum": "wgs84"}
    assert send(desk, "add", **parts).status_code == 302
    made = called("灯湖路99号")
    assert (
        send(
            desk, "move-point", made.pk, lon="24.946", lat="60.172", datum="wgs84", seen=made.digest()
        ).status_code
        == 302
    )
    assert called("灯湖路99号").lon == 24.946
    assert send(desk, "move-point", made.pk, lon="x", lat="60.172", datum="wgs84").status_code == 422


def test_positions_of_chinese_maps_are_converted_at_the_door(desk):
    shifted = geo.wgs84_to_bd09(geo.Point(116.397, 39.909))
    one = called("灯湖路12号")
    send(desk, "move-point", one.pk, lon=str(shifted.lon), lat=str(shifted.lat), datum="bd09")
    now = called("灯湖路12号")
    assert geo.metres(geo.Point(now.lon, now.lat), geo.Point(116.397, 39.909)) < 0.1


def test_a_stale_edit_is_refused_on_the_page(desk):
    one = called("灯湖路12号")
    answer = send(desk, "move-point", one.pk, lon="24.946", lat="60.172", datum="wgs84", seen="0" * 64)
    assert answer.status_code in (412, 422)
    assert called("灯湖路12号").lon == 24.94


def test_addresses_are_merged_renamed_and_ended(desk):
    one, other = called("灯湖路120号"), called("灯湖路12号")
    answer = send(desk, "merge", one.pk, **{"merge-into": "灯湖路12号", "merge-on": "2026-05-04"})
    assert answer.headers["Location"] == reverse("premises:address", args=[other.pk])
    assert send(desk, "rename", other.pk, label="灯湖路一号", label_en="", on="2026-05-04").status_code == 302
    assert send(desk, "end", other.pk, **{"end-on": "2026-05-04"}).status_code == 302
    assert Address.objects.get(pk=other.pk).to_on is not None


def test_something_is_added_inside(desk):
    one = called("灯湖路12号")
    parts = {
        "street": one.street_id,
        "door": "12",
        "room": "101",
        "lon": "24.94",
        "lat": "60.17",
        "datum": "wgs84",
    }
    assert (
        send(desk, "add-inside", one.pk, **{f"in-{key}": value for key, value in parts.items()}).status_code
        == 302
    )
    assert called("灯湖路12号101室").parent == one


def test_a_unit_is_entered_mended_given_to_somebody_and_closed(desk):
    fields = {
        "name": "月桥旅馆",
        "kind": "hotel",
        "credit_code": "91350100M000100Y43",
        "address": "月桥街3号",
    }
    assert send(desk, "add-unit", **fields).status_code == 302
    unit = Unit.objects.get()
    assert send(desk, "change-unit", unit.pk, **{**fields, "name": "月桥客栈"}).status_code == 302
    assert (
        send(desk, "responsible", unit.pk, **{"who-responsible": "甲某", "who-phone": "000 1"}).status_code
        == 302
    )
    shown = page(desk, "unit", unit.pk)
    assert "月桥客栈" in shown
    assert "甲某" not in shown
    assert "sealed" in shown
    assert send(desk, "close-unit", unit.pk, **{"end-on": "2026-05-04"}).status_code == 302
    assert Unit.objects.get().to_on is not None


def test_a_wrong_credit_code_is_said(desk):
    answer = send(
        desk, "add-unit", name="x", kind="shop", credit_code="91350100M000100Y44", address="月桥街3号"
    )
    assert answer.status_code == 422
    assert "typing mistake" in answer.content.decode()


def test_a_lamp_is_entered_and_found_faulty(desk):
    fields = {
        "kind": "lamp",
        "code": "L1",
        "state": "working",
        "lon": "24.94",
        "lat": "60.17",
        "datum": "wgs84",
    }
    assert send(desk, "add-asset", **fields).status_code == 302
    lamp = Asset.objects.get()
    assert send(desk, "asset", lamp.pk, **{**fields, "state": "faulty"}).status_code == 302
    assert Asset.objects.get().state == "faulty"
    pins = desk.get(reverse("premises:asset-map")).json()["features"]
    assert [pin["properties"]["tone"] for pin in pins] == ["red"]
    assert send(desk, "add-asset", **fields).status_code == 422


def test_a_beat_is_drawn_by_its_corners(desk):
    corners = "\n".join(f"{lon},{lat}" for lon, lat in RING)
    fields = {"code": "one", "name": "一", "corners": corners, "datum": "wgs84"}
    assert send(desk, "add-beat", **fields).status_code == 302
    assert desk.get(reverse("premises:beat-map")).json()["features"][0]["properties"]["title"] == "一"
    crossed = "24.9,60.1\n25.0,60.2\n25.0,60.1\n24.9,60.2"
    assert send(desk, "beat", "one", **{**fields, "corners": crossed}).status_code == 422
    over = "24.95,60.15\n25.1,60.15\n25.1,60.3"
    assert (
        "over the beat"
        in send(desk, "add-beat", **{**fields, "code": "two", "corners": over}).content.decode()
    )


def test_every_address_is_given_the_beat_it_lies_in(office):
    west = beats.draw(
        Beat(code="w", name="西"), [[24.9, 60.1], [24.945, 60.1], [24.945, 60.2], [24.9, 60.2]], **TOLD
    )
    assert [str(fault) for fault in beats.faults()] == ["3 addresses lie in no beat."]
    list(beats.assign(**TOLD))
    assert [str(fault) for fault in beats.faults()] == ["1 addresses lie in no beat."]
    east = beats.draw(
        Beat(code="e", name="东"), [[24.945, 60.1], [25, 60.1], [25, 60.2], [24.945, 60.2]], **TOLD
    )
    assert list(beats.assign(**TOLD))[-1] == (3, 3)
    assert [str(fault) for fault in beats.faults()] == []
    assert called("月桥街3号").beat == east
    Address.objects.filter(label="月桥街3号").update(beat=west)
    assert [str(fault) for fault in beats.faults()] == ["1 addresses lie outside the beat that they are in."]


@pytest.mark.parametrize("many", [1, 40])
def test_no_page_asks_more_for_more(desk, many, django_assert_max_num_queries):
    home = called("灯湖路12号")
    for n in range(many):
        actions.add(inside(home, room=str(100 + n)), **TOLD)
        unit_actions.open_unit(Unit(name=f"店{n}", kind="shop", address=home), **TOLD)
    pages = {"list": 12, "streets": 12, "units": 12, "assets": 12, "beats": 14}
    for name, most in pages.items():
        with django_assert_max_num_queries(most):
            page(desk, name)
    with django_assert_max_num_queries(18):
        page(desk, "address", home.pk)


def test_an_address_is_split_at_its_place(desk):
    one = called("灯湖路12号")
    few = send(desk, "split", one.pk, **{"split-numbers": "12A", "split-on": "2026-05-04"})
    assert few.status_code == 422
    answer = send(desk, "split", one.pk, **{"split-numbers": "12A\n\n12B\n12A", "split-on": "2026-05-04"})
    made = [called("灯湖路12A号"), called("灯湖路12B号")]
    assert answer.headers["Location"] == reverse("premises:address", args=[made[0].pk])
    assert {(row.lon, row.lat, row.kind) for row in made} == {(one.lon, one.lat, "door")}
    assert (
        "灯湖路12A号"
        in desk.get(
            reverse("premises:address", args=[one.pk]), headers={"accept-language": "zh-Hans"}
        ).content.decode()
    )
    again = send(desk, "split", called("月桥街3号").pk, **{"split-numbers": "3\n4", "split-on": "2026-05-04"})
    assert again.status_code == 302


def test_what_has_something_inside_is_not_split(desk):
    one = called("灯湖路12号")
    actions.add(inside(one, room="101"), **TOLD)
    answer = send(desk, "split", one.pk, **{"split-numbers": "12A\n12B", "split-on": "2026-05-04"})
    assert answer.status_code == 422
    assert "inside this one" in answer.content.decode()


def test_a_street_is_entered_and_renamed_with_all_that_stands_in_it(desk):
    assert send(desk, "add-street", name="望江路", name_en="River Road", division="").status_code == 302
    assert "River Road" in page(desk, "streets")
    assert send(desk, "add-street", name="望江路").status_code == 422
    assert send(desk, "add-street", name="新路", division="999999").status_code == 422
    street = called("灯湖路12号").street
    assert "12 Denghu Road" in page(desk, "street", street.pk)
    fields = {"name": "灯光路", "name_en": "Light Road", "on": "2026-05-04", "seen": street.digest()}
    assert send(desk, "rename-street", street.pk, **{**fields, "name": "月桥街"}).status_code == 422
    assert send(desk, "rename-street", street.pk, **fields).status_code == 302
    assert called("灯光路12号").street == street
    assert "12 Light Road" in page(desk, "list", query="?q=dhl 12")


def test_the_page_of_beats_shows_how_far_the_addresses_are(desk, office):
    corners = "\n".join(f"{lon},{lat}" for lon, lat in RING)
    send(desk, "add-beat", code="one", name="一", corners=corners, datum="wgs84")
    url = reverse("premises:beats-progress")
    assert f'hx-get="{url}"' in page(desk, "beats")
    Job.objects.update(state="running")
    progress.tell(str(Job.objects.get().pk), 2, 3)
    waiting = desk.get(url)
    assert "2 / 3" in waiting.content.decode()
    assert "HX-Refresh" not in waiting.headers
    Job.objects.update(state="waiting", result=None)
    drain()
    assert desk.get(url).headers["HX-Refresh"] == "true"
    assert "hx-get" not in desk.get(url).content.decode()
    assert {row.beat.code for row in Address.objects.select_related("beat")} == {"one"}


def test_the_index_is_made_anew_with_every_name(office):
    one = called("灯湖路12号")
    actions.rename(one, "灯光路一号", "1 Light Road", on=TODAY, **TOLD)
    unit_actions.open_unit(Unit(name="小店", kind="shop", address=one), **TOLD)
    Term.objects.all().delete()
    assert queries.search("灯湖路12号") == []
    assert list(rebuilding.rebuild())[-1] == (4, 4)
    for typed in ("灯湖路12号", "灯光路", "light road"):
        assert one in queries.search(typed)
    assert searching.units("小店", 5)
    assert list(rebuilding.rebuild())[-1] == (4, 4)
    assert queries.search("灯光路") == [one]
