"""The people of a matter at the desk: open, find, add, and the key that opens a resident's own pages."""

from typing import Any
from uuid import UUID

import segno
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from koban.kernel import stations
from koban.kernel.access.once import once
from koban.kernel.access.roles import require
from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent
from koban.matters import duty, looks, parties
from koban.matters.models import Matter, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register
from koban.registers.residents import words


class FindForm(forms.Form):
    query = Told(
        label=_("Name, pinyin, initials, telephone or number of a document"), limit=60,
        widget=forms.TextInput({"autocomplete": "off", "data-no-draft": ""}),
    )  # fmt: skip


@require_POST
def open_person(request: Request, matter: UUID) -> HttpResponse:
    """Open what the purpose of the matter allows of one or more of its people. The page is committed first."""
    found, asked = ours(matter), _ids(request.POST.getlist("person"))
    fields = [field for field in words.FIELDS if field in duty.duty(found.kind).opens & looks.FIELDS]
    opened = looks.look_person(found, asked, fields, by=request.actor, at=timezone.now())
    shown = [
        (who, [(words.FIELDS[field], words.shown(field, values[field])) for field in fields])
        for who, values in opened.items()
    ]
    return _answer(request, found, "opened", {"opened": shown})


@require_POST
def open_contacts(request: Request, matter: UUID) -> HttpResponse:
    """Whom to call for people of the matter, from the card that they gave. The page is committed first."""
    found, asked = ours(matter), _ids(request.POST.getlist("person"))
    opened = looks.look_contacts(found, asked, by=request.actor, at=timezone.now())
    told = [
        (words.RELATIONS.get(how, how), name, phone) for rows in opened.values() for how, name, phone in rows
    ]
    return _answer(request, found, "contacts", {"contacts": told})


@require_POST
def find_person(request: Request, matter: UUID) -> HttpResponse:
    """Look for a resident for this matter; whoever is shown can see it on their own pages."""
    found, form = ours(matter), FindForm(request.POST)
    if not form.is_valid():
        return _answer(request, found, "found", {"find": form}, 422)
    shown = looks.find_person(found, form.cleaned_data["query"], by=request.actor, at=timezone.now())
    return _answer(request, found, "found", {"found": shown, "find": form, "asked": True})


@require_POST
@once
def add_person(request: Request, matter: UUID) -> HttpResponse:
    """Make a resident whom a search showed a party of the matter."""
    found, role = ours(matter), request.POST.get("role", Party.Role.INVOLVED)
    who = _one(request)
    parties.add(
        found,
        who,
        role=role if role in Party.Role else Party.Role.INVOLVED,
        by=request.actor,
        at=timezone.now(),
    )
    return redirect(duty.address(found))


@require_POST
@once
def give_key(request: Request, matter: UUID) -> HttpResponse:
    """A new key for a resident of this matter, as a sheet to print; the secret is shown this once."""
    found, now = ours(matter), timezone.now()
    require(request.actor, "residents.key")
    looks.right(found, by=request.actor, at=now)
    who = looks.belongs(found, _one(request), at=now)
    number, secret = residents.give_key(register.person(who), by=request.actor, at=now)
    link = (
        request.build_absolute_uri(reverse("desk:me_enter", args=[here(request).code]))
        + f"#{number}.{secret}"
    )
    context = {
        "number": number,
        "secret": secret,
        "drawing": qr(link),
        "station": here(request),
        "matter": found,
    }
    response = render(request, "matters/key.html", context, status=201)
    response["Cache-Control"] = "no-store"
    return response


def ours(matter: UUID) -> Matter:
    """A matter of the own station. Raises Absent, also for one of a station that is only read."""
    found: Matter | None = Matter.objects.filter(pk=matter, station_id=stations.current().home).first()
    if found is None:
        raise Absent
    return found


def qr(link: str) -> SafeString:
    """A QR code, dark on white in both lights."""
    drawn = segno.make(link, error="m", micro=False)
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )


def _answer(
    request: Request, matter: Matter, part: str, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The part alone where the page asked for it, else a page of its own."""
    name = f"matters/parts/{part}.html" if request.headers.get("HX-Request") else "matters/looked.html"
    around = {"matter": matter, "part": f"matters/parts/{part}.html", "back": duty.address(matter)}
    response = render(
        request, name, around | {"roles": Party.Role.choices, "key_ok": True} | more, status=status
    )
    response["Cache-Control"] = "no-store"
    return response


def _ids(told: list[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in told]
    except ValueError:
        raise Absent from None


def _one(request: Request) -> UUID:
    asked = _ids(request.POST.getlist("person"))
    if len(asked) != 1:
        raise Absent
    return asked[0]
