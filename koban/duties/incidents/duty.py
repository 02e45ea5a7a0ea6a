"""Incidents: reports, requests for help, and what becomes of them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import actions
from koban.duties.incidents import step_forms as forms
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.forms import CATEGORIES
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Channel, SceneEntry, Thing
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.duty import Duty, MenuItem
from koban.matters.joins import place_of
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("incidents:detail", args=[matter.year, matter.number])


def type_label(code: str) -> str:
    return CATALOGUE[code].name.said(get_language() or "") if code in CATALOGUE else code


def receive(source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Open an incident for a referral, or for a part split off."""
    code = type if type in CATALOGUE else "advice"
    report = Report(code, "walk_in", summary, place_of(source), language=source.language)
    return actions.take(report, by=by, at=at, station=station).matter


def _body(key: str) -> Any:
    return spoken(CATALOGUE.bodies[key].name) if key in CATALOGUE.bodies else None


def _kind(key: str) -> Any:
    return {"report": _("report"), "help": _("request for help"), **dict(SceneEntry.Kind.choices)}.get(key)


def _item(key: str) -> Any:
    """The words of a checklist item; lists that share a key mean the same by it."""
    items = (item for each in CATALOGUE.checklists.values() for item in each.items)
    return next((spoken(item.words) for item in items if item.key == key), None)


DUTY = Duty(
    sends=True,
    key="incidents",
    label=_("Reports and requests for help"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=receive,
    retention="ordinary",
    facts={
        "to": _body,
        "channel": dict(Channel.choices).get,
        "kind": _kind,
        "act": forms.ACTS.get,
        "item": _item,
        "way": dict(Thing.Way.choices).get,
        "state": dict(Thing.State.choices).get,
        "category": CATEGORIES.get,
    },
    opens=frozenset({"name", "phone", "contacts"}),
    menu=(
        MenuItem(_("Reports"), "incidents:list", "list", "incidents.read", 20),
        MenuItem(_("New report"), "incidents:new", "plus", "incidents.take", 15, "now"),
        MenuItem(_("Lost and found"), "incidents:things", "package", "incidents.things", 60, "registers"),
    ),
    sentences={
        "incidents.open": _("The report was taken"),
        "incidents.triage": _("Type and priority were set: priority %(priority)s"),
        "incidents.retriage": _("Type and priority were set: priority %(priority)s"),
        "incidents.relocate": _("The place was corrected"),
        "incidents.reword": _("The words were corrected; before, they were"),
        "incidents.dispatch": _("Sent: %(who)s"),
        "incidents.reinforce": _("Sent as well: %(who)s"),
        "incidents.accept": _("On the way"),
        "incidents.arrive": _("Arrived"),
        "incidents.also_there": _("Arrived as well"),
        "incidents.free": _("Free again"),
        "incidents.leave_scene": _("Left the scene"),
        "incidents.stand_down": _("Called back before arriving"),
        "incidents.handle": _("Handled from the office"),
        "incidents.log": _("Scene log"),
        "incidents.answer": _("The resident was answered"),
        "incidents.write_out": _("Wrote to the resident"),
        "incidents.call_back": _("Called back"),
        "incidents.feedback": _("The resident judged the answer"),
        "incidents.refer_out": _("Referred to another body"),
        "incidents.referral": _("The other body reported: %(status)s"),
        "incidents.take_back": _("Taken back"),
        "incidents.close": _("Closed"),
        "incidents.close_referred": _("Closed after referral"),
        "incidents.close_unanswered": _("Closed without an answer"),
        "incidents.merge": _("The same event as %(into)s"),
        "incidents.cancel": _("Cancelled"),
        "incidents.reopen": _("Opened again"),
        "incidents.thing": _("A lost or found thing was written down"),
        "incidents.thing_end": _("A lost or found thing went its way"),
        "incidents.revive": _("Taken up again"),
    },
)
