"""Handing a matter from duty to duty: any duty that says how it receives can be chosen, and both sides show it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import endings
from koban.duties.incidents.models import Incident
from koban.kernel import stations
from koban.kernel.access.testing import actor_of
from koban.kernel.flow import Flow, Move, State
from koban.kernel.ledger import reading
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Absent, Refused
from koban.matters import actions, joins
from koban.matters.duty import Duty, all_duties
from koban.matters.models import Link, Matter, Referral
from koban.matters.timeline import timeline

STATES = (State("open", "Burning"), State("out", "Out", closed=True))
FLOW = Flow("lamps", "open", STATES, (Move("end", "End", ("open",), "out", "matters.note"),))


def receive(source: Matter, *, summary: str, type: str, by: Any, at: datetime, station: Any) -> Matter:
    return actions.open_matter(
        "lamps", by=by, at=at, station=station, summary=summary, place=joins.place_of(source)
    )


LAMPS = Duty(
    key="lamps", label="Street lamps", flow=FLOW, url=lambda matter: f"/desk/lamps/{matter.number}/",
    type_label=str, receive=receive,
)  # fmt: skip


@pytest.fixture
def lamps(monkeypatch):
    """A house that has one duty more: it keeps street lamps, and takes what others refer to it."""
    monkeypatch.setitem(all_duties(), "lamps", LAMPS)
    return LAMPS


@pytest.fixture
def report(take):
    return take()


def refer(browser, matter, **changes):
    told = {"key": uuid4().hex, "to": "lamps", "reason": "The lamp at the corner is dark.", **changes}
    return browser.post(f"/desk/matters/{matter.pk}/refer/", told)


def page(browser, matter):
    return browser.get(f"/desk/incidents/{matter.year}/{matter.number}/").text


def part(matter, actor):
    """What a page of any duty shows with the tag."""
    request = RequestFactory().get("/")
    request.actor, request.user = actor, AnonymousUser()  # type: ignore[attr-defined]
    return Template("{% load referrals %}{% referrals matter %}").render(
        Context({"matter": matter, "request": request})
    )


def test_without_a_duty_that_takes_referrals_there_is_no_button(desk, report, monkeypatch):
    for key in [key for key, duty in all_duties().items() if duty.receive and key != "incidents"]:
        monkeypatch.delitem(all_duties(), key)
    assert "/refer/" not in page(desk, report).replace(f"/{report.number}/refer/", "")
    assert desk.get(f"/desk/matters/{report.pk}/refer/").status_code == 422


def test_the_button_leads_to_the_duties_that_receive(desk, report, lamps):
    assert f"/desk/matters/{report.pk}/refer/" in page(desk, report)
    form = desk.get(f"/desk/matters/{report.pk}/refer/").text
    assert "Street lamps" in form
    assert 'value="incidents"' not in form
    assert 'value="oversight"' not in form


def test_a_referral_opens_a_linked_matter_and_both_sides_show_it(desk, report, lamps, people):
    answer = refer(desk, report)
    opened = Matter.objects.get(kind="lamps")
    assert answer["Location"] == f"/desk/lamps/{opened.number}/"
    assert opened.summary == "The lamp at the corner is dark."
    assert Referral.objects.get().result_id == opened.pk
    ours = page(desk, report)
    assert "Referred to Street lamps" in " ".join(ours.split())
    assert opened.printed in ours
    theirs = " ".join(part(opened, actor_of(people.li)).split())
    assert (
        f'Came from Reports and requests for help: <a href="/desk/incidents/{report.year}/{report.number}/">'
        in theirs
    )
    assert "Came from another duty (Reports and requests for help)" in str(
        [e.sentence for e in timeline(opened)]
    )
    assert "Referred to another duty (Street lamps)" in str([e.sentence for e in timeline(report)])


def test_a_matter_of_another_duty_is_referred_to_the_incidents(people, lake, lamps):
    told: dict[str, Any] = {"by": actor_of(people.li), "at": timezone.now(), "station": lake}
    lamp = actions.open_matter("lamps", summary="dark", **told)
    assert f"/desk/matters/{lamp.pk}/refer/" in part(lamp, told["by"])
    opened = joins.refer(lamp, "incidents", reason="Somebody broke it.", **told)
    assert (opened.kind, Incident.objects.get().matter_id) == ("incidents", opened.pk)
    assert Link.objects.get(kind="referred").source_id == lamp.pk
    assert verify(lake).ok


@pytest.mark.parametrize(
    "told, status",
    [({"reason": " "}, 422), ({"to": "nobody"}, 422), ({"to": "oversight"}, 422), ({"to": ""}, 422)],
)
def test_a_referral_needs_a_duty_that_takes_it_and_a_reason(desk, report, lamps, told, status):
    answer = refer(desk, report, **told)
    assert answer.status_code == status
    assert not Referral.objects.exists()


def test_what_is_typed_stays_when_it_cannot_be_sent(desk, report, lamps):
    assert "The lamp at the corner is dark." in refer(desk, report, to="").text


def test_a_closed_matter_is_referred_no_more(desk, report, lamps, people):
    told: dict[str, Any] = {"by": actor_of(people.li), "at": timezone.now()}
    endings.cancel(report, reason="by mistake", **told)
    assert f"/desk/matters/{report.pk}/refer/" not in page(desk, report)
    assert refer(desk, report).status_code == 422
    with pytest.raises(Refused, match="closed"):
        joins.refer(report, "lamps", reason="x", station=report.station, **told)


def test_an_incident_that_was_also_referred_inside_does_not_hide_its_sheet_when_it_closes(
    desk, report, lamps, people
):
    refer(desk, report)
    told: dict[str, Any] = {"by": actor_of(people.li), "at": timezone.now()}
    endings.cancel(report, reason="settled", **told)
    assert "Another body has it now" not in page(desk, report)


def test_another_office_refers_nothing_and_whoever_reads_from_above_neither(people, report, lamps, tree):
    assert refer(browser_of(people.wang), report).status_code == 404
    assert refer(browser_of(people.chief), report).status_code == 403
    with stations.scope(tree.lake.pk):
        assert not Referral.objects.exists()


def test_a_complaint_about_the_police_is_referred_to_nobody(lake, people, lamps):
    told: dict[str, Any] = {"by": actor_of(people.li), "at": timezone.now(), "station": lake}
    matter = actions.open_matter("oversight", **told)
    browser = browser_of(people.li)
    assert browser.get(f"/desk/matters/{matter.pk}/refer/").status_code == 404


def test_a_duty_that_this_house_has_not_is_absent(report, people, lake):
    with pytest.raises(Absent):
        joins.refer(report, "fishing", by=actor_of(people.li), at=timezone.now(), station=lake, reason="x")


def test_the_ledger_says_who_referred_what(desk, report, lamps):
    refer(desk, report)
    verbs = [page.verb for page in reading.since(0)]
    assert verbs[-4:] == ["lamps.open", "matters.link", "matters.refer", "matters.referred_in"]
