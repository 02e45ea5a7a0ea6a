"""With the receipt of a registration or an application: bring papers, move out, withdraw."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from koban.desk.public import living
from koban.desk.public.front import office_of, show
from koban.desk.public.mine import with_receipt, written
from koban.duties.permits.actions import applications, departures
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.residence import DayForm
from koban.duties.permits.models import Declaration, Source, Way
from koban.duties.permits.views.own import missing_form
from koban.duties.permits.views.public import files_of, with_papers
from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent
from koban.matters.models import Matter

WITHDRAWN = _("withdrawn with the receipt")


def _ours(matter: Matter) -> None:
    if matter.kind != living.KIND:
        raise Absent


@with_receipt
def _papers_page(request: Request, matter: Matter, station: Station) -> HttpResponse:
    _ours(matter)
    form = missing_form(matter, Law.of(station, timezone.now()))
    return show(request, "permits/public/papers.html", {"matter": matter, "papers": form})


@written
def _papers_send(request: Request, matter: Matter, station: Station) -> HttpResponse:
    _ours(matter)
    form = missing_form(matter, Law.of(station, timezone.now()), request.POST)
    brought = form.brought(files_of(request, form.keys))
    applications.bring(matter, brought, by=request.actor, at=timezone.now(), station=station)
    return _back(request, _("Your papers are with the office."))


@require_http_methods(["GET", "HEAD", "POST"])
@with_papers
def papers(request: Request) -> HttpResponseBase:
    """Bring what is missing, as pictures or files."""
    return _papers_send(request) if request.method == "POST" else _papers_page(request)


@require_POST
@written
def move_out(request: Request, matter: Matter, station: Station) -> HttpResponse:
    """Say that everybody of this registration leaves; whoever registered themselves has left at once."""
    _ours(matter)
    form, now = DayForm(request.POST), timezone.now()
    on = form.cleaned_data["on"] if form.is_valid() else timezone.localdate()
    declared = Declaration.objects.filter(matter=matter).first()
    source = declared.source if declared else Source.SELF
    departures.depart(
        living.homes_of(matter), on, source=source, way=Way.WEB, by=request.actor, at=now, station=station
    )
    return _back(request, _("We have it that they move out."))


@require_POST
@written
def withdraw(request: Request, matter: Matter, station: Station) -> HttpResponse:
    _ours(matter)
    applications.withdraw(matter, reason=str(WITHDRAWN), by=request.actor, at=timezone.now())
    return _back(request, _("It is withdrawn."))


def _back(request: Request, told: Any) -> HttpResponse:
    messages.success(request, str(told))
    return redirect("desk:public_mine", office_of(request).code)
