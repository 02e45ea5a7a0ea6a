"""Lost and found at the desk, and the files of an incident."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from koban.duties.incidents import queries, rules, things
from koban.duties.incidents.models import Thing
from koban.kernel.access.once import once
from koban.kernel.access.who import Request
from koban.kernel.files import uploads
from koban.lib.errors import Absent
from koban.matters import actions as matters
from koban.matters import attached, joins


@require_GET
def listing(request: Request) -> HttpResponse:
    """Things that are looked for and things that wait for their owner, each with its likely other half."""
    way = request.GET.get("way", "")
    page = Paginator(queries.things(way if way in Thing.Way.values else ""), 50).get_page(
        request.GET.get("page")
    )
    rows = [(thing, queries.looked_for(thing) if not thing.ended_at else []) for thing in page]
    return render(
        request,
        "incidents/things.html",
        {"page": page, "rows": rows, "way": way, "ends": things.ENDS.items()},
    )


@once
def end(request: Request, thing: UUID) -> HttpResponse:
    found = Thing.objects.get(pk=thing)
    things.end(found, request.POST.get("state", ""), by=request.actor, at=timezone.now())
    return redirect("incidents:things")


@uploads.taken_first(attached.FIELD)
@once
def attach(request: Request, year: int, number: int) -> HttpResponse:
    """Photos or files of the scene: checked, drawn and stored before any lock; rows and pages in one transaction."""
    matter = queries.numbered(year, number)
    if request.method != "POST":
        return render(request, "incidents/attach.html", {"matter": matter})
    matters.owned(matter)
    attached.take_in(request, matter)
    return redirect("incidents:detail", year, number)


@require_GET
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """Hand a file of the incident out; opening the original is a look and stands in the ledger first."""
    matter = queries.numbered(year, number)
    referrals = list(joins.outside(matter).values_list("status", flat=True))
    if rules.is_handed_over(matter.state, referrals):
        raise Absent
    return attached.hand_out(request, matter, attachment, form)
