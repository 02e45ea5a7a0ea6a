"""A report of the same event: said before it is stored, with and without a script, and never twice."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koban.duties.incidents.tests.test_pages import key
from koban.kernel.ledger import reading
from koban.matters.models import Matter

pytestmark = pytest.mark.django_db
TOLD = {
    "summary": "Loud music upstairs since ten",
    "code": "noise",
    "channel": "phone",
    "place": "Lake Road 1",
}
HINT = "Perhaps the same event"
SCREEN = "Not stored yet"


@pytest.fixture
def first(desk: Client) -> Matter:
    assert tell(desk).status_code == 200
    found: Matter = Matter.objects.get()
    return found


def tell(desk: Client, **told: Any) -> Any:
    return desk.post(reverse("incidents:new"), {**key(), **TOLD, **told})


def test_the_second_telling_is_shown_before_it_is_stored(desk: Client, first: Matter) -> None:
    before = reading.size(first.station_id)
    answer = tell(desk, name="Wang")
    assert answer.status_code == 409
    assert SCREEN in answer.text
    assert first.printed in answer.text
    assert TOLD["summary"] in answer.text
    assert 'value="Wang"' in answer.text
    assert Matter.objects.count() == 1
    assert reading.size(first.station_id) == before


def test_sent_once_more_it_is_stored_and_nothing_hints_at_it_again(desk: Client, first: Matter) -> None:
    asked = tell(desk)
    seen = re.search(r'name="seen" value="([^"]*)"', asked.text)
    assert seen
    answer = tell(desk, seen=seen[1])
    assert answer.status_code == 200
    assert HINT not in answer.text
    assert Matter.objects.count() == 2


def test_who_saw_it_while_typing_is_not_asked_again(desk: Client, first: Matter) -> None:
    typing = desk.post(reverse("incidents:hints"), TOLD).text
    assert HINT in typing
    assert f'name="seen" value="{first.printed} "' in typing
    assert tell(desk, seen=f"{first.printed} ").status_code == 200


def test_another_telling_that_came_meanwhile_is_asked_about(desk: Client, first: Matter) -> None:
    assert tell(desk, seen=first.printed).status_code == 200
    assert tell(desk, seen=first.printed).status_code == 409


def test_the_same_event_is_joined_at_once_and_its_caller_keeps_a_receipt(desk: Client, first: Matter) -> None:
    answer = tell(desk, same=first.printed)
    assert answer.status_code == 200
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text)
    assert "Joined with" in answer.text
    assert HINT not in answer.text
    double = Matter.objects.exclude(pk=first.pk).get()
    assert (double.state, double.merged_into_id) == ("merged", first.pk)


@pytest.mark.parametrize("same", ["2020-000001", "x", "²-²", "-", "9" * 40])
def test_a_number_that_no_report_has_stores_nothing(desk: Client, first: Matter, same: str) -> None:
    answer = tell(desk, same=same)
    assert answer.status_code == 422
    assert "There is no matter with this number." in answer.text
    assert Matter.objects.count() == 1


def test_what_is_urgent_does_not_wait_and_is_hinted_at_afterwards(desk: Client, first: Matter) -> None:
    answer = tell(desk, priority="1")
    assert answer.status_code == 200
    assert HINT in answer.text
    assert Matter.objects.count() == 2


def test_another_event_is_not_held_up(desk: Client, first: Matter) -> None:
    answer = tell(desk, code="lost_property", summary="A red umbrella was left on the bus")
    assert answer.status_code == 200
    assert HINT not in answer.text
