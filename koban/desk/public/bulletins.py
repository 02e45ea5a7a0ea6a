"""The notices of the office: put up and taken down by its officers, read by everybody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from koban.desk.models import Bulletin
from koban.kernel.access.once import once
from koban.kernel.access.roles import require
from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told, day_input
from koban.kernel.ledger import Actor, book

RIGHT = "desk.notices"
WORDS = 2000
DAY = day_input()
MOST = 50
WRONG_DAY = {"required": _("Choose the day."), "invalid": _("Choose the day.")}


class BulletinForm(forms.Form):
    title = Told(label=_("Title"), limit=120, error_messages={"required": _("Write a title.")})
    text = Told(
        label=_("Text"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Write what everybody shall read.")},
    )  # fmt: skip
    title_en = Told(label=_("Title in English"), limit=160, required=False)
    text_en = Told(
        label=_("Text in English"),
        limit=WORDS,
        lines=True,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    from_on = forms.DateField(label=_("Shown from"), widget=DAY, error_messages=WRONG_DAY)
    to_on = forms.DateField(label=_("Shown until"), widget=DAY, required=False, error_messages=WRONG_DAY)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day lies before the first one."))
        return cleaned


@transaction.atomic
def publish(told: dict[str, Any], *, by: Actor, at: datetime) -> Bulletin:
    """Put a notice on the board of the office in the scope."""
    require(by, RIGHT)
    row = Bulletin(**told, published_at=at, label=by.label)
    row.save(force_insert=True)
    book.write("desk.publish", by=by, at=at, subject=row, rows=[row])
    return row


@transaction.atomic
def withdraw(bulletin: Bulletin, *, by: Actor, at: datetime) -> Bulletin:
    """Take it down; it stays in the table. Taking it down again changes nothing."""
    require(by, RIGHT)
    row: Bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        book.write("desk.withdraw", by=by, at=at, subject=row, rows=[row])
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@once
def listing(request: Request) -> HttpResponse:
    form = BulletinForm(request.POST or None, initial={"from_on": timezone.localdate()})
    if form.is_valid():
        publish(form.cleaned_data, by=request.actor, at=timezone.now())
        return redirect("desk:bulletins")
    rows = Bulletin.objects.filter(withdrawn_at=None).order_by("-from_on", "-id")[:MOST]
    context = {"form": form, "rows": rows, "today": timezone.localdate()}
    return render(request, "desk/public/bulletins.html", context, status=422 if form.errors else 200)


@require_POST
@once
def take_down(request: Request, bulletin: UUID) -> HttpResponse:
    withdraw(get_object_or_404(Bulletin.objects.all(), pk=bulletin), by=request.actor, at=timezone.now())
    return redirect("desk:bulletins")
