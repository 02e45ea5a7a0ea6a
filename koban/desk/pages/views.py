"""Reading the ledger of a station. Nothing here is a person's: pages hold codes, ids and instants."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from koban.desk.pages.sentences import sentence
from koban.kernel import stations
from koban.kernel.access.roles import ROLES, UNNAMED, called
from koban.kernel.access.who import Request, here
from koban.kernel.ledger import checkpoints, proofs, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters.facts import told

SIZE = 50
# A longer ledger is checked from the command line, where its progress shows and nobody's page waits.
CHECKED_HERE = 20_000
AREAS = (
    ("", gettext_lazy("everything")),
    ("incidents.", gettext_lazy("reports and requests")),
    ("matters.", gettext_lazy("matters")),
    ("matters.look", gettext_lazy("looks at contact details")),
    ("access.", gettext_lazy("sign-in and refusals")),
    ("access.refused", gettext_lazy("refusals")),
    ("roster.", gettext_lazy("roster")),
    ("files.", gettext_lazy("files")),
)


class PagesForm(forms.Form):
    """Which pages, and of which station where the role reads several."""

    about = forms.ChoiceField(label=gettext_lazy("What"), required=False, choices=AREAS)
    station = forms.ChoiceField(label=gettext_lazy("Station"), required=False)

    def __init__(self, told: Any, own: Station, readable: list[Station]) -> None:
        super().__init__(told, auto_id="ledger_%s")
        self.own, self.readable = own, {station.code: station for station in readable}
        self.fields["station"].choices = [(s.code, s.label) for s in readable]  # type: ignore[attr-defined]
        if len(readable) < 2:
            del self.fields["station"]

    def wanted(self) -> tuple[Station, str]:
        """Station and beginning of the verb, as far as they were understood."""
        self.is_valid()
        chosen = self.readable.get(self.cleaned_data.get("station", ""), self.own)
        return chosen, self.cleaned_data.get("about", "")


def pages(request: Request) -> HttpResponse:
    """Fifty pages, the newest first; `?before=` goes on from a number."""
    own = here(request)
    form = PagesForm(request.GET, own, _readable(own))
    station, verb = form.wanted()
    found = reading.told_by(station.pk, verb)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(number__lt=int(before))
    rows = list(found[: SIZE + 1])
    shown = [_row(page) for page in rows[:SIZE]]
    context = {
        "form": form, "station": station, "rows": shown, "size": reading.size(station.pk), "now": timezone.now(),
        "older": shown[-1]["number"] if len(rows) > SIZE else None, "root": checkpoints.newest(station),
        "checked_here": CHECKED_HERE,
    }  # fmt: skip
    return render(request, "desk/pages/pages.html", context)


def _readable(own: Station) -> list[Station]:
    ids = stations.current().ids or frozenset({own.pk})
    return [own] if len(ids) < 2 else list(Station.objects.filter(pk__in=ids).order_by("path"))


def _row(page: Any) -> dict[str, Any]:
    actor, role = called(page.actor, page.role), ROLES[page.role].label if page.role in ROLES else page.role
    written = f"{page.verb} {json.dumps(page.facts, ensure_ascii=False)}"
    return {
        "number": page.number, "at": page.at, "actor": actor, "written": written, "rows": len(page.seals),
        "role": "" if page.actor == page.role or page.role in UNNAMED else role,
        "sentence": sentence(page.verb, page.facts), "facts": told(page.verb, page.facts),
    }  # fmt: skip


def proof(request: Request, number: int) -> JsonResponse:
    """What somebody needs to check one page with public tools; Absent until a root that covers it is signed."""
    station = here(request)
    page = reading.told_by(station.pk).filter(number=number).first()
    found = proofs.proof_of(page, station) if page else None
    if found is None:
        raise Absent
    name = f"{station.code}-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(found, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_POST
def check(request: Request) -> HttpResponse:
    """Check the whole ledger of the own station, from nothing but its rows."""
    station = here(request)
    if reading.size(station.pk) > CHECKED_HERE:
        messages.warning(request, _("This ledger is long: check it on the machine with “koban verify”."))
        return redirect("desk:ledger")
    verdict = verify(station)
    if verdict.ok:
        told = {"pages": verdict.pages, "rows": verdict.rows, "roots": verdict.roots}
        messages.success(
            request, _("The ledger holds: %(pages)s pages, %(rows)s rows, %(roots)s signed roots.") % told
        )
    else:
        messages.error(request, _("The ledger does not hold: %(fault)s") % {"fault": verdict.fault})
    return redirect("desk:ledger")
