"""Inspections: places by regime and checklist, planned by what is known of the place, recorded on the spot."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import planning, regimes, sheets, submitting
from koban.duties.inspections.flow import FLOW
from koban.duties.inspections.models import Attempt, Event, Inspection
from koban.kernel import law
from koban.matters.duty import Duty, MenuItem
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("inspections:detail", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    """The kind of place, in the words of the first pack that knows it."""
    for pack in law.keys():  # noqa: SIM118  # a function of the law, not of a mapping
        if row := regimes.newest(code, pack):
            return row.words.said(get_language() or "en")
    return code


DUTY = Duty(
    key="inspections",
    label=_("Inspections"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=planning.receive,
    retention="ordinary",
    opens=frozenset({"name", "phone"}),
    forms=dict.fromkeys(sheets.forms_of(law.keys()), submitting.take_form),
    menu=(
        MenuItem(_("Inspections"), "inspections:due", "list-check", "inspections.read", 40),
        MenuItem(_("Places to inspect"), "inspections:places", "building-store", "inspections.read", 42, "registers"),
    ),
    facts={"permit": dict(Event.Permit.choices).get, "why": (dict(Inspection.Why.choices) | dict(Attempt.Why.choices)).get},
    sentences={
        "inspections.open": _("An inspection was asked for: %(why)s"),
        "inspections.plan": _("Planned for %(on)s"),
        "inspections.set_day": _("Another day was set: %(on)s"),
        "inspections.failed": _("Could not be inspected: %(why)s"),
        "inspections.record": _("Inspected; not in order: %(findings)s"),
        "inspections.pass": _("Inspected; all in order"),
        "inspections.still": _("Looked at again; not corrected yet"),
        "inspections.hazard": _("A hazard is followed: %(hazard)s"),
        "inspections.finish": _("Everything is corrected"),
        "inspections.cancel": _("Cancelled"),
        "inspections.reopen": _("Opened again"),
        "inspections.open_file": _("The file of a place was begun"),
        "inspections.change_file": _("The file of a place was changed"),
        "inspections.floor_plan": _("A floor plan was put into the file"),
        "inspections.warn": _("Entered into the public register of warnings"),
        "inspections.lift": _("Taken off the public register of warnings"),
        "inspections.give_link": _("A place got the code of its own page"),
        "inspections.self_check": _("A place told of its self-inspection"),
        "inspections.commit": _("The seed of a draw was sealed, its hash published"),
        "inspections.draw": _("Self-inspections were drawn"),
        "inspections.event": _("A large event was entered"),
        "inspections.permit": _("It was decided on the permit: %(permit)s"),
        "inspections.campaign": _("A campaign begins"),
        "inspections.ask_round": _("The rounds of %(on)s were begun"),
        "inspections.round": _("The rounds of %(on)s were worked out"),
        "inspections.order_round": _("A round was ordered by hand"),
        "inspections.draw_round": _("The line of a round was drawn"),
    },
)  # fmt: skip
