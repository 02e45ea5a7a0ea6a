"""Alarms about readers, for the chief and for oversight: counts alone."""

from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.kernel.access.once import once
from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told
from koban.lib.errors import Absent
from koban.registers.residents import alarms


class SeenForm(forms.Form):
    words = Told(
        label=_("What was found when asking"), limit=2000, lines=True, widget=forms.Textarea({"rows": 2})
    )


@require_GET
def listing(request: Request) -> HttpResponse:
    return _page(request)


def _page(request: Request, status: int = 200, failed: forms.Form | None = None) -> HttpResponse:
    page = Paginator(alarms.all_alarms(), 50).get_page(request.GET.get("page"))
    rows = [(row, SeenForm(auto_id=f"{row.pk}_%s")) for row in page]
    shown = {"rows": rows, "page": page, "failed": failed}
    return render(request, "desk/alarms.html", shown, status=status)


@require_POST
@once
def seen(request: Request, alarm: UUID) -> HttpResponse:
    row = alarms.all_alarms().filter(pk=alarm, seen_at=None).first()
    if row is None:
        raise Absent
    form = SeenForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, form)
    alarms.see(row, words=form.cleaned_data["words"], by=request.actor, at=timezone.now())
    return redirect("desk:look_alarms")
