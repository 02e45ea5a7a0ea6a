"""The office's pages: matters, let units and what they lack, one unit, agents and their keys."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.lettings import actions, deciding, desk, queries, reports
from koban.duties.lettings.filters import LACK_LABELS, ListForm, UnitListForm
from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.forms import AgentForm, LandlordForm, ReportForm, WordsForm
from koban.duties.lettings.models import TYPES
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import Agent

PAGE, MOST_LISTED = 50, 1000


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


@require_GET
def listing(request: Request) -> HttpResponse:
    form, now = ListForm(request.GET), timezone.now()
    rows = queries.listed(form.wanted())[:MOST_LISTED]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in list[Any](page):
        row.type_said, row.state_said = TYPES.get(row.type, row.type), FLOW.state(row.state)
    return render(request, "lettings/list.html", {"form": form, "page": page, "now": now})


@require_GET
def units(request: Request) -> HttpResponse:
    """Let units with what they lack; the filters work on days and places alone."""
    form, station = UnitListForm(request.GET), here(request)
    rows = desk.units(form.wanted(), actions.day_of(timezone.now(), station), station)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.lacks_said = [LACK_LABELS[key] for key in row.lacks]
    return render(request, "lettings/units.html", {"form": form, "page": page})


@require_GET
def unit(request: Request, unit: UUID) -> HttpResponse:
    return _unit(request, unit, WordsForm(label=_("What is it about?")))


def _unit(request: Request, pk: UUID, form: WordsForm, status: int = 200) -> HttpResponse:
    station, row = here(request), lets.unit(pk)
    seen: Any = row
    today = actions.day_of(timezone.now(), station)
    letter = lets.letter_on(row.landlord, today) if row.landlord else None
    seen.letter_to = letter.to_on if letter else None
    shown = {
        "station": station, "unit": row, "letter": letter, "tenancies": lets.tenancies_of([row])[row.pk], "form": form,
        "lacks": [LACK_LABELS[key] for key in queries.lacking(seen, today, station)],
        "tellings": [(one, TYPES[one.matter.type], FLOW.state(one.matter.state)) for one in queries.of_unit(row)],
    }  # fmt: skip
    return render(request, "lettings/unit.html", shown, status=status)


@once
def enquire(request: Request, unit: UUID) -> HttpResponse:
    """Open a matter about the unit: from there it is looked into, or referred."""
    form = WordsForm(request.POST, label=_("What is it about?"))
    if form.is_valid():
        with said_by(form):
            matter = deciding.enquire(
                lets.unit(unit), form.cleaned_data["text"], station=here(request), **told(request)
            )
            return redirect("lettings:detail", matter.year, matter.number)
    return _unit(request, unit, form, 422)


def _entering(
    template: str, make: Callable[..., Any], do: Callable[..., Any]
) -> Callable[..., HttpResponseBase]:
    """A page with one form that opens a matter and goes to it."""

    @once
    def view(request: Request) -> HttpResponse:
        form = make(request.POST or None, here(request))
        if request.method == "POST" and form.is_valid():
            with said_by(form):
                matter = do(request, form)
                messages.success(request, _("Entered."))
                return redirect("lettings:detail", matter.year, matter.number)
        return render(
            request, template, {"form": form, "station": here(request)}, status=422 if form.errors else 200
        )

    return view


def _file(request: Request, form: LandlordForm) -> Any:
    data, station = form.cleaned_data, here(request)
    landlord = desk.Landlord(data["name"], data["id_kind"], data["id_number"], data["phone"])
    return desk.file_at_desk(
        landlord, data["found"], data["part"], signed=data["signed"], station=station, **told(request)
    )


new = _entering("lettings/new.html", lambda data, station: LandlordForm(data), _file)


# --- Agents and managers ---------------------------------------------------------------------------------------


@once
def agents(request: Request) -> HttpResponse:
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            desk.enter_agent(data["name"], data["kind"], station=here(request), **told(request))
            return redirect("lettings:agents")
    status = 422 if form.errors else 200
    return render(request, "lettings/agents.html", {"form": form, "rows": lets.agents()[:200]}, status=status)


@once
def agent_key(request: Request, agent: UUID) -> HttpResponse:
    """Give a firm its key, on paper. The secret is shown this once."""
    row: Agent = Agent.objects.get(pk=agent)
    number, secret = rentals.give_key(row, **told(request))
    shown = {"agent": row, "number": number, "secret": secret, "station": here(request)}
    response = render(request, "lettings/agent_key.html", shown)
    response["Cache-Control"] = "no-store"
    return response


@once
def agent_revoke(request: Request, agent: UUID) -> HttpResponse:
    rentals.revoke_key(Agent.objects.get(pk=agent), **told(request))
    messages.success(request, _("The key opens nothing any more."))
    return redirect("lettings:agents")


@once
def agent_report(request: Request, agent: UUID) -> HttpResponse:
    """A firm that reports at the desk."""
    row, station = Agent.objects.get(pk=agent), here(request)
    form = ReportForm(request.POST or None, today=actions.day_of(timezone.now(), station))
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            matter = reports.report(row, form.report(), station=station, **told(request))
            return redirect("lettings:detail", matter.year, matter.number)
    shown = {"form": form, "agent": row, "station": station}
    return render(request, "lettings/report.html", shown, status=422 if form.errors else 200)
