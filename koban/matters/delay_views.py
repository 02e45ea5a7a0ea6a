"""Asking to hold the notice of looks back, and the second person's yes."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters import delays, duty, looks
from koban.matters.models import Matter
from koban.matters.views import ours


class DelayForm(forms.Form):
    person = forms.ChoiceField(label=_("Whom does it concern?"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Ground of the delay"), widget=forms.RadioSelect)
    until = forms.DateField(label=_("Held back until"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, people: list[looks.Someone], grounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, ground = self.fields["person"], self.fields["ground"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  # the fields above
        assert isinstance(ground, forms.ChoiceField)  # noqa: S101
        person.choices = [(str(one.person_id), f"{n}. {one.role}") for n, one in enumerate(people, 1)]
        ground.choices = [(item.key, item.label.said(get_language() or "en")) for item in grounds.items]

    def until_at(self) -> datetime:
        """The end of the day, on the station's clock."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(23, 59, 59)))


def page(request: Request, matter: UUID) -> HttpResponseBase:
    """GET shows what runs and asks; POST asks."""
    return _ask(request, matter) if request.method == "POST" else _show(request, matter)


@require_GET
def _show(request: Request, matter: UUID) -> HttpResponse:
    return _page(request, ours(matter))


@require_POST
@once
def _ask(request: Request, matter: UUID) -> HttpResponse:
    found, now = ours(matter), timezone.now()
    form = _form(request, found, request.POST)
    if form.is_valid():
        with said_by(form):
            delays.ask_delay(
                found, UUID(form.cleaned_data["person"]), ground=form.cleaned_data["ground"], until_at=form.until_at(),
                by=request.actor, at=now, station=here(request),
            )  # fmt: skip
            return redirect("matters:delays", found.pk)
    return _page(request, found, form, 422)


@require_POST
@once
def approve(request: Request, matter: UUID, delay: UUID) -> HttpResponse:
    found = ours(matter)
    row = delays.delays_of(found).filter(pk=delay).first()
    if row is None:
        raise Absent
    delays.approve_delay(row, by=request.actor, at=timezone.now())
    return redirect("matters:delays", found.pk)


def _form(request: Request, matter: Matter, data: Any = None) -> DelayForm:
    now = timezone.now()
    return DelayForm(
        data,
        people=looks.people_of(matter, now),
        grounds=delays.grounds(here(request), timezone.localtime(now)),
    )


def _page(request: Request, matter: Matter, form: DelayForm | None = None, status: int = 200) -> HttpResponse:
    labels = {
        item.key: item.label.said(get_language() or "en")
        for item in delays.grounds(here(request), timezone.localtime()).items
    }
    shown = {
        "matter": matter, "back": duty.address(matter), "form": form or _form(request, matter), "now": timezone.now(),
        "rows": [(row, labels.get(row.ground, row.ground)) for row in delays.delays_of(matter)],
        "holds": looks.holds(request.actor, matter.pk), "may_approve": may(request.actor.role, "residents.approve_delay"),
        "clause": delays.grounds(here(request), timezone.localtime()),
    }  # fmt: skip
    return render(request, "matters/delays.html", shown, status=status)
