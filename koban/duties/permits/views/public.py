"""On the public site: register a residence, apply for a permit, with a receipt for either."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import segno
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from koban.duties.permits import rules
from koban.duties.permits.actions import applications, registrations
from koban.duties.permits.actions.people import Taken
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.people import PeopleForms, PersonForm
from koban.duties.permits.forms.permit import PapersForm, PermitForm, language
from koban.duties.permits.forms.residence import ResidenceForm
from koban.duties.permits.models import Way
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.kernel.files import intake, uploads
from koban.lib.media import DOCUMENT, PHOTO
from koban.registers.premises import queries as premises

WRITES, MINUTES = 60, 15
MOST_PICTURES = 8
KINDS = (PHOTO, DOCUMENT)
# Every paper that can be sent as a file; which of them are asked for follows from the ground.
SENT = ("identity", "address", "job", "study", "proxy_identity")


def show(
    request: Request, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the office, with what its layout asks for."""
    station = here(request)
    around = {"station": station, "office_url": reverse("desk:public_home", args=[station.code])}
    return render(request, template, around | (context or {}), status=status)


@require_safe
def start(request: Request) -> HttpResponse:
    """What can be done here about living here."""
    return show(request, "permits/public/start.html", {"book": Law.of(here(request), timezone.now())})


@uploads.taken_first("photos", kinds=[PHOTO], most=MOST_PICTURES)
def register(request: Request) -> HttpResponseBase:
    """One page for all the people of a household. The buttons "more" and "find" only show it again."""
    data = request.POST if request.method == "POST" else None
    if data is not None and "send" in data:
        throttle("public.permits", source(request), limit=WRITES, minutes=MINUTES)
        return _register(request)
    return _residence_page(request, data, bound=False)


@once
def _register(request: Request) -> HttpResponse:
    station, now = here(request), timezone.now()
    form, photos = _residence_form(request, request.POST), []
    form.is_valid()
    with said_by(form):
        photos = uploads.taken(request, "photos")
    nobody = PeopleForms.pictured(request.POST) if photos else None
    people = PeopleForms(request.POST, bound=nobody is None)
    right = [not form.errors, (nobody or people).is_valid()]
    if all(right):
        with said_by(form):
            stay = form.residence(nobody or people, way=Way.WEB, language=language())
            stay = replace(stay, pictured=nobody is not None)
            taken = registrations.declare(stay, by=request.actor, at=now, station=station)
            keep_pictures(request, "photos", taken)
            return receipt(request, taken, "registration")
    return _residence_page(request, request.POST, form=form, people=people, status=422)


def _residence_form(request: Request, data: Any, **more: Any) -> ResidenceForm:
    return ResidenceForm(data, kin=Law.of(here(request), timezone.now()).kin_days is not None, **more)


def _residence_page(
    request: Request,
    data: Any,
    *,
    bound: bool = True,
    form: Any = None,
    people: Any = None,
    status: int = 200,
) -> HttpResponse:
    """Without `bound` what was typed is shown again and not judged yet."""
    if form is None:
        typed = data.dict() if data is not None else {}
        form = _residence_form(request, None, initial=typed)
        people = PeopleForms(data, more=int("more" in typed), bound=bound)
    context = {"form": form, "people": people, "book": Law.of(here(request), timezone.now()), **finding(data)}
    return show(request, "permits/public/register.html", context, status=status)


def finding(data: Any) -> dict[str, Any]:
    """With the button "find" the page shows the addresses that fit what was typed."""
    asked = data is not None and "find" in data
    return {"asked": asked, "found": premises.search(str(data.get("place", ""))[:200]) if asked else []}


def keep_pictures(request: Request, field: str, taken: Taken) -> None:
    for picture in uploads.taken(request, field):
        intake.attach(picture, matter_id=taken.matter.pk, by=request.actor, at=timezone.now())


def files_of(request: Request, keys: Iterable[str]) -> dict[str, list[Any]]:
    """key of a paper → the files that came for it. Raises Refused for the first that was not taken."""
    return {key: uploads.taken(request, f"file_{key}") for key in keys}


def with_papers(view: Any) -> Any:
    """Take the files of every paper before the view."""
    for key in SENT:
        view = uploads.taken_first(f"file_{key}", kinds=KINDS, most=1)(view)
    return view


@with_papers
def apply(request: Request) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    if data is not None and "send" in data:
        throttle("public.permits", source(request), limit=WRITES, minutes=MINUTES)
        return _apply(request)
    return _permit_page(request, data)


@once
def _apply(request: Request) -> HttpResponse:
    station, now = here(request), timezone.now()
    book = Law.of(station, now)
    form, person = (
        PermitForm(request.POST, book=book),
        PersonForm(request.POST, prefix="p0", with_origin=True),
    )
    right = [form.is_valid(), person.is_valid()]
    if all(right):
        with said_by(form):
            papers = PapersForm(request.POST, keys=SENT, book=book)
            wish = form.wish(
                person.someone(form.cleaned_data["phone"]),
                way=Way.WEB,
                brought=papers.brought(files_of(request, SENT)),
            )
            taken = applications.apply(wish, by=request.actor, at=now, station=station)
            return receipt(request, taken, "permit")
    return _permit_page(request, request.POST, form=form, person=person, status=422)


def _permit_page(
    request: Request, data: Any, *, form: Any = None, person: Any = None, status: int = 200
) -> HttpResponse:
    book = Law.of(here(request), timezone.now())
    if form is None:
        typed = data.dict() if data is not None else {}
        form = PermitForm(None, book=book, initial=typed)
        named = {name[3:]: value for name, value in typed.items() if name.startswith("p0-")}
        person = PersonForm(None, prefix="p0", initial=named, with_origin=True)
    papers = PapersForm(data, keys=SENT, book=book)
    context = {"form": form, "person": person, "papers": papers, "book": book, **finding(data)}
    return show(request, "permits/public/apply.html", context, status=status)


def receipt(request: Request, taken: Taken, kind: str) -> HttpResponse:
    """Number and secret, this once."""
    follow = request.build_absolute_uri(reverse("desk:public_follow", args=[here(request).code]))
    link = f"{follow}#{taken.matter.printed}.{taken.secret}"
    context = {
        "taken": taken,
        "matter": taken.matter,
        "kind": kind,
        "code": qr(link),
        "clause": rules.CONFIRM,
    }
    return show(request, "permits/public/receipt.html", context, status=201)


def qr(link: str) -> SafeString:
    """A link as a square to point a telephone at; dark on white, whatever the light of the page."""
    drawn = segno.make(link, error="m", micro=False)
    return SafeString(
        drawn.svg_inline(
            scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
        )
    )
