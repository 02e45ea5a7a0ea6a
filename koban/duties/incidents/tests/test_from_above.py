"""A chief leads the own station and reads the offices below; they change nothing there, and no page offers it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import SceneEntry
from koban.duties.incidents.panel import STEPS
from koban.duties.incidents.tests.test_pages import key, of, send, take
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, sign_in
from koban.kernel.ledger import PUBLIC, reading
from koban.kernel.stations.models import Station
from koban.matters.models import Matter, Note

pytestmark = pytest.mark.django_db
BANNER = "You read this here. Only its own office can change it."


@pytest.fixture
def above(people: SimpleNamespace) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, people.chief)
    client.cookies["koban_language"] = "en"
    return client


@pytest.fixture
def twins(desk: Client, tree: SimpleNamespace) -> tuple[Matter, Matter]:
    """A report of the lake office, and one of the hill office with the same number."""
    first = take(desk)
    with stations.scope(tree.hill.pk):
        report = Report("theft", "phone", "A bicycle is gone")
        second = actions.take(report, by=PUBLIC, at=timezone.now(), station=tree.hill).matter
    assert of(first) == of(second)
    return first, second


def page_of(matter: Matter, **query: Any) -> tuple[str, dict[str, Any]]:
    return f"/desk/incidents/{matter.year}/{matter.number}/", query


def test_a_number_that_two_offices_have_is_asked_about_and_then_shown(above: Client, twins: Any) -> None:
    assert above.get(page_of(twins[0])[0]).status_code == 300
    for matter, words in zip(twins, ("Loud music upstairs", "A bicycle is gone"), strict=True):
        page = above.get(*page_of(matter, at=matter.station_id))
        assert page.status_code == 200
        assert words in page.text


def test_every_list_leads_the_chief_to_the_report_that_it_names(above: Client, twins: Any) -> None:
    for page in ("/desk/board/", "/desk/matters/"):
        text = above.get(page).text
        for matter in twins:
            assert f"{page_of(matter)[0]}?at={matter.station_id}" in text
    assert 'class="btn btn-small" data-send' not in above.get("/desk/board/").text


def test_the_page_says_that_it_is_read_and_offers_nothing(above: Client, desk: Client, twins: Any) -> None:
    page = above.get(*page_of(twins[0], at=twins[0].station_id)).text
    assert BANNER in page
    for step in STEPS:
        assert f"/{step.key}/" not in page
    assert "/hold/" not in page
    own = desk.get(page_of(twins[0])[0]).text
    assert BANNER not in own
    assert "/note/" in own


@pytest.mark.parametrize("step", [step.key for step in STEPS if step.key != "photo"])
def test_no_step_changes_an_office_below(above: Client, twins: Any, step: str) -> None:
    matter = twins[0]
    told = {"text": "x", "reason": "x", "summary": "x", "code": "noise", "priority": "3", "number": "2026-000009",
            "body": "urban", "kind": "seen", "status": "done", "version": str(matter.version)}  # fmt: skip
    before = reading.size(matter.station_id)
    answer = above.post(f"{page_of(matter)[0]}{step}/?at={matter.station_id}", {**key(), **told})
    assert answer.status_code in (403, 404, 409, 422)
    with stations.scope(matter.station_id):
        assert Matter.objects.get().version == matter.version
        assert not SceneEntry.objects.exists()
        assert not Note.objects.filter(text="x").exists()
    assert reading.size(matter.station_id) == before
    with stations.scope(above_of(matter).pk):
        assert not Note.objects.exists()


def above_of(matter: Matter) -> Station:
    return Station.objects.get(code="above")


def test_a_note_that_a_chief_forces_says_who_can(above: Client, twins: Any) -> None:
    matter = twins[0]
    answer = above.post(f"{page_of(matter)[0]}note/?at={matter.station_id}", {**key(), "text": "x"})
    assert answer.status_code == 403
    assert "only its own office can change it" in answer.text


def test_no_row_of_one_station_hangs_on_a_row_of_another(twins: Any, tree: SimpleNamespace) -> None:
    with stations.scope(tree.above.pk, tree.lake.pk), pytest.raises(stations.OutsideScope):
        Note.objects.create(matter=twins[0], text="x", at=timezone.now(), label="chief")


def test_a_chief_works_on_the_matters_of_the_own_station(above: Client, people: Any, tree: Any) -> None:
    with stations.scope(tree.above.pk):
        report = Report("noise", "phone", "Loud music")
        matter = actions.take(report, by=actor_of(people.chief), at=timezone.now(), station=tree.above).matter
    page = above.get(page_of(matter)[0]).text
    assert BANNER not in page
    assert send(above, "handle", *of(matter)).status_code == 302
    with stations.scope(tree.above.pk):
        assert Matter.objects.get().state == "handling"
