"""The day's round: opening hours as windows, orders by hand, a visit that fails, the page, the telephone."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.inspections import planning, queries, round_planning, round_tasks, rounds
from koban.duties.inspections import round_rules as rules
from koban.duties.inspections.models import Inspection, Round
from koban.kernel.access.testing import actor_of
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.worker import drain
from koban.kernel.ledger.models import Page
from koban.lib.errors import Denied, Refused, Stale
from koban.lib.geo import Point
from koban.lib.routing import Window
from koban.lib.streets import Network
from koban.town.names import DATA

HOUR = 3600
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


@pytest.mark.parametrize(
    "opens, closes, minutes, wanted",
    [
        (None, None, 30, ()),
        (time(9), time(12), 30, (Window(9 * HOUR, 11 * HOUR + 1800),)),
        (time(9), None, 30, (Window(9 * HOUR, 23 * HOUR + 1800),)),
        (None, time(12), 60, (Window(0, 11 * HOUR),)),
        (time(9), time(9, 20), 30, (Window(9 * HOUR, 9 * HOUR + 1200),)),  # hardly open: begin while it is
        (time(18), time(2), 60, (Window(0, HOUR), Window(18 * HOUR, 25 * HOUR))),  # over midnight
        (time(18), time(0, 30), 60, (Window(18 * HOUR, 23 * HOUR + 1800),)),
    ],
)
def test_the_work_ends_before_the_place_closes(opens, closes, minutes, wanted):
    assert rules.windows(rules.Call("a", minutes, "interval", opens, closes)) == wanted


@pytest.mark.parametrize(
    "key, way, wanted",
    [
        ("b", "up", "bacd"), ("b", "down", "acbd"), ("a", "up", "abcd"), ("d", "down", "abcd"), ("b", "out", "acd"),
        ("e", "in", "abcde"), ("b", "nonsense", "acbd"),
    ],
)  # fmt: skip
def test_a_stop_moves_by_one_place(key, way, wanted):
    assert rules.moved(list("abcd"), key, way) == list(wanted)


@pytest.mark.parametrize("asked, fits", [("abc", True), ("", True), ("aab", False), ("abx", False)])
def test_an_order_names_known_stops_once(asked, fits):
    assert (rules.unfit_order(list(asked), list("abc")) is None) == fits


def test_what_was_asked_for_goes_before_the_interval():
    worth = [rules.stop(rules.Call("a", 1, why), 1).prize for why in Inspection.Why.values]
    assert min(worth) >= 1
    assert rules.WORTH["complaint"] > rules.WORTH["interval"]
    assert set(rules.WORTH) == set(Inspection.Why.values)


# --- With a database ---------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _short(settings, monkeypatch):
    monkeypatch.setattr(round_planning, "SECONDS", 0.4)


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def today(office, at):
    return queries.day_of(at, office)


@pytest.fixture
def day(today):
    return today + timedelta(days=1)


@pytest.fixture
def li(people, office):
    return SimpleNamespace(actor=actor_of(people.li), post=people.li.posts.get())


@pytest.fixture
def planned(venues, office, li, at, day):
    """Three places, all of them for tomorrow."""
    return {
        name: planning.plan(planning.Wish.of(venue, "interval"), day, by=li.actor, at=at, station=office)
        for name, venue in vars(venues).items()
    }


def begun(li, day, at, *posts, begins=time(9), ends=time(17)):
    rows = rounds.ask(day, posts or [li.post], "walk", begins, ends, by=li.actor, at=at)
    round_tasks.plan_day.enqueue(day.isoformat(), round_tasks.told(li.actor))
    drain()
    return [Round.objects.get(pk=row.pk) for row in rows]


def keys(planned):
    return {str(matter.pk) for matter in planned.values()}


@pytest.mark.django_db
def test_a_round_calls_at_all_of_the_day_and_is_on_a_page(planned, li, day, at):
    (one,) = begun(li, day, at)
    assert set(one.order) == keys(planned)
    assert (one.trouble, one.left, one.by_streets, one.late) == ("", [], False, 0)
    assert one.leaves >= 9 * HOUR
    verbs = list(Page.objects.order_by("-number").values_list("verb", flat=True)[:2])
    assert verbs == ["inspections.round", "inspections.ask_round"]


@pytest.mark.django_db
def test_a_round_goes_over_the_streets_where_there_is_a_map(planned, li, day, at, office, settings, tmp_path):
    settings.KOBAN_STREETS = tmp_path / "streets.npz"
    Network.read(DATA / "osm" / "helsinki-centre.osm.pbf").write(settings.KOBAN_STREETS)
    office.lon, office.lat = 24.943, 60.170
    office.save(update_fields=["lon", "lat"])
    for number, matter in enumerate(planned.values()):
        matter.lon, matter.lat = 24.938 + 0.004 * number, 60.168 + 0.003 * number
        matter.save(update_fields=["lon", "lat"])
    (one,) = begun(li, day, at)
    assert (one.by_streets, len(one.order)) == (True, 3)
    assert one.travelled > 600
    assert len(one.line) > 10


@pytest.mark.django_db
def test_a_place_without_a_street_is_left_out_and_says_why(planned, li, day, at, office, settings, tmp_path):
    settings.KOBAN_STREETS = tmp_path / "streets.npz"
    Network.read(DATA / "osm" / "helsinki-centre.osm.pbf").write(settings.KOBAN_STREETS)
    office.lon, office.lat = 24.943, 60.170
    office.save(update_fields=["lon", "lat"])
    (one,) = begun(li, day, at)
    assert [left["why"] for left in one.left] == [rules.NO_PLACE] * 3


@pytest.mark.django_db
def test_an_office_off_the_map_is_told_in_one_sentence(planned, li, day, at, settings, tmp_path):
    settings.KOBAN_STREETS = tmp_path / "streets.npz"
    Network.read(DATA / "osm" / "helsinki-centre.osm.pbf").write(settings.KOBAN_STREETS)
    (one,) = begun(li, day, at)
    assert (one.trouble, one.visits) == ("The map holds no streets here.", [])


@pytest.mark.django_db
def test_two_walk_what_one_could_not(planned, li, day, at, people, venues):
    found = begun(li, day, at, li.post, people.aux1.posts.get(), ends=time(9, 50))
    walked = [key for one in found for key in one.order]
    assert len(walked) == len(set(walked)) >= 2
    # A new plan for one alone ends the other's.
    begun(li, day, at)
    assert Round.objects.filter(on=day).count() == 1


@pytest.mark.django_db
def test_an_order_by_hand_gets_its_times_and_a_stale_one_is_refused(planned, li, day, at):
    (one,) = begun(li, day, at)
    wanted = one.order[::-1]
    changed = rounds.reorder(one.pk, wanted, version=one.version, by=li.actor, at=at)
    assert (changed.order, changed.version) == (wanted, one.version + 1)
    begins = [visit["begins"] for visit in changed.visits]
    assert begins == sorted(begins)
    with pytest.raises(Stale):
        rounds.reorder(one.pk, wanted, version=one.version, by=li.actor, at=at)
    with pytest.raises(Refused):
        rounds.reorder(one.pk, [str(uuid4())], version=changed.version, by=li.actor, at=at)


@pytest.mark.django_db
def test_an_order_that_comes_too_late_says_by_how_much(planned, li, day, at, venues):
    venues.hotel.opens_at, venues.hotel.closes_at = time(9), time(10)
    venues.hotel.save(update_fields=["opens_at", "closes_at"])
    (one,) = begun(li, day, at)
    hotel = str(planned["hotel"].pk)
    assert one.visit(hotel)["late"] == 0
    others = [key for key in one.order if key != hotel]
    changed = rounds.reorder(one.pk, [*others, hotel], version=one.version, by=li.actor, at=at)
    assert changed.visit(hotel)["late"] > 0


@pytest.mark.django_db
def test_what_was_left_out_can_be_taken_in_again(planned, li, day, at):
    (one,) = begun(li, day, at)
    first = one.order[0]
    out = rounds.reorder(one.pk, one.order[1:], version=one.version, by=li.actor, at=at)
    assert [left["key"] for left in out.left] == [first]
    again = rounds.reorder(one.pk, [*out.order, first], version=out.version, by=li.actor, at=at)
    assert (again.order[-1], again.left) == (first, [])


@pytest.mark.django_db
def test_after_a_visit_that_failed_the_rest_is_worked_out_anew_from_there(planned, li, day, at, office):
    (one,) = begun(li, day, at)
    closed = one.order[0]
    matter = next(matter for matter in planned.values() if str(matter.pk) == closed)
    noon = datetime.combine(day, time(12), ZoneInfo(office.tz))
    planning.failed(matter, "closed", by=li.actor, at=noon, station=office)
    assert Job.objects.filter(task=round_tasks.PLAN_REST).count() == 1
    found = rounds.worked_anew(one, office, noon)
    rounds.keep(found, by=li.actor, at=noon)
    one.refresh_from_db()
    assert (one.past, one.visits[0]["key"]) == (1, closed)
    assert closed not in one.order
    assert len(one.order) == 2
    assert min(visit["arrives"] for visit in one.visits[1:]) >= 12 * HOUR


@pytest.mark.django_db
def test_the_line_of_an_order_is_kept_only_while_it_is_the_order(planned, li, day, at):
    (one,) = begun(li, day, at)
    rounds.keep_line(one, [[1.0, 2.0], [3.0, 4.0]], by=li.actor, at=at)
    assert Round.objects.get(pk=one.pk).line == [[1.0, 2.0], [3.0, 4.0]]
    rounds.reorder(one.pk, one.order, version=one.version, by=li.actor, at=at)
    rounds.keep_line(one, [[1.0, 2.0], [3.0, 4.0]], by=li.actor, at=at)
    assert Round.objects.get(pk=one.pk).line == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "posts, begins, ends, why", [(0, 9, 17, "who walks"), (1, 17, 9, "ends before it begins")]
)
def test_a_round_needs_somebody_and_time(planned, li, day, at, posts, begins, ends, why):
    with pytest.raises(Refused, match=why):
        rounds.ask(day, [li.post] * posts, "walk", time(begins), time(ends), by=li.actor, at=at)


@pytest.mark.django_db
def test_whoever_may_not_plan_may_not_order_either(planned, li, day, at, people):
    (one,) = begun(li, day, at)
    with pytest.raises(Denied):
        rounds.reorder(one.pk, [], version=one.version, by=actor_of(people.inspector), at=at)


@pytest.mark.django_db
def test_the_telephone_gets_its_round_as_plain_data(planned, li, day, at, office, django_assert_num_queries):
    begun(li, day, at)
    with django_assert_num_queries(2):
        told = rounds.round_for(li.post.pk, day, office)
    assert told is not None
    assert {stop["matter"] for stop in told["stops"]} == keys(planned)
    first = told["stops"][0]
    assert first["begins"].endswith("+08:00")
    assert first["label"]
    assert rounds.round_for(uuid4(), day, office) is None


def test_the_sketch_keeps_within_its_frame_and_numbers_every_stop():
    drawn = round_planning.sketch(Point(24.94, 60.17), [(24.95, 60.18), (24.93, 60.16)], [])
    assert sorted(name for _x, _y, name in drawn.dots) == ["", "1", "2"]
    assert all(0 <= x <= drawn.wide and 0 <= y <= drawn.high for x, y, _name in drawn.dots)


# --- The page ----------------------------------------------------------------------------------------------------


def key(**told):
    return {"key": uuid4().hex, **told}


def page(desk, day):
    return desk.get(reverse("inspections:round") + f"?on={day.isoformat()}")


def asked(desk, li, day, **change):
    told = {
        "on": day.isoformat(),
        "posts": [str(li.post.pk)],
        "profile": "walk",
        "begins": "09:00",
        "ends": "17:00",
    }
    return desk.post(reverse("inspections:round"), key(**(told | change)))


@pytest.mark.django_db
def test_the_page_plans_shows_and_orders_a_round_without_a_script(desk, planned, li, day):
    assert "No round is planned" in page(desk, day).content.decode()
    assert asked(desk, li, day).status_code == 302
    assert "Work out the day" in page(desk, day).content.decode()
    drain()
    shown = page(desk, day).content.decode()
    assert "Leaves at 09:" in shown
    assert shown.count('name="way" value="up"') == 3
    one = Round.objects.get(on=day)
    second = one.order[1]
    answer = desk.post(
        reverse("inspections:round-order", args=[one.pk]), key(stop=second, way="up", version=one.version)
    )
    assert answer.status_code == 302
    assert Round.objects.get(pk=one.pk).order[0] == second


@pytest.mark.django_db
def test_a_dragged_order_answers_with_the_round_alone(desk, planned, li, day):
    asked(desk, li, day)
    drain()
    one = Round.objects.get(on=day)
    told = key(order=",".join(one.order[::-1]), version=one.version)
    answer = desk.post(
        reverse("inspections:round-order", args=[one.pk]), told, headers={"HX-Request": "true"}
    )
    assert answer.content.decode().strip().startswith(f'<section class="round" id="round-{one.pk}"')
    assert Round.objects.get(pk=one.pk).order == one.order[::-1]
    stale = desk.post(reverse("inspections:round-order", args=[one.pk]), key(order="", version=one.version))
    assert stale.status_code == 412


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"posts": []}, {"on": "2000-01-01"}, {"begins": "17:00", "ends": "09:00"}, {"profile": "rocket"}],
)
def test_a_plan_that_makes_no_sense_is_refused_on_the_page(desk, planned, li, day, change):
    assert asked(desk, li, day, **change).status_code in (400, 422)
    assert not Round.objects.exists()


@pytest.mark.django_db
def test_the_map_gets_numbered_pins_and_a_line(desk, planned, li, day):
    asked(desk, li, day)
    drain()
    one = Round.objects.get(on=day)
    pins = desk.get(reverse("inspections:round-places", args=[one.pk])).json()
    assert [pin["properties"]["title"][:2] for pin in pins["features"]] == ["Of", "1.", "2.", "3."]
    line = desk.get(reverse("inspections:round-line", args=[one.pk])).json()
    assert (line["geometry"]["type"], line["properties"]["drawn"]) == ("LineString", False)


@pytest.mark.django_db
def test_the_rest_is_worked_out_anew_on_a_press(desk, planned, li, day):
    asked(desk, li, day)
    drain()
    one = Round.objects.get(on=day)
    assert desk.post(reverse("inspections:round-again", args=[one.pk]), key()).status_code == 302
    drain()
    again = Round.objects.get(pk=one.pk)
    assert (again.version, len(again.order)) == (one.version + 1, 3)


@pytest.mark.django_db
def test_the_page_asks_the_same_questions_for_one_stop_as_for_three(desk, planned, li, day, at):
    (one,) = begun(li, day, at)
    page(desk, day)
    counts = [_questions(desk, day)]
    rounds.reorder(one.pk, one.order[:1], version=one.version, by=li.actor, at=at)
    counts.append(_questions(desk, day))
    assert counts[0] == counts[1] <= 18


def _questions(desk, day):
    with CaptureQueriesContext(connection) as asked_for:
        page(desk, day)
    return len([each for each in asked_for if not each["sql"].startswith(FRAMES)])


@pytest.mark.django_db
def test_the_page_speaks_chinese(desk, planned, li, day):
    desk.cookies["koban_language"] = "zh-hans"
    asked(desk, li, day)
    drain()
    assert "当日路线" in page(desk, day).content.decode()
