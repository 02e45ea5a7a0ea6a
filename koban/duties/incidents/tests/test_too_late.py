"""A step that the state does not offer shows no form: it says so, and the sheet stands below it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koban.duties.incidents.panel import STEPS
from koban.duties.incidents.step_forms import OUTCOMES
from koban.duties.incidents.tests.test_pages import of, send, take
from koban.matters.models import Matter

OUTCOME = OUTCOMES[0][0]
pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(desk: Client) -> Matter:
    matter = take(desk)
    assert send(desk, "answer", *of(matter), text="We went there.", outcome=OUTCOME).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "answered"
    return matter


@pytest.mark.parametrize("step", [step for step in STEPS if step.key != "photo"], ids=lambda step: step.key)
def test_the_form_is_there_exactly_where_the_step_is(desk: Client, answered: Matter, step: Any) -> None:
    shown = desk.get(reverse(f"incidents:{step.key}", args=of(answered)))
    assert shown.status_code == (200 if "answered" in step.states else 302)


def test_a_step_that_is_not_possible_now_says_so_on_the_sheet(desk: Client, answered: Matter) -> None:
    page = desk.get(reverse("incidents:triage", args=of(answered)), follow=True)
    assert page.redirect_chain == [(f"/desk/incidents/{answered.year}/{answered.number}/", 302)]
    assert "“Type and priority” is not possible now: the state is “Answered”." in page.text


def test_sending_it_nevertheless_is_refused(desk: Client, answered: Matter) -> None:
    assert (
        send(
            desk, "triage", *of(answered), code="noise", priority="2", version=str(answered.version)
        ).status_code
        == 422
    )
    answered.refresh_from_db()
    assert answered.state == "answered"
