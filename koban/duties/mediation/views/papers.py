"""Papers and files of a mediation: copies, warning, request and bundle for the court; photos and files taken in."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from koban.duties.mediation import acts, bundles, papers, protecting, queries, steps, warning_papers
from koban.duties.mediation.models import Agreement, Mediation, Side
from koban.kernel.access.once import once
from koban.kernel.access.roles import require
from koban.kernel.access.who import Request
from koban.kernel.files import uploads
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent, Denied, Refused
from koban.matters import actions as matters
from koban.matters import attached, looks
from koban.matters.documents import printing


@require_POST
def issue(request: Request, year: int, number: int, key: str) -> HttpResponseBase:
    """Copies of the agreement, the request to the court, the warning. Names on them are looked up, and paged, first."""
    mediation = queries.numbered(year, number)
    if key == "warning":
        return _warning(request, mediation)
    agreement = _agreement(mediation)
    if key not in ("copies", "request"):
        raise Absent
    fields = ("name", "phone") if key == "request" else ("name",)
    return _issue(request, agreement, key, _names(request, mediation, fields))


def _agreement(mediation: Mediation) -> Agreement:
    found: Agreement | None = mediation.agreements.order_by("-agreed_on", "-id").first()
    if found is None:
        raise Absent
    return found


def _names(request: Request, mediation: Mediation, fields: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What goes on the paper of each side. Every one of these looks stands in the ledger before it happens."""
    rows = Side.objects.filter(mediation=mediation).select_related("party__matter").order_by("letter")
    return {row.letter: _opened(request, row, fields) for row in rows}


def _opened(request: Request, row: Side, fields: tuple[str, ...]) -> dict[str, str]:
    party, now = row.party, timezone.now()
    if party is None:
        raise Refused(steps.NAMELESS)
    if not party.person_id:
        return looks.look(party, fields, by=request.actor, at=now)
    opened = looks.look_person(party.matter, [party.person_id], fields, by=request.actor, at=now)
    return opened[party.person_id]


@once
def _issue(request: Request, agreement: Agreement, key: str, names: papers.Names) -> HttpResponse:
    make = papers.issue_copies if key == "copies" else papers.issue_court_request
    make(agreement, names, base=printing.base_of(request), **acts.all_of(request))
    return _back(agreement.mediation)


def _warning(request: Request, mediation: Mediation) -> HttpResponseBase:
    """Who is warned and for what: each a look of its own, before the paper is made."""
    require(request.actor, "mediation.warn")
    side, step = warning_papers.violent(mediation), warning_papers.made(mediation)
    what = protecting.open_words(step, **acts.at(request))
    return _warn(request, mediation, _opened(request, side, ("name",)).get("name", ""), what)


@once
def _warn(request: Request, mediation: Mediation, name: str, what: str) -> HttpResponse:
    warning_papers.issue(mediation, name, what, base=printing.base_of(request), **acts.all_of(request))
    return _back(mediation)


@require_POST
def bundle(request: Request, year: int, number: int) -> HttpResponse:
    """What goes to the court, as one download: to who holds the open matter, each sheet a look in the ledger first."""
    mediation = queries.numbered(year, number)
    matter = mediation.matter
    if not (matter.is_open and looks.holds(request.actor, matter.pk)):
        raise Denied(looks.NOT_YOURS, matter_id=matter.pk)
    wanted = bundles.papers_of(_agreement(mediation))
    files = Attachment.objects.in_bulk([paper.attachment_id for paper in wanted])
    found = [(paper, files[paper.attachment_id]) for paper in wanted]
    _page(request, mediation, (file for _paper, file in found))
    response = HttpResponse(bundles.packed(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{matter.printed}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: Request, mediation: Mediation, files: Iterable[Attachment]) -> None:
    for file in files:
        told: dict[str, Any] = {
            "by": request.actor,
            "at": timezone.now(),
            "matter_id": mediation.matter_id,
            "subject": file,
        }
        book.look("files.look", **told, facts={"form": "original", "sha256": file.sha256})


@uploads.taken_first(attached.FIELD)
@once
def attach(request: Request, year: int, number: int) -> HttpResponse:
    """Pictures and papers as evidence: stored before any lock, then row and page together."""
    mediation = queries.numbered(year, number)
    matters.owned(mediation.matter)
    attached.take_in(request, mediation.matter)
    return _back(mediation)


@require_safe
def file(request: Request, year: int, number: int, attachment: UUID, form: str) -> HttpResponseBase:
    """A file of the mediation: only to who holds it while it is open."""
    matter = queries.numbered(year, number).matter
    if not (matter.is_open and looks.holds(request.actor, matter.pk)):
        raise Denied(looks.NOT_YOURS, matter_id=matter.pk)
    return attached.hand_out(request, matter, attachment, form)


def _back(mediation: Mediation) -> HttpResponse:
    return redirect("mediation:detail", mediation.matter.year, mediation.matter.number)
