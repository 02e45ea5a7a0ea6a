"""Lost and found at the desk, and the files of an incident."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.duties.incidents import queries, rules, things
from koban.duties.incidents.models import Thing
from koban.kernel.access.once import once
from koban.kernel.access.who import Request
from koban.kernel.files import intake, serving, uploads
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent, Refused
from koban.matters import actions as matters
from koban.matters import joins


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


@uploads.taken_first("file")
@once
def attach(request: Request, year: int, number: int) -> HttpResponse:
    """Photos or files of the scene: checked, drawn and stored before any lock; rows and pages in one transaction."""
    matter = queries.numbered(year, number)
    if request.method != "POST":
        return render(request, "incidents/attach.html", {"matter": matter})
    matters.owned(matter)
    taken = uploads.taken(request, "file")
    if not taken:
        raise Refused(_("Choose a photo or a file first."))
    for one in taken:
        intake.attach(one, matter_id=matter.pk, by=request.actor, at=timezone.now())
    return redirect("incidents:detail", year, number)


@require_GET
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """Hand a file of the incident out; opening the original is a look and stands in the ledger first."""
    matter = queries.numbered(year, number)
    found = Attachment.objects.filter(matter_id=matter.pk, pk=attachment).first()
    referrals = list(joins.outside(matter).values_list("status", flat=True))
    if rules.is_handed_over(matter.state, referrals):
        raise Absent
    if found is None or form not in (serving.VIEW, serving.THUMB, serving.ORIGINAL):
        raise Absent
    if form != serving.THUMB:
        facts = {"form": form, "sha256": found.sha256}
        book.look(
            "files.look", by=request.actor, at=timezone.now(), matter_id=matter.pk, subject=found, facts=facts
        )
    return serving.open_view(found, form)
