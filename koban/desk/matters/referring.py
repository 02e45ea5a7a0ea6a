"""Hand a matter to another duty of the house: one page for every kind of work."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent, Refused
from koban.matters import actions, joins
from koban.matters.duty import address, duty
from koban.matters.models import Matter

LONGEST = 1000


class ReferForm(forms.Form):
    """Which duty, and what it must know. The reason becomes the first words of what it opens."""

    to = forms.ChoiceField(label=_("To which duty"), widget=forms.RadioSelect)
    reason = Told(
        label=_("Why, and what they must know"), limit=LONGEST, lines=True,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST}),
        error_messages={"required": _("Say why you refer it.")},
    )  # fmt: skip

    def __init__(self, told: Any, matter: Matter) -> None:
        super().__init__(told)
        choices = [(found.key, found.label) for found in joins.receivers(matter)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


@once
def refer(request: Request, matter: UUID) -> HttpResponse:
    """Ask which duty and why; then go to what it opened."""
    found = Matter.objects.select_related("station").get(pk=matter)
    if not duty(found.kind).listed:
        raise Absent  # a complaint about the police stays with the body that took it
    actions.owned(found)
    form = ReferForm(request.POST or None, found)
    if not form.fields["to"].choices:  # type: ignore[attr-defined]
        raise Refused(_("No duty of this house takes this on."))
    if form.is_valid():
        told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
        with said_by(form):
            opened = joins.refer(found, form.cleaned_data["to"], reason=form.cleaned_data["reason"], **told)
            messages.success(request, gettext("Referred: this is the new matter."))
            return redirect(address(opened))
    shown = {"form": form, "matter": found, "back": address(found)}
    return render(request, "desk/matters/refer.html", shown, status=422 if form.errors else 200)
