"""The steps of one matter: each a press or a short form on its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import queries
from koban.duties.permits.actions import applications, cards, registrations
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.people import PeopleForms
from koban.duties.permits.forms.permit import JudgeForm
from koban.duties.permits.forms.residence import AddressForm, ReasonForm
from koban.duties.permits.models import Application, Paper
from koban.duties.permits.views.desk import page, shown_file
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may, require
from koban.kernel.access.who import Request, here
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent, Refused
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.documents.printing import base_of
from koban.matters.models import Matter, Note
from koban.registers.residents import queries as register

Do = Callable[[Request, Matter, Any], object]
VALUES = "koban_holder"
ON_PAPER = ("name", "sex", "birth_on", "id_number", "origin")
PRINTED = ("issue", "finish")


def _told(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _told_here(request: Request) -> dict[str, Any]:
    return {**_told(request), "station": here(request)}


def _judge_form(request: Request, matter: Matter) -> JudgeForm:
    papers = Paper.objects.filter(matter=matter).order_by("id")
    return JudgeForm(request.POST, papers=papers, book=Law.of(here(request), timezone.now()))


def _judge(request: Request, matter: Matter, form: Any) -> object:
    found = form.found()
    if not found:
        raise Refused(_("Nothing was said of any paper."))
    return applications.judge(matter, found, **_told(request))


def _place(request: Request, matter: Matter, form: Any) -> object:
    address = form.found_place().address
    if address is None:
        raise Refused(_("This is not one address of the register. Search again, or enter it there first."))
    return registrations.place_it(matter, address, **_told(request))


def _message(request: Request, matter: Matter, form: Any) -> object:
    require(request.actor, "permits.handle")
    text = form.cleaned_data["reason"]
    return matters.note(matter, text, direction=Note.Direction.OUT, purpose="message", **_told(request))


def _finish(request: Request, matter: Matter, form: Any) -> object:
    holds = request.POST.get("ground_gone") != "on"
    told = {"values": _values(request), "base": base_of(request), **_told_here(request)}
    return cards.finish(matter, ground_holds=holds, **told)


def _issue(request: Request, matter: Matter, form: Any) -> object:
    return cards.issue(matter, values=_values(request), base=base_of(request), **_told_here(request))


def _values(request: Request) -> dict[str, str] | None:
    found: dict[str, str] | None = request.__dict__.get(VALUES)
    return found


def printed(key: str) -> Callable[..., HttpResponseBase]:
    """A step that prints a paper: the look at its holder is committed before the step's own transaction."""
    inside = step(key)

    def view(request: Request, year: int, number: int) -> HttpResponseBase:
        matter = queries.numbered(year, number)
        needs = matter.state == "accepted" or (matter.state == "declared" and matter.type in cards.RENEWED)
        if (
            request.method == "POST"
            and needs
            and matter.is_open
            and may(request.actor.role, "permits.decide")
        ):
            request.__dict__[VALUES] = _holder(request, matter)
        return inside(request, year, number)

    return view


def _holder(request: Request, matter: Matter) -> dict[str, str] | None:
    """What the paper says of its holder, opened through the glass; None for somebody whose file is closed off."""
    person_id = Application.objects.filter(matter=matter).values_list("person_id", flat=True).first()
    person = register.person(person_id)
    try:
        found = looks.look_person(matter, [person.pk], ON_PAPER, by=request.actor, at=timezone.now())
    except Absent:
        return None
    return found.get(person.pk)


def _reason(act: Callable[..., object], *, here_too: bool = False) -> Do:
    told = _told_here if here_too else _told
    return lambda request, matter, form: act(matter, reason=form.cleaned_data["reason"], **told(request))


def _press(act: Callable[..., object], *, here_too: bool = True) -> Do:
    told = _told_here if here_too else _told
    return lambda request, matter, form: act(matter, **told(request))


# key → (right, form or None, what is done, the form's name on the page)
STEPS: dict[str, tuple[str, Any, Do, str]] = {
    "confirm": ("permits.confirm", None, _press(registrations.confirm, here_too=False), ""),
    "tell": ("permits.handle", None, _press(applications.tell_missing), ""),
    "accept": ("permits.handle", None, _press(applications.accept), ""),
    "issue": ("permits.decide", None, _issue, ""),
    "finish": ("permits.decide", None, _finish, ""),
    "handover": ("permits.handle", None, _press(cards.hand_over, here_too=False), ""),
    "judge": ("permits.handle", _judge_form, _judge, "judge"),
    "place": ("permits.handle", lambda r, m: AddressForm(r.POST), _place, "place"),
    "refuse": ("permits.decide", lambda r, m: ReasonForm(r.POST), _reason(registrations.refuse), "reason"),
    "withdraw": (
        "permits.withdraw",
        lambda r, m: ReasonForm(r.POST),
        _reason(applications.withdraw),
        "reason",
    ),
    "reopen": (
        "permits.decide",
        lambda r, m: ReasonForm(r.POST),
        _reason(applications.reopen, here_too=True),
        "reason",
    ),
    "message": ("permits.handle", lambda r, m: ReasonForm(r.POST), _message, "reason"),
    "hold": ("matters.hold", None, lambda r, m, f: matters.hold(m, r.actor.post_id, **_told(r)), ""),
}


def step(key: str) -> Callable[..., HttpResponseBase]:
    """The view of one step. From the list of what waits it goes back there."""
    _right, make, do, name = STEPS[key]

    @once
    def view(request: Request, year: int, number: int) -> HttpResponse:
        if request.method != "POST":
            return redirect("permits:detail", year, number)
        matter = queries.numbered(year, number)
        form = make(request, matter) if make else None
        if form is None:
            do(request, matter, None)
            return _back(request, year, number)
        if form.is_valid():
            with said_by(form):
                do(request, matter, form)
                return _back(request, year, number)
        sheet = queries.sheet(year, number, request.actor.post_id, here(request))
        return page(request, sheet, 422, **{name: form, "failed": form})

    return view


def _back(request: Request, year: int, number: int) -> HttpResponse:
    messages.success(request, _("Done."))
    if request.POST.get("back") == "waiting":
        return redirect("permits:waiting")
    return redirect("permits:detail", year, number)


def people(request: Request, year: int, number: int) -> HttpResponseBase:
    """More people of a declaration that waits. The button "more" only shows the page again."""
    if request.method == "POST" and "more" not in request.POST:
        return _add(request, year, number)
    matter = _declaration(year, number)
    return _people_page(
        request, matter, PeopleForms(request.POST or None, more=int("more" in request.POST), bound=False), 200
    )


@once
def _add(request: Request, year: int, number: int) -> HttpResponse:
    matter, forms = _declaration(year, number), PeopleForms(request.POST)
    if not forms.is_valid():
        return _people_page(request, matter, forms, 422)
    registrations.add_people(matter, forms.people(), **_told(request))
    return _back(request, year, number)


def _declaration(year: int, number: int) -> Matter:
    matter = queries.numbered(year, number)
    if matter.type not in queries.DECLARED:
        raise Absent
    return matter


def _people_page(request: Request, matter: Matter, forms: PeopleForms, status: int) -> HttpResponse:
    may_see = matter.is_open and looks.holds(request.actor, matter.pk)
    files = [shown_file(matter, row) for row in Attachment.objects.of_matter(matter.pk)] if may_see else []
    shown = {
        "matter": matter,
        "people": forms,
        "files": files,
        "shows": bool(files) and "pictures" in request.GET,
    }
    return render(request, "permits/people.html", shown, status=status)
