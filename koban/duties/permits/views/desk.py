"""The desk: lists, taking a declaration or an application, one matter."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from koban.duties.permits import queries
from koban.duties.permits.actions import applications, registrations
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.filters import ListForm
from koban.duties.permits.forms.people import PeopleForms, PersonForm
from koban.duties.permits.forms.permit import JudgeForm, PermitForm, language
from koban.duties.permits.forms.residence import AddressForm, ReasonForm, ResidenceForm
from koban.duties.permits.models import Way
from koban.duties.permits.views.public import finding, qr
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
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


def new(request: Request) -> HttpResponseBase:
    """Take a declaration at the desk. The buttons "more" and "find" only show the page again."""
    if request.method == "POST" and "send" in request.POST:
        return _new(request)
    typed = request.POST.dict()
    form = ResidenceForm(at_desk=True, kin=_has_kin(request), initial=typed)
    people = PeopleForms(request.POST or None, more=int("more" in typed), bound=False)
    return _new_page(request, form, people)


def _has_kin(request: Request) -> bool:
    return Law.of(here(request), timezone.now()).kin_days is not None


@once
def _new(request: Request) -> HttpResponse:
    form = ResidenceForm(request.POST, at_desk=True, kin=_has_kin(request))
    people = PeopleForms(request.POST)
    right = [form.is_valid(), people.is_valid()]
    if all(right):
        with said_by(form):
            stay = form.residence(people, way=Way.DESK, language=language())
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
            return taken(request, registrations.declare(stay, **told))
    return _new_page(request, form, people, 422)


def _new_page(request: Request, form: Any, people: PeopleForms, status: int = 200) -> HttpResponse:
    shown = {"form": form, "people": people, "station": here(request), **finding(request.POST)}
    return render(request, "permits/new.html", shown, status=status)


def apply(request: Request) -> HttpResponseBase:
    """Take an application at the desk; the papers are looked through on the next page."""
    if request.method == "POST" and "send" in request.POST:
        return _apply(request)
    law, typed = Law.of(here(request), timezone.now()), request.POST.dict()
    named = {name[3:]: value for name, value in typed.items() if name.startswith("p0-")}
    person = PersonForm(prefix="p0", initial=named, with_origin=True)
    return _apply_page(request, PermitForm(book=law, initial=typed), person)


@once
def _apply(request: Request) -> HttpResponse:
    law = Law.of(here(request), timezone.now())
    form, person = PermitForm(request.POST, book=law), PersonForm(request.POST, prefix="p0", with_origin=True)
    right = [form.is_valid(), person.is_valid()]
    if all(right):
        with said_by(form):
            wish = form.wish(person.someone(form.cleaned_data["phone"]), way=Way.DESK, brought={})
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
            return taken(request, applications.apply(wish, **told))
    return _apply_page(request, form, person, 422)


def _apply_page(request: Request, form: Any, person: PersonForm, status: int = 200) -> HttpResponse:
    shown = {"form": form, "person": person, "station": here(request), **finding(request.POST)}
    return render(request, "permits/apply.html", shown, status=status)


def taken(request: Request, found: Any) -> HttpResponse:
    """The receipt, to print; its secret is shown this once."""
    follow = request.build_absolute_uri(reverse("desk:public_follow", args=[here(request).code]))
    shown = {
        "taken": found,
        "matter": found.matter,
        "code": qr(f"{follow}#{found.matter.printed}.{found.secret}"),
    }
    return render(request, "permits/taken.html", shown)


@require_safe
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return page(request, queries.sheet(year, number, request.actor.post_id, here(request)))


def page(request: Request, sheet: queries.Sheet, status: int = 200, **forms: Any) -> HttpResponse:
    """One matter. forms: those that were filled in and have to be mended."""
    matter, law = sheet.matter, Law.of(here(request), timezone.now())
    shown = {
        "sheet": sheet,
        "matter": matter,
        "book": law,
        "station": here(request),
        "files": [_shown(matter, row) for row in sheet.files],
        "judge": JudgeForm(papers=sheet.papers, book=law),
        "place": AddressForm(initial={"place": matter.place}),
        "reason": ReasonForm(),
        "now": timezone.now(),
    }
    return render(request, "permits/detail.html", {**shown, **forms}, status=status)


def _shown(matter: Matter, row: Attachment) -> dict[str, Any]:
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
    looks.look_person(matter, people, ("name", "id_number"), by=request.actor, at=now)
    facts = {"form": serving.VIEW, "sha256": found.sha256}
    book.look("files.look", by=request.actor, at=now, matter_id=matter.pk, subject=found, facts=facts)
    return serving.open_view(found)
