"""Taking a declaration or an application at the desk: who is known is looked up first, the rest is typed once."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from koban.duties.permits import queries, told
from koban.duties.permits.actions import applications, registrations
from koban.duties.permits.actions.beginning import BEGUN
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.people import PeopleForms, PersonForm, typed
from koban.duties.permits.forms.permit import PermitForm, language
from koban.duties.permits.forms.residence import ReasonForm, ResidenceForm
from koban.duties.permits.models import Type, Way
from koban.duties.permits.views import knowing
from koban.duties.permits.views.knowing import CHOOSE, CHOSEN, Known
from koban.duties.permits.views.public import finding, qr
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters.models import Matter


def new(request: Request) -> HttpResponseBase:
    """Take a declaration at the desk. Looking somebody up begins its matter."""
    return knowing.begin(request, Type.REGISTRATION) if knowing.asks(request) else _residence(request)


def apply(request: Request) -> HttpResponseBase:
    """Take an application at the desk; the papers are looked through on the next page."""
    return knowing.begin(request, Type.PERMIT) if knowing.asks(request) else _permit(request)


def fill(request: Request, year: int, number: int) -> HttpResponseBase:
    """The same two pages for what was begun."""
    matter = queries.numbered(year, number)
    if matter.state != BEGUN:
        return redirect("permits:detail", year, number)
    return _residence(request, matter) if matter.type == Type.REGISTRATION else _permit(request, matter)


def _residence(request: Request, matter: Matter | None = None) -> HttpResponseBase:
    """The buttons "more", "find", "look" and "choose" only show the page again."""
    if "send" in request.POST:
        return _declare(request, matter)
    known = knowing.known(request, matter)
    data = _left(request, known)
    form = ResidenceForm(at_desk=True, kin=_has_kin(request), initial=_proposed(data, known))
    more, least = int("more" in request.POST), int(not known.chosen)
    people = PeopleForms(data or None, more=more, bound=False, at_desk=True, least=least)
    return _residence_page(request, form, people, known)


def _left(request: Request, known: Known) -> dict[str, Any]:
    """What was typed, without whoever turned out to be known."""
    data = request.POST.dict() if request.method == "POST" else {}
    chose = CHOOSE in data and known.place is not None
    return knowing.without(data, known.place or 0) if chose else data


def _proposed(data: dict[str, Any], known: Known) -> dict[str, Any]:
    """What was typed, and the telephone of whoever was chosen just now where none was typed."""
    return data | {"phone": data.get("phone") or known.opened.get("phone", "")}


def _has_kin(request: Request) -> bool:
    return Law.of(here(request), timezone.now()).kin_days is not None


@once
def _declare(request: Request, matter: Matter | None) -> HttpResponse:
    form = ResidenceForm(request.POST, at_desk=True, kin=_has_kin(request))
    chosen = knowing.belonging(matter, knowing.ids(request.POST.getlist(CHOSEN)))
    people = PeopleForms(request.POST, at_desk=True, least=int(not chosen))
    right = [form.is_valid(), people.is_valid()]
    if all(right):
        with said_by(form):
            stay = form.residence(people, way=Way.DESK, language=language(), known=chosen)
            return taken(request, registrations.declare(stay, begun=matter, **_told(request)))
    return _residence_page(request, form, people, Known(matter, chosen=chosen), 422)


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now(), "station": here(request)}


def _residence_page(
    request: Request, form: Any, people: PeopleForms, known: Known, status: int = 200
) -> HttpResponse:
    shown = {
        "form": form,
        "people": people,
        "known": known,
        "station": here(request),
        **finding(request.POST),
    }
    return _page(request, "permits/new.html", shown, status)


def _page(request: Request, template: str, shown: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, {**shown, "at_desk": True, "reason": ReasonForm()}, status=status)
    if shown["known"].matter:
        response["Cache-Control"] = "no-store"
    return response


def _permit(request: Request, matter: Matter | None = None) -> HttpResponseBase:
    if "send" in request.POST:
        return _apply(request, matter)
    known = knowing.known(request, matter)
    data = request.POST.dict() if request.method == "POST" else {}
    form = PermitForm(book=_law(request), initial=_proposed(_at_home(data, known), known))
    person = PersonForm(prefix="p0", initial=typed(data, 0), with_origin=True, at_desk=True)
    return _permit_page(request, form, person, known)


def _at_home(data: dict[str, Any], known: Known) -> dict[str, Any]:
    """For whoever was chosen just now: where and since when the register has them living, where nothing was typed."""
    home = knowing.home_of(known.chosen[-1]) if known.values and not data.get("place") else None
    if home is None:
        return data
    since = data.get("lives_since_on") or home.from_on.isoformat()
    return data | {"place": str(home.address), "address": str(home.address.pk), "lives_since_on": since}


def _law(request: Request) -> Law:
    return Law.of(here(request), timezone.now())


@once
def _apply(request: Request, matter: Matter | None) -> HttpResponse:
    form = PermitForm(request.POST, book=_law(request))
    person = PersonForm(request.POST, prefix="p0", with_origin=True, at_desk=True)
    chosen = knowing.belonging(matter, knowing.ids(request.POST.getlist(CHOSEN)))
    right = [form.is_valid(), bool(chosen) or person.is_valid()]
    if all(right):
        with said_by(form):
            whom = _applicant(chosen) or person.someone(form.cleaned_data["phone"])
            wish = form.wish(whom, way=Way.DESK, brought={})
            return taken(request, applications.apply(wish, begun=matter, **_told(request)))
    return _permit_page(request, form, person, Known(matter, chosen=chosen), 422)


def _applicant(chosen: list[Any]) -> told.Someone | None:
    if len(chosen) > 1:
        raise Absent
    return told.Someone(person_id=chosen[0]) if chosen else None


def _permit_page(
    request: Request, form: Any, person: PersonForm, known: Known, status: int = 200
) -> HttpResponse:
    shown = {
        "form": form,
        "person": person,
        "known": known,
        "station": here(request),
        **finding(request.POST),
    }
    return _page(request, "permits/apply.html", shown, status)


def taken(request: Request, found: Any) -> HttpResponse:
    """The receipt, to print; its secret is shown this once."""
    follow = request.build_absolute_uri(reverse("desk:public_follow", args=[here(request).code]))
    code = qr(f"{follow}#{found.matter.printed}.{found.secret}")
    return render(request, "permits/taken.html", {"taken": found, "matter": found.matter, "code": code})
