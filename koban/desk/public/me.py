"""My pages: the door for a resident's key, and what stands behind it."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters import own
from koban.matters.duty import OwnPage
from koban.registers.residents import queries as register
from koban.registers.residents import words
from koban.registers.residents.handles import Person

WRONG = _("There is no key with this number and this secret. Please compare both with your sheet.")


class KeyForm(forms.Form):
    number = Told(
        label=_("Number"), limit=20, widget=forms.TextInput({"placeholder": "2026-000123", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of your key.")},
    )  # fmt: skip
    secret = Told(
        label=_("Secret"), limit=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Twelve letters and digits from your sheet. Small letters and missing dashes do no harm."),
        error_messages={"required": _("Write the secret of your key.")},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponseBase:
    """Number and secret, by POST alone. Every try counts."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return own.enter(request, form.cleaned_data["number"], form.cleaned_data["secret"])
        except Absent:
            form.add_error(None, str(WRONG))
    context = {"form": form, "known": own.is_open(request)}
    return own.show(request, "desk/public/me/enter.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Door:
    """A tile: where it leads, and how many things stand behind it."""

    page: OwnPage
    url: str
    count: int | None


@require_safe
@own.with_person
def home(request: Request, person: Person, station: Station) -> HttpResponse:
    return own.show(request, "desk/public/me/home.html", {"doors": doors(person, station)})


def doors(person: Person, station: Station) -> list[Door]:
    now = timezone.now()
    return [
        Door(
            page,
            reverse(page.url_name, args=[station.code]),
            page.count(person.pk, now) if page.count else None,
        )
        for page in sorted([*OURS, *own.doors()], key=lambda page: page.order)
    ]


OURS = (
    OwnPage(
        _("My data"), _("What the office has of you; correct what is wrong"), "desk:me_data", "database", 10
    ),
    OwnPage(
        _("Who looked"),
        _("Who saw your data, when, for which matter, and why they were allowed to"),
        "desk:me_looks",
        "eye",
        20,
    ),
)


@require_safe
@own.with_person
def data(request: Request, person: Person, station: Station) -> HttpResponse:
    """Everything the register has of the person. Their own look is a page of the ledger too."""
    values, contacts = own.data_of(person, by=request.actor)
    shown = [(words.FIELDS[field], words.shown(field, value)) for field, value in values.items()]
    context = {
        "values": shown, "contacts": contacts, "homes": register.residences_of(person),
        "consents": register.consents_of(person), "now": timezone.now(),
    }  # fmt: skip
    return own.show(request, "desk/public/me/data.html", context)


@require_POST
def leave(request: Request) -> HttpResponseBase:
    return own.leave(request)
