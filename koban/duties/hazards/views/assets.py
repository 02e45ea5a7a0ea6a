"""Safety assets with what is broken on them, how often, and who must repair; and the code that goes on each."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.hazards import queries, receiving, rules
from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.forms import WordsForm
from koban.duties.hazards.views.desk import all_of
from koban.duties.hazards.views.proof import qr
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.registers.premises.models import Asset


@require_GET
def listing(request: Request) -> HttpResponse:
    """What was broken, the most often first."""
    station, now = here(request), timezone.now()
    rows = queries.assets_with_defects(station, now)
    for row in rows:
        row["kind"] = spoken(row["asset"].kind_label)
    shown = {"rows": rows, "months": queries.value(rules.REPEAT_SINCE, station, queries.day_of(now, station))}
    return render(request, "hazards/assets.html", shown)


@once
def asset(request: Request, asset: UUID) -> HttpResponse:
    """One asset: its defects, its code, and a form for a new one."""
    one = get_object_or_404(Asset.objects.select_related("address"), pk=asset)
    form = WordsForm(request.POST or None, label=_("What is broken?"))
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            hazard, _none = receiving.report_defect(one, form.cleaned_data["text"], **all_of(request))
            return redirect("hazards:photo", hazard.matter.year, hazard.matter.number, "before")
    return _page(request, one, form)


def _page(request: Request, one: Asset, form: WordsForm) -> HttpResponse:
    link = request.build_absolute_uri(reverse("hazards:defect", args=[here(request).code, one.pk]))
    rows: list[Any] = queries.defects_of(one)
    shown = {
        "one": one, "kind": spoken(one.kind_label), "form": form, "code": qr(link), "link": link,
        "rows": [(row.matter, FLOW.state(row.matter.state)) for row in rows],
    }  # fmt: skip
    return render(request, "hazards/asset.html", shown, status=422 if form.errors else 200)
