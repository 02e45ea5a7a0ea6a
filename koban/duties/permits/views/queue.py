"""The queue: booking and numbers for residents, the display, and the list of the team."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from koban.duties.permits import queries
from koban.duties.permits.actions import queue
from koban.duties.permits.forms.queue import BookForm, CallForm, GiveUpForm, HoursForm, PurposeForm
from koban.duties.permits.models import Visit
from koban.duties.permits.views.public import MINUTES, WRITES, show
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

WRONG = _("There is no such number with this secret on this day. Compare all three with your ticket.")


def book(request: Request) -> HttpResponseBase:
    """Choose what one comes for, then press a free time."""
    if request.method == "POST":
        throttle("public.queue", source(request), limit=WRITES, minutes=MINUTES)
        return _book(request)
    return _book_page(request, BookForm())


@once
def _book(request: Request) -> HttpResponse:
    form = BookForm(request.POST)
    if form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
            return _ticket(request, queue.reserve(data["starts_at"], data["purpose"], **told))
    return _book_page(request, form, 422)


def _book_page(request: Request, form: BookForm, status: int = 200) -> HttpResponse:
    days = queries.free_days(here(request), timezone.now())
    return show(request, "permits/public/book.html", {"form": form, "days": days}, status=status)


def take(request: Request) -> HttpResponseBase:
    """A number for whoever is here now."""
    if request.method == "POST":
        throttle("public.queue", source(request), limit=WRITES, minutes=MINUTES)
        return _take(request)
    return show(request, "permits/public/take.html", {"form": PurposeForm()})


@once
def _take(request: Request) -> HttpResponse:
    form = PurposeForm(request.POST)
    if form.is_valid():
        with said_by(form):
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
            return _ticket(request, queue.take_number(form.cleaned_data["purpose"], **told))
    return show(request, "permits/public/take.html", {"form": form}, status=422)


def _ticket(request: Request, ticket: queue.Ticket) -> HttpResponse:
    context = {"visit": ticket.visit, "secret": ticket.secret}
    return show(request, "permits/public/ticket.html", context, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request) -> HttpResponseBase:
    """Give a time up, with the secret of its ticket."""
    if request.method != "POST":
        return show(request, "permits/public/give_up.html", {"form": GiveUpForm()})
    throttle("public.follow", source(request), limit=20, minutes=MINUTES)
    return _leave(request)


@once
def _leave(request: Request) -> HttpResponse:
    form = GiveUpForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            visit = queries.find_visit(data["on"], data["ticket"], data["secret"])
        except Absent:
            form.add_error(None, str(WRONG))
        else:
            queue.give_up(visit, by=request.actor, at=timezone.now())
            messages.success(request, _("Your time is given up. Thank you: somebody else can have it."))
            return redirect("permits:book", here(request).code)
    return show(request, "permits/public/give_up.html", {"form": form}, status=422)


@require_safe
def serving(request: Request) -> HttpResponse:
    """The display: which number is called, and how many wait."""
    now = timezone.now()
    today = queries.today(timezone.localtime(now).date())
    return show(request, "permits/public/serving.html", {"today": today, "now": now})


@require_safe
def listing(request: Request) -> HttpResponse:
    """The queue as the team sees it."""
    return _listing(request, CallForm(initial={"desk": request.GET.get("desk", "1")[:12]}))


def _listing(request: Request, form: CallForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    today = queries.today(timezone.localtime(now).date())
    shown = {
        "today": today,
        "form": form,
        "now": now,
        "station": here(request),
        "has_hours": bool(queries.hours()),
    }
    return render(request, "permits/queue.html", shown, status=status)


@once
def call(request: Request) -> HttpResponse:
    form = CallForm(request.POST)
    if form.is_valid():
        with said_by(form):
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "station": here(request)}
            visit = queue.call_next(form.cleaned_data["desk"], **told)
            messages.success(request, _("Called: %(number)s") % {"number": visit.ticket})
            return redirect(f"{request.path.removesuffix('call/')}?desk={visit.desk}")
    return _listing(request, form, 422)


@once
def end(request: Request, visit: UUID, state: str) -> HttpResponse:
    found: Any = Visit.objects.filter(pk=visit).first()
    if found is None:
        raise Absent
    queue.end(found, state, by=request.actor, at=timezone.now())
    return redirect("permits:queue")


@once
def hours(request: Request) -> HttpResponse:
    form = HoursForm(request.POST or None, spans=queries.hours())
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            queue.set_hours(form.spans(), by=request.actor, at=timezone.now())
            messages.success(request, _("The hours of the desk are set."))
            return redirect("permits:queue")
    return render(request, "permits/hours.html", {"form": form}, status=422 if form.errors else 200)
