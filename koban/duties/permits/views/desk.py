"""The desk: lists, and one matter."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from koban.duties.permits import queries
from koban.duties.permits.actions.beginning import BEGUN
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.filters import ListForm
from koban.duties.permits.forms.permit import JudgeForm
from koban.duties.permits.forms.residence import AddressForm, ReasonForm
from koban.kernel.access.who import Request, here
from koban.kernel.files import serving
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent, Denied
from koban.matters import looks
from koban.matters.models import Matter

PAGE = 50
MOST_LISTED = 1000


@require_safe
def listing(request: Request) -> HttpResponse:
    form = ListForm(request.GET)
    rows = queries.listed(**form.wanted())[:MOST_LISTED]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "permits/list.html", {"form": form, "page": page, "now": timezone.now()})


@require_safe
def waiting(request: Request) -> HttpResponse:
    """What landlords, hosts and people themselves declared: one look, one click each."""
    page = Paginator(queries.waiting()[:MOST_LISTED], PAGE).get_page(request.GET.get("page"))
    return render(request, "permits/waiting.html", {"page": page, "now": timezone.now()})


@require_safe
def detail(request: Request, year: int, number: int) -> HttpResponse:
    sheet = queries.sheet(year, number, request.actor.post_id, here(request))
    if sheet.matter.state == BEGUN:
        return redirect("permits:fill", year, number)
    return page(request, sheet)


def page(request: Request, sheet: queries.Sheet, status: int = 200, **forms: Any) -> HttpResponse:
    """One matter. forms: those that were filled in and have to be mended."""
    matter, law = sheet.matter, Law.of(here(request), timezone.now())
    shown = {
        "sheet": sheet,
        "matter": matter,
        "book": law,
        "station": here(request),
        "files": [shown_file(matter, row) for row in sheet.files],
        "judge": JudgeForm(papers=sheet.papers, book=law),
        "place": AddressForm(initial={"place": matter.place}),
        "reason": ReasonForm(),
        "now": timezone.now(),
    }
    return render(request, "permits/detail.html", {**shown, **forms}, status=status)


def shown_file(matter: Matter, row: Attachment) -> dict[str, Any]:
    url = reverse("permits:file", args=[matter.year, matter.number, row.pk])
    return {"url": url, "name": row.get_kind_display(), "size": row.size, "sha256": row.sha256}


@require_safe
def file(request: Request, year: int, number: int, attachment: UUID) -> HttpResponseBase:
    """A picture of a paper: only to who holds the open matter, paged, and told to the people whose papers they are."""
    matter, now = queries.numbered(year, number), timezone.now()
    found = Attachment.objects.filter(matter_id=matter.pk, pk=attachment).first()
    if found is None:
        raise Absent
    if not (matter.is_open and looks.holds(request.actor, matter.pk)):
        raise Denied(looks.NOT_YOURS, matter_id=matter.pk)
    people = [row.person_id for row in matter.parties.all() if row.person_id]
    if people:  # nobody is entered yet where the picture alone says who it is
        looks.look_person(matter, people, ("name", "id_number"), by=request.actor, at=now)
    facts = {"form": serving.VIEW, "sha256": found.sha256}
    book.look("files.look", by=request.actor, at=now, matter_id=matter.pk, subject=found, facts=facts)
    return serving.open_view(found)
