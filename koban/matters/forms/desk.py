"""Forms at the desk: add one with a preview, publish, close, fill in."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request
from koban.lib.errors import Absent, Refused
from koban.matters.duty import all_duties
from koban.matters.forms import actions, checking, door, drawing, posting, publishing, receiving, xlsforms
from koban.matters.forms.findings import Finding, rows_of
from koban.matters.forms.models import Form, FormMedia
from koban.matters.forms.shapes import MediaForm, NewForm
from koban.matters.forms.xforms import XForm, words

LIGHT = ("xform", "workbook", "fields")
STEPS = {"publish": publishing.publish, "close": publishing.close}


@require_safe
def listing(request: Request) -> HttpResponse:
    """Every form of the office, what is out first."""
    sent = Count("submissions", filter=~Q(submissions__state="waiting"))
    forms = Form.objects.defer(*LIGHT).annotate(sent=sent).order_by("-is_open", "-made_at")[:200]
    return render(request, "xforms/forms.html", {"forms": [_listed(form) for form in forms]})


def _listed(form: Form) -> Form:
    form.tone = TONES[form.state]  # type: ignore[attr-defined]
    owner = all_duties().get(form.duty)
    form.owner = owner.label if owner else ""  # type: ignore[attr-defined]
    return form


TONES = {"open": "green", "draft": "amber", "closed": "grey"}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: Request) -> HttpResponse:
    """A workbook is read, and what is wrong with it is told by row and column; else it is kept as a draft."""
    shape = NewForm(request.POST or None, request.FILES or None)
    read = None
    if request.method == "POST" and shape.is_valid():
        book, media = shape.cleaned_data["workbook"], shape.cleaned_data["media"]
        read = xlsforms.read(book.read(xlsforms.MOST_BYTES + 1), str(book.name))
        if not read.errors:
            with said_by(shape):
                form = publishing.add(
                    read,
                    by=request.actor,
                    at=timezone.now(),
                    media={str(one.name): one.read() for one in media},
                )
                return redirect("forms:detail", form.pk)
    status = 422 if shape.errors or read else 200
    return render(request, "xforms/new.html", {"form": shape, "read": read}, status=status)


@require_safe
def detail(request: Request, id: UUID) -> HttpResponse:
    """One version: what it asks, what it needs, and how it looks."""
    form = _listed(found(id))
    versions = (
        Form.objects.defer(*LIGHT).filter(form_id=form.form_id).exclude(pk=form.pk).order_by("-made_at")
    )
    context = {
        "form": form, "questions": [_question(field) for field in form.fields], "versions": [_listed(one) for one in versions],
        "warnings": _warnings(form), "missing": publishing.missing_files(form),
        "media": FormMedia.objects.filter(form=form).defer("content"), "media_form": MediaForm(),
    }  # fmt: skip
    return render(request, "xforms/form.html", context)


def _warnings(form: Form) -> list[Finding]:
    """What is to be looked at before a draft goes out."""
    if form.state != "draft":
        return []
    survey = xlsforms.survey_of(bytes(form.workbook)) if form.workbook else []
    return checking.check(XForm(form.xform), rows_of(survey))


def _question(field: dict[str, Any]) -> dict[str, Any]:
    depth = field["path"].count("/")
    return field | {"said": words(field.get("label") or {}, get_language() or "en"), "indent": min(depth, 3)}


@require_POST
@once
def act(request: Request, id: UUID, step: str) -> HttpResponseBase:
    """Publish or close a version."""
    if step not in STEPS:
        raise Absent
    STEPS[step](found(id), by=request.actor, at=timezone.now())
    return redirect("forms:detail", id)


@require_POST
@once
def add_media(request: Request, id: UUID) -> HttpResponseBase:
    """Give a draft the files that it names."""
    shape = MediaForm(request.POST, request.FILES)
    if not shape.is_valid():
        raise Refused(" ".join(str(each) for errors in shape.errors.values() for each in errors))
    files = {str(one.name): one.read() for one in shape.cleaned_data["media"]}
    publishing.add_media(found(id), files, by=request.actor, at=timezone.now())
    return redirect("forms:detail", id)


@require_safe
def workbook(request: Request, id: UUID) -> HttpResponse:
    """The workbook as it was sent."""
    form = found(id)
    if not form.workbook:
        raise Absent
    name = form.workbook_name or "form.xlsx"
    return door.as_file(bytes(form.workbook), "application/octet-stream", name)


@require_safe
def engine(request: Request, id: UUID) -> HttpResponse:
    """What the engine in the browser draws: form, model, lists."""
    told = drawing.package(found(id), lambda file: reverse("forms:picture", args=[file.pk, file.name]))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_safe
def picture(request: Request, id: UUID, name: str) -> HttpResponse:
    """One file of a form, for its page."""
    file = FormMedia.objects.filter(pk=id, name=name).first()
    if file is None:
        raise Absent
    answer = door.as_file(bytes(file.content), file.type, file.name)
    answer["Content-Disposition"] = "inline"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: Request, id: UUID) -> HttpResponse:
    """The page that fills a form in. What it sends goes the way of every telephone, and answers where it can be seen.

    Needs no key of its own: the record's instanceID is one, and the same again is the same row.
    """
    form = found(id)
    if not form.is_open:
        raise Absent
    if request.method != "POST":
        return render(request, "xforms/fill.html", {"form": form})
    xml = request.FILES.get(posting.XML)
    if xml is None:
        raise Refused(posting.ONE_XML)
    files = {name: one for name, one in request.FILES.items() if name != posting.XML}
    incoming = receiving.read(xml.read(), files)  # type: ignore[arg-type]
    row = actions.receive(incoming, by=request.actor, at=timezone.now()).submission
    return JsonResponse({"url": reverse("forms:answers", args=[row.pk]), "state": row.state}, status=201)


def found(id: UUID) -> Form:
    """A form of the scope. Raises Absent."""
    form: Form | None = Form.objects.filter(pk=id).first()
    if form is None:
        raise Absent
    return form
