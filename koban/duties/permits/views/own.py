"""A resident's own pages: where they are registered, their permit, what is still missing, and what they can do."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.duties.permits import queries, rules, told
from koban.duties.permits.actions import applications, cards, departures, papers, registrations
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.permit import PapersForm, PermitForm, language
from koban.duties.permits.forms.residence import DayForm, ResidenceForm
from koban.duties.permits.models import Application, Occupant, Paper, Permit, Source, Type, Way
from koban.duties.permits.telling import paper_label
from koban.duties.permits.views.public import SENT, files_of, finding, with_papers
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.files import serving
from koban.kernel.files.models import Attachment
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters import deadlines, own
from koban.matters.documents.kinds import kind
from koban.matters.documents.models import Certificate
from koban.matters.documents.printing import base_of
from koban.matters.models import Matter
from koban.registers.residents import queries as register

ASKED = (Type.ENDORSEMENT, Type.REPLACEMENT, Type.CANCELLATION)


@require_safe
@own.with_person
def home(request: Request, person: Any, station: Station) -> HttpResponse:
    law = Law.of(station, timezone.now())
    permit = Permit.objects.running().filter(person_id=person.pk).select_related("address").first()
    open_ones = Application.objects.filter(person_id=person.pk, matter__is_open=True).select_related("matter")
    shown = {
        "homes": list(register.residences_of(person)),
        "declared": list(
            Occupant.objects.filter(person_id=person.pk, matter__is_open=True).select_related("matter")
        ),
        "applications": [_waiting(one, law, station) for one in open_ones.order_by("-id")],
        "permit": permit,
        "opens_on": _opens_on(permit, law),
        "entitled_on": _entitled_on(person, law),
        "book": law,
        "clauses": {
            key: law.clause(key) for key in (rules.HALF_YEAR, rules.YEARLY, rules.LATE, rules.REGISTER)
        },
        "papers": [(row, kind(row.kind).title) for row in Certificate.objects.of_holder(person.pk)[:10]],
        "leave": DayForm(initial={"on": timezone.localdate()}),
    }
    return own.show(request, "permits/own/home.html", shown)


def _waiting(one: Application, law: Law, station: Station) -> dict[str, Any]:
    """An application with the papers that are still missing, in words, and its terms."""
    rows = Paper.objects.filter(matter=one.matter, state__in=("needed", "unfit")).order_by("id")
    missing = [(paper_label(row.key, law, language()), row.why) for row in rows]
    terms = [term for term in deadlines.terms(one.matter, station) if term.met_at is None]
    return {"application": one, "matter": one.matter, "missing": missing, "terms": terms}


def _opens_on(permit: Permit | None, law: Law) -> date | None:
    if permit is None:
        return None
    return cards.years_of(permit).opens_on(law.months(rules.YEARLY), law.months(rules.WINDOW))


def _entitled_on(person: Any, law: Law) -> date | None:
    """When the half year is full by what the register says of oneself."""
    since = queries.registered_on(person.pk, law)
    claim = rules.Claim("home", since, since)
    return rules.entitled_on(claim, months=law.months(rules.HALF_YEAR), from_registration=True)


@own.with_person
def register_page(request: Request, person: Any, station: Station) -> HttpResponse:
    typed = request.POST.dict() if request.method == "POST" else {}
    return _register_page(request, _residence_form(station, initial=typed))


def _residence_form(station: Station, data: Any = None, **more: Any) -> ResidenceForm:
    form = ResidenceForm(data, kin=Law.of(station, timezone.now()).kin_days is not None, **more)
    for name in ("source", "teller"):
        del form.fields[name]
    return form


def _register_page(request: Request, form: ResidenceForm, status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    return own.show(request, "permits/own/register.html", {"form": form, **finding(data)}, status=status)


@own.written
def register_send(request: Request, person: Any, station: Station) -> HttpResponse:
    form = _residence_form(station, request.POST)
    if form.is_valid():
        with said_by(form):
            data = form.cleaned_data
            reply = told.Reply("", data["phone"], data["reply_by"], language())
            stay = told.Residence(
                [told.Someone(person_id=person.pk)], form.found_place(), Source.SELF, Way.PORTAL, data["from_on"],
                kind=data["kind"], to_on=data["to_on"], reply=reply, with_kin=bool(data.get("with_kin")),
            )  # fmt: skip
            registrations.declare(stay, by=request.actor, at=timezone.now(), station=station)
            return _back(request, station, _("Your registration is with the office."))
    return _register_page(request, form, 422)


def register_own(request: Request) -> HttpResponseBase:
    return (
        register_send(request)
        if request.method == "POST" and "send" in request.POST
        else register_page(request)
    )


@own.with_person
def apply_page(request: Request, person: Any, station: Station) -> HttpResponse:
    law = Law.of(station, timezone.now())
    typed = request.POST.dict() if request.method == "POST" else {}
    return _apply_page(request, law, PermitForm(book=law, own=True, initial=typed))


def _apply_page(request: Request, law: Law, form: PermitForm, status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    papers = PapersForm(data, keys=SENT[:-1], book=law)
    shown = {"form": form, "papers": papers, "book": law, **finding(data)}
    return own.show(request, "permits/own/apply.html", shown, status=status)


@own.written
def apply_send(request: Request, person: Any, station: Station) -> HttpResponse:
    law = Law.of(station, timezone.now())
    form = PermitForm(request.POST, book=law, own=True)
    if form.is_valid():
        with said_by(form):
            papers = PapersForm(request.POST, keys=SENT[:-1], book=law)
            brought = papers.brought(files_of(request, SENT[:-1]))
            wish = form.wish(told.Someone(person_id=person.pk), way=Way.PORTAL, brought=brought)
            applications.apply(wish, by=request.actor, at=timezone.now(), station=station)
            return _back(request, station, _("Your application is with the office."))
    return _apply_page(request, law, form, 422)


@with_papers
def apply_own(request: Request) -> HttpResponseBase:
    return apply_send(request) if request.method == "POST" and "send" in request.POST else apply_page(request)


@own.written
def ask(request: Request, person: Any, station: Station, type: str) -> HttpResponse:
    """Ask for the endorsement, for a new card, or give the permit back; an officer finishes it."""
    permit = Permit.objects.running().filter(person_id=person.pk).first()
    if permit is None or type not in ASKED:
        raise Absent
    why = str(request.POST.get("why", ""))[:12]
    cards.ask(permit, type, way=Way.PORTAL, why=why, by=request.actor, at=timezone.now(), station=station)
    return _back(request, station, _("We have it. An officer looks at it next."))


@own.written
def leave(request: Request, person: Any, station: Station, residence: UUID) -> HttpResponse:
    """Move out: it holds at once."""
    form, found = DayForm(request.POST), register.residence(residence)
    if found.person_id != person.pk:
        raise Absent
    on = form.cleaned_data["on"] if form.is_valid() else timezone.localdate()
    departures.depart(
        [found], on, source=Source.SELF, way=Way.PORTAL, by=request.actor, at=timezone.now(), station=station
    )
    return _back(request, station, _("You are no longer registered there."))


PROOFS, MINUTES = 10, 60


@own.with_person
def proof(request: Request, person: Any, station: Station, residence: UUID) -> HttpResponseBase:
    """A proof of one's own registration. One's own look at the name is committed before the paper is made."""
    home = register.residence(residence)
    if request.method != "POST" or home.person_id != person.pk or home.state != "confirmed":
        raise Absent
    throttle("public.proof", source(request), limit=PROOFS, minutes=MINUTES)
    values, _contacts = own.data_of(person, by=request.actor)
    return _proved(request, home, values["name"], station)


@once
def _proved(request: Request, home: Any, name: str, station: Station) -> HttpResponse:
    occupant = Occupant.objects.filter(residence_id=home.pk).select_related("matter").first()
    if occupant is None:
        raise Refused(
            _("This registration was entered before the office kept declarations. Ask at the desk.")
        )
    at, today = timezone.now(), timezone.localdate().isoformat()
    told_: dict[str, Any] = {
        "by": request.actor,
        "at": at,
        "station": station,
        "on": today,
        "base": base_of(request),
    }
    papers.prove(home, name, occupant.matter, **told_)
    return _back(request, station, _("Your proof is below."))


@require_safe
@own.with_person
def paper(request: Request, person: Any, station: Station, certificate: UUID) -> HttpResponseBase:
    """One's own paper as PDF."""
    found = Certificate.objects.of_holder(person.pk).filter(pk=certificate).first()
    kept = Attachment.objects.filter(pk=found.attachment_id).first() if found else None
    if kept is None:
        raise Absent
    return serving.open_view(kept, serving.ORIGINAL)


@own.with_person
def papers_page(request: Request, person: Any, station: Station, number: int, year: int) -> HttpResponse:
    matter = _own_matter(person, year, number)
    law = Law.of(station, timezone.now())
    return own.show(
        request, "permits/own/papers.html", {"matter": matter, "papers": missing_form(matter, law)}
    )


@own.written
def papers_send(request: Request, person: Any, station: Station, number: int, year: int) -> HttpResponse:
    matter = _own_matter(person, year, number)
    form = missing_form(matter, Law.of(station, timezone.now()), request.POST)
    brought = form.brought(files_of(request, form.keys))
    applications.bring(matter, brought, by=request.actor, at=timezone.now(), station=station)
    return _back(request, station, _("Your papers are with the office."))


@with_papers
def papers_own(request: Request, **where: Any) -> HttpResponseBase:
    return papers_send(request, **where) if request.method == "POST" else papers_page(request, **where)


def missing_form(matter: Matter, law: Law, data: Any = None) -> PapersForm:
    """What an application still needs."""
    keys = Paper.objects.filter(matter=matter, state__in=("needed", "unfit")).order_by("id")
    return PapersForm(data, keys=list(keys.values_list("key", flat=True)), book=law)


def _own_matter(person: Any, year: int, number: int) -> Matter:
    found = Application.objects.filter(person_id=person.pk, matter__year=year, matter__number=number)
    one = found.select_related("matter__station").first()
    if one is None:
        raise Absent
    matter: Matter = one.matter
    return matter


def _back(request: Request, station: Station, words: Any) -> HttpResponse:
    messages.success(request, str(words))
    return redirect("permits:own", station.code)
