"""The desk's page of doubles: suggestions with reasons, both side by side, merge and unmerge."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent
from koban.matters import doubles, duty, looks
from koban.matters.models import Matter
from koban.matters.views import ours
from koban.registers.residents import words


class WhyForm(forms.Form):
    reason = Told(
        label=_("Why"), limit=1000, lines=True, widget=forms.Textarea({"rows": 2, "maxlength": 1000})
    )


class MergeForm(WhyForm):
    keep = forms.ChoiceField(
        label=_("Which entry stays?"), widget=forms.RadioSelect, initial="one",
        choices=[("one", _("The one of this matter")), ("other", _("The other one"))],
    )  # fmt: skip
    field_order = ("keep", "reason")


@require_GET
def page(request: Request, matter: UUID) -> HttpResponse:
    return _page(request, ours(matter))


@require_POST
def compare(request: Request, matter: UUID) -> HttpResponse:
    """Open both, side by side; the page of the look is committed first, and both see it."""
    found, (one, other) = ours(matter), _two(request)
    rows, reasons = doubles.look_both(found, one, other, by=request.actor, at=timezone.now())
    told = [(words.FIELDS[name], words.shown(name, a), words.shown(name, b), a == b) for name, a, b in rows]
    shown: dict[str, Any] = {
        "pair": told,
        "one": one,
        "other": other,
        "reasons": [spoken(why) for why in reasons],
    }
    return _page(request, found, **shown)


@require_POST
@once
def merge(request: Request, matter: UUID) -> HttpResponse:
    found, form, (kept, gone) = ours(matter), MergeForm(request.POST), _two(request)
    if form.is_valid():
        with said_by(form):
            doubles.merge(
                found, kept, gone, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )
            return redirect("matters:doubles", found.pk)
    return _page(request, found, 422, failed=form)


@require_POST
@once
def unmerge(request: Request, matter: UUID, merge: UUID) -> HttpResponse:
    found, form = ours(matter), WhyForm(request.POST)
    if form.is_valid():
        with said_by(form):
            doubles.unmerge(
                found, merge, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )
            return redirect("matters:doubles", found.pk)
    return _page(request, found, 422, failed=form)


def _page(request: Request, matter: Matter, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    shown = {
        "matter": matter, "back": duty.address(matter), "suspects": doubles.suspects(matter, now),
        "merges": doubles.merges(matter, now), "holds": matter.is_open and looks.holds(request.actor, matter.pk),
        "keeping": MergeForm(auto_id="keep_%s"),
    }  # fmt: skip
    response = render(request, "matters/doubles.html", shown | more, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _two(request: Request) -> tuple[UUID, UUID]:
    """Of the posted pair the one to keep first."""
    try:
        one, other = UUID(request.POST.get("one", "")), UUID(request.POST.get("other", ""))
    except ValueError:
        raise Absent from None
    return (other, one) if request.POST.get("keep") == "other" else (one, other)
