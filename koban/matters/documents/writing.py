"""Writing a paper at the desk: choose the template, fill its fields, write on it in versions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files import serving
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent
from koban.matters.documents import drafting, office_files, printing, setting, versions
from koban.matters.documents.letters import letters
from koban.matters.documents.models import Document
from koban.matters.documents.paper_forms import LANGUAGES, BlanksForm, TextForm
from koban.matters.documents.papers import Row, found
from koban.matters.documents.registers import LABELS
from koban.matters.models import Matter


@require_safe
def choose(request: Request) -> HttpResponse:
    """The templates that this office has, by register."""
    matter, language = matter_of(request), request.LANGUAGE_CODE
    offered = [
        (LABELS[letter.register], letter.in_language(letter.title, language), letter)
        for letter in letters(here(request).pack).values()
    ]
    written = [Row(one) for one in Document.objects.filter(matter=matter).order_by("-made_at")]
    told = {
        "matter": matter,
        "offered": offered,
        "written": written,
        "may_batch": may(request.actor.role, "documents.batch"),
    }
    return render(request, "documents/choose.html", told)


@once
def new(request: Request, letter: str) -> HttpResponseBase:
    """The fields of a template, filled from the facts of the matter; sending makes the draft."""
    matter, station = matter_of(request), here(request)
    template, language = drafting.letter_of(letter, station.pack), _language(request)
    at = timezone.now()
    proposed = drafting.proposal(template, station, matter, language=language, at=at)
    initial = BlanksForm.initial_of(template, proposed, template.in_language(template.title, language))
    form = BlanksForm(template, request.LANGUAGE_CODE, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            told = drafting.proposal(
                template, station, matter, language=language, at=at, values=form.values()
            )
            made = drafting.compose(
                template, form.content(told.text), by=request.actor, at=at, station=station, matter=matter,
                language=language,
                title=form.cleaned_data["title"],
            )  # fmt: skip
            return redirect("documents:detail", made.pk)
    title = template.in_language(template.title, request.LANGUAGE_CODE)
    shown = {"form": form, "letter": template, "matter": matter, "language": language, "title": title}
    return render(request, "documents/new.html", shown, status=422 if form.errors else 200)


def edit(request: Request, id: UUID) -> HttpResponseBase:
    """The text of a draft. Opening it is a look; saving makes a further version."""
    document = found(id)
    if request.method != "POST":
        told = versions.look(document, by=request.actor, at=timezone.now())[0]
        return _editor(request, document, told, None)
    return _saved(request, id)


@once
def _saved(request: Request, id: UUID) -> HttpResponseBase:
    document, station = found(id), here(request)
    template = drafting.letter_of(document.letter, station.pack)
    form = TextForm(template, request.LANGUAGE_CODE, request.POST)
    if form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            drafting.revise(
                document, form.content(data["text"]), by=request.actor, at=timezone.now(), station=station,
                lock=data["lock"], why=data["why"],
            )  # fmt: skip
            return redirect("documents:detail", id)
    return _editor(request, document, None, form, status=422)


def _editor(
    request: Request, document: Document, told: Any, form: TextForm | None, status: int = 200
) -> HttpResponse:
    template = drafting.letter_of(document.letter, here(request).pack)
    if form is None:
        initial = BlanksForm.initial_of(template, told, document.title) | {
            "text": told.text,
            "lock": document.lock,
        }
        form = TextForm(template, request.LANGUAGE_CODE, initial=initial)
    return render(request, "documents/edit.html", {"document": document, "form": form}, status=status)


@require_safe
def pdf(request: Request, id: UUID) -> HttpResponseBase:
    """The issued PDF, or the draft with its mark."""
    document, at = found(id), timezone.now()
    told = versions.look(document, by=request.actor, at=at)[0]
    if document.attachment_id:
        return serving.open_view(Attachment.objects.get(pk=document.attachment_id))
    template = drafting.letter_of(document.letter, here(request).pack)
    made = setting.paper(document, template, told, station=here(request), at=at)
    return printing.download(made, f"draft-{document.register}.pdf")


@require_safe
def word(request: Request, id: UUID) -> HttpResponse:
    """The text for Word."""
    document, at = found(id), timezone.now()
    told = versions.look(document, by=request.actor, at=at)[0]
    template = drafting.letter_of(document.letter, here(request).pack)
    made = office_files.word(document, template, told, station=here(request), at=at)
    return printing.download(made, f"{document.register}-{document.version}.docx", kind=office_files.WORD)


def matter_of(request: Request) -> Matter:
    """The matter that the address names by its number. Raises Absent."""
    year, _dash, number = request.GET.get("matter", "").partition("-")
    if not (year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) < 9):
        raise Absent
    matter: Matter | None = Matter.objects.filter(year=int(year), number=int(number)).first()
    if matter is None:
        raise Absent
    return matter


def _language(request: Request) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(LANGUAGES) else request.LANGUAGE_CODE
