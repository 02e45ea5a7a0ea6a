"""The office's pages about files."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.duties.archive import keeping, queries, retention, shelf, tasks
from koban.duties.archive.forms import FindForm, HoldForm, LongerForm, ReadForm
from koban.duties.archive.models import Dossier, Hold
from koban.kernel import law
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.flow import spoken
from koban.kernel.jobs import progress
from koban.lib.bag import verify
from koban.lib.errors import Absent
from koban.matters.duty import all_duties

PAGE = 50
TAR = "application/x-tar"


def told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


@require_GET
def listing(request: Request) -> HttpResponse:
    today = retention.day(timezone.now(), here(request))
    form = FindForm(request.GET)
    form.is_valid()
    rows = queries.dossiers(form.cleaned_data.get("show", ""), today)
    if typed := form.cleaned_data.get("q", ""):
        rows = queries.numbered(rows, typed)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.kind_label = kind_label(row)
    role = request.actor.role
    shown = {
        "page": page, "form": form, "counts": queries.due_counts(today), "job": _job(request),
        "may_propose": may(role, "archive.propose"), "may_file": may(role, "archive.file"),
    }  # fmt: skip
    return render(request, "archive/list.html", shown)


def kind_label(dossier: Dossier) -> Any:
    duty = all_duties().get(dossier.kind)
    return duty.label if duty else dossier.kind


def _job(request: Request) -> Any:
    return progress.newest(tasks.file_here.module_path, here(request).pk, timezone.now())


@require_GET
def far(request: Request) -> HttpResponse:
    """How far the packaging is, for the progress component."""
    return render(request, "archive/progress.html", {"job": _job(request)})


@once
def file_now(request: Request) -> HttpResponse:
    """Package what was closed, now."""
    tasks.file_here.enqueue(str(here(request).pk))
    return redirect("archive:list")


@require_GET
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return page_of(request, queries.dossier(year, number), {})


def page_of(request: Request, dossier: Dossier, more: dict[str, Any], status: int = 200) -> HttpResponse:
    today = retention.day(timezone.now(), here(request))
    role = request.actor.role
    forms = {
        "hold_form": HoldForm(auto_id="hold_%s") if may(role, "archive.hold") else None,
        "longer_form": LongerForm(auto_id="longer_%s") if may(role, "archive.appraise") and dossier.ends_on else None,
        "read_form": ReadForm(auto_id="read_%s", grounds=queries.grounds(request.actor)) if may(role, "archive.look") else None,
    }  # fmt: skip
    shown = {
        "file": queries.file(dossier), "dossier": dossier, "matter": dossier.matter, "kind": kind_label(dossier), "today": today,
        "term": law.clause(dossier.clause, here(request).pack, on=dossier.closed_on), "may_paper": may(role, "archive.paper"),
        "rule": RULES[dossier.start_rule],
    }  # fmt: skip
    return render(request, "archive/detail.html", {**shown, **forms, **more}, status=status)


RULES = {
    "closing": _("from closing"),
    "year_end": _("from the end of the year of closing"),
    "granted": _("from the end of what was granted"),
}


@require_GET
def package(request: Request, year: int, number: int) -> HttpResponseBase:
    """The package as it stands on the shelf: it proves itself, and what is personal in it stays sealed."""
    dossier = queries.dossier(year, number)
    if not dossier.package or not shelf.place_of(dossier).is_dir():
        raise Absent
    return tar_of(
        shelf.tar(shelf.place_of(dossier), dossier.matter.printed, dossier.filed_at or timezone.now()),
        dossier.matter.printed,
    )


def tar_of(pieces: Any, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(pieces, content_type=TAR)
    response["Content-Disposition"] = f'attachment; filename="{name}.tar"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def check(request: Request, year: int, number: int) -> HttpResponse:
    """Read the package from the shelf and say whether every byte is what it was."""
    dossier = queries.dossier(year, number)
    if not dossier.package:
        raise Absent
    try:
        verdict = verify(shelf.place_of(dossier))
        reasons: list[Any] = [spoken(one.sentence) for one in verdict.reasons]
    except OSError:
        reasons = [_("The package is not on its shelf.")]
    return page_of(request, dossier, {"checked": True, "reasons": reasons})


@once
def hold(request: Request, year: int, number: int) -> HttpResponse:
    dossier, form = queries.dossier(year, number), HoldForm(request.POST, auto_id="hold_%s")
    if form.is_valid():
        with said_by(form):
            said = form.cleaned_data
            keeping.hold(
                dossier,
                said["reason"],
                said["until"],
                asked_by=said["asked_by"],
                station=here(request),
                **told(request),
            )
            return redirect("archive:detail", year, number)
    return page_of(request, dossier, {"hold_form": form}, 422)


@once
def end_hold(request: Request, year: int, number: int, held: UUID) -> HttpResponse:
    found = (
        Hold.objects.select_related("dossier").filter(pk=held, dossier=queries.dossier(year, number)).first()
    )
    if found is None:
        raise Absent
    keeping.end_hold(found, station=here(request), **told(request))
    return redirect("archive:detail", year, number)


@once
def longer(request: Request, year: int, number: int) -> HttpResponse:
    dossier, form = queries.dossier(year, number), LongerForm(request.POST, auto_id="longer_%s")
    if form.is_valid():
        with said_by(form):
            said = form.cleaned_data
            keeping.keep_longer(
                dossier, said["reason"], said["until"], station=here(request), **told(request)
            )
            return redirect("archive:detail", year, number)
    return page_of(request, dossier, {"longer_form": form}, 422)
