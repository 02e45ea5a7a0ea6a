"""My report: the pages that a receipt opens."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koban.desk.public import follow, kept, living, looks, proofs, story
from koban.desk.public.corrections import correct_contact
from koban.desk.public.front import office_of, posts_at, show
from koban.desk.public.mine_forms import EnterForm, JudgeForm, ReachForm, WriteForm
from koban.duties.incidents import endings
from koban.duties.incidents.models import Incident
from koban.duties.incidents.types import CATALOGUE
from koban.duties.oversight import actions as oversight
from koban.duties.oversight.queries import KIND as COMPLAINTS
from koban.kernel.access.edge import said_by
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.files import intake, serving
from koban.kernel.files.models import Attachment
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.deadlines import clause_of
from koban.matters.duty import duty
from koban.matters.models import Deadline, Matter

WRONG = _("There is no report with this number and this secret. Please compare both with your receipt.")
TOO_LATE = _(
    "Your receipt was entered too long ago. Enter it again in another window, then send this once more."
)
WRITES, MINUTES = 60, 15
View = Callable[..., HttpResponseBase]


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponseBase:
    """Number and secret, by POST alone. Every try counts."""
    office = office_of(request)
    if request.method != "POST":
        known = follow.held(request, office) is not None
        return show(request, "desk/public/follow.html", {"form": EnterForm(), "known": known})
    throttle("public.follow", source(request), limit=follow.TRIES, minutes=follow.MINUTES)
    form = EnterForm(request.POST)
    if form.is_valid():
        try:
            held = follow.find(office, form.cleaned_data["number"], form.cleaned_data["secret"])
        except Absent:
            form.add_error(None, str(WRONG))
        else:
            response = redirect("desk:public_mine", office.code)
            follow.keep(response, office, held)
            return response
    return show(request, "desk/public/follow.html", {"form": form}, status=422)


def with_receipt(view: View) -> View:
    """Open the matter of the receipt for a view that takes (request, matter, station); without one, ask for it."""

    @wraps(view)
    def inside(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        office = office_of(request)
        held = follow.held(request, office)
        if held is None and request.method == "POST":
            raise Refused(TOO_LATE)  # what was typed comes back with the sentence
        if held is None:
            return redirect("desk:public_follow", office.code)
        with follow.opened(held) as (matter, station):
            posts_at(request, station)
            response = view(request, matter, station, *args, **kwargs)
        if follow.COOKIE not in response.cookies:
            follow.keep(response, office, held)
        return response

    return inside


@require_safe
@with_receipt
def page(request: Request, matter: Matter, station: Station) -> HttpResponse:
    return _shown(request, matter, station)


def _shown(
    request: Request, matter: Matter, station: Station, status: int = 200, **forms: Any
) -> HttpResponse:
    pages = story.pages_of(matter)
    incident = Incident.objects.filter(matter=matter).first()
    context = {
        "matter": matter,
        "type": duty(matter.kind).type_label(matter.type),
        "standing": story.standing(matter),
        "passed_on": [(_body(row.to), row) for row in story.passed_on(matter)],
        "messages_both": story.messages(matter),
        "terms": _terms(matter, station),
        "lines": story.lines(pages),
        "looks": looks.looks(pages),
        "photos": Attachment.objects.of_matter(matter.pk).filter(received_by=story.PUBLIC_LABEL),
        "party": matter.parties.filter(role="reporter").first(),
        "incident": incident,
        "is_complaint": matter.kind == COMPLAINTS,
        "may_judge": bool(incident and incident.answered_at and matter.state in ("answered", "closed")),
        "write_form": WriteForm(),
        "judge_form": JudgeForm(),
        "now": timezone.now(),
        "most_photos": kept.MOST,
        "living": living.shown(matter),
    }  # fmt: skip
    return show(request, "desk/public/mine.html", context | forms, status=status)


def _body(key: str) -> Any:
    return spoken(CATALOGUE.bodies[key].name) if key in CATALOGUE.bodies else key


# What a resident waits for; terms between offices stay inside.
PROMISES = {
    "arrive": _("Somebody is there"),
    "answer": _("You get an answer"),
    "reply": _("You get a reply to your message"),
    "refer_out": _("The other body confirms"),
    "call_back": _("We call you back"),
    "accept": _("You hear whether it is taken up"),
    "finish": _("It is decided"),
    "confirm": _("It is confirmed"),
    "look_through": _("Somebody has looked through it"),
    "bring": _("You bring what is missing"),
    "issue": _("You get the permit"),
}


def _terms(matter: Matter, station: Station) -> list[tuple[Any, Deadline, Any]]:
    """What was promised: words, the deadline, and its clause, None where the pack no longer has it."""
    rows = Deadline.objects.filter(matter=matter, key__in=PROMISES).order_by("due_at")
    return [(PROMISES[row.key], row, clause_of(row.clause, station, row.starts_at)) for row in rows]


def written(view: View) -> View:
    """A write under the receipt: counted, done once, in the scope of its matter."""
    stored = with_receipt(once(view))

    @require_POST
    @wraps(view)
    def outer(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        throttle("public.write", source(request), limit=WRITES, minutes=MINUTES)
        return stored(request, *args, **kwargs)

    return outer


@written
def write(request: Request, matter: Matter, station: Station) -> HttpResponse:
    form = WriteForm(request.POST)
    if not form.is_valid():
        return _shown(request, matter, station, 422, write_form=form)
    _write(matter, form.cleaned_data["text"], by=request.actor, at=timezone.now(), station=station)
    return _back(request, _("Your message is with the office."))


def _write(matter: Matter, text: str, *, by: Actor, at: datetime, station: Station) -> None:
    if matter.kind == COMPLAINTS:
        oversight.write_back(matter, text, by=by, at=at)
        return
    if matter.kind == living.KIND:
        joins.message_from_resident(matter, text, by=by, at=at)
        return
    endings.write_back(matter, text, by=by, at=at, station=station)
    into = matter.merged_into
    if into is not None and into.is_open:
        # Whoever works on the event works on the other sheet: the term to reply has to ring there.
        matters.set_deadline(into, "reply", endings.REPLY, by=by, at=at, station=station)


@require_POST
def add_photos(request: Request) -> HttpResponseBase:
    """Photos are taken before the transaction: drawing them anew takes its time."""
    if follow.held(request, office_of(request)) is None:
        raise Refused(TOO_LATE)
    throttle("public.write", source(request), limit=WRITES, minutes=MINUTES)
    already, old = kept.read(request.POST.getlist(kept.FIELD))
    photos, wrong = kept.take(request.FILES.getlist("photos"), already)
    return _store_photos(request, photos, [*old, *wrong])


@with_receipt
@once
def _store_photos(
    request: Request, matter: Matter, station: Station, photos: list[intake.Taken], wrong: list[str]
) -> HttpResponse:
    if wrong or not photos:
        told = {
            "photos_wrong": wrong or [str(_("Choose a photo first."))],
            "photos_kept": [(p, kept.token(p)) for p in photos],
        }
        return _shown(request, matter, station, 422, **told)
    for photo in photos:
        intake.attach(photo, matter_id=matter.pk, by=request.actor, at=timezone.now())
    return _back(request, _("Your photos are with the office."))


@require_safe
@with_receipt
def photo(request: Request, matter: Matter, station: Station, id: UUID) -> HttpResponseBase:
    """A small picture of a photo that came by this receipt."""
    own = Attachment.objects.of_matter(matter.pk).filter(received_by=story.PUBLIC_LABEL, pk=id).first()
    if own is None:
        raise Absent
    return serving.open_view(own, serving.THUMB)


@written
def judge(request: Request, matter: Matter, station: Station) -> HttpResponse:
    form = JudgeForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        with said_by(form):
            endings.feedback(
                matter, is_fixed=told["fixed"] == "yes", satisfaction=told["satisfaction"], text=told["text"],
                by=request.actor, at=timezone.now(), station=station,
            )  # fmt: skip
    if form.errors:
        return _shown(request, matter, station, 422, judge_form=form)
    return _back(request, _("Thank you. The office reads what you say."))


@require_http_methods(["GET", "HEAD"])
@with_receipt
def contact_page(request: Request, matter: Matter, station: Station) -> HttpResponse:
    return show(request, "desk/public/contact.html", {"form": ReachForm(), "matter": matter})


@written
def contact_change(request: Request, matter: Matter, station: Station) -> HttpResponse:
    form = ReachForm(request.POST)
    if not form.is_valid():
        return show(request, "desk/public/contact.html", {"form": form, "matter": matter}, status=422)
    correct_contact(matter, form.reporter(), by=request.actor, at=timezone.now())
    return _back(request, _("What you wrote has replaced what we had."))


def contact(request: Request) -> HttpResponseBase:
    return contact_change(request) if request.method == "POST" else contact_page(request)


@require_safe
@with_receipt
def proof(request: Request, matter: Matter, station: Station) -> HttpResponse:
    told = proofs.proof(matter, station, story.pages_of(matter))
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="koban-{matter.printed}.json"'
    return response


@require_POST
def leave(request: Request) -> HttpResponseBase:
    """Close the report on this device, at once and without a word about it."""
    office = office_of(request)
    response = redirect("desk:public_home", office.code)
    follow.forget(response, office)
    return response


def _back(request: Request, told: Any) -> HttpResponse:
    messages.success(request, str(told))
    return redirect("desk:public_mine", office_of(request).code)
