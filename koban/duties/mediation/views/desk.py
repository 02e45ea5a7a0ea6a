"""The desk: the list, repeats by pairs of addresses, a new dispute, one mediation, and looks at its people."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from koban.duties.mediation import (
    bundles,
    performing,
    protecting,
    queries,
    rules,
    sitting,
    standing,
    steps,
    taking,
    warning_papers,
)
from koban.duties.mediation.forms import ListForm, NewForm, SideFields
from koban.duties.mediation.models import ProtectionStep
from koban.duties.mediation.papers import copies_of
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent
from koban.matters import attached, looks
from koban.matters.models import Matter, Party
from koban.matters.places import Place
from koban.registers.premises import queries as premises

PAGE, MOST_LISTED, SOON_DAYS = 50, 1000, 7


@require_safe
def listing(request: Request) -> HttpResponse:
    form, now = ListForm(request.GET), timezone.now()
    page = Paginator(queries.listed(**form.wanted())[:MOST_LISTED], PAGE).get_page(request.GET.get("page"))
    soon = queries.owed_soon(standing.day(now) + timedelta(days=SOON_DAYS))[:10]
    return render(request, "mediation/list.html", {"form": form, "page": page, "now": now, "soon": soon})


@require_safe
def repeats(request: Request) -> HttpResponse:
    """Where quarrels come back: by two addresses, never by people."""
    found = queries.pairs(here(request), timezone.now())
    return render(request, "mediation/repeats.html", {"pairs": found, "clause": queries.REPEATS})


def new(request: Request) -> HttpResponseBase:
    """Take a dispute at the desk."""
    return (
        _new(request)
        if request.method == "POST"
        else _new_page(request, NewForm(), SideFields(prefix="a"), SideFields(prefix="b"))
    )


@once
def _new(request: Request) -> HttpResponse:
    form, a, b = (
        NewForm(request.POST),
        SideFields(request.POST, prefix="a"),
        SideFields(request.POST, prefix="b"),
    )
    if all([form.is_valid(), a.is_valid(), b.is_valid()]):
        with said_by(form):
            data, now = form.cleaned_data, timezone.now()
            address = premises.exact(data["place"]) if data["place"] else None
            place = Place.at(address, data["place"]) if address else Place(data["place"])
            language = "en" if (get_language() or "").startswith("en") else "zh-hans"
            made = taking.take(
                data["kind"], data["summary"], by=request.actor, at=now, station=here(request), facts=form.facts(),
                a=a.told(), b=b.told(), place=place, language=language,
            )  # fmt: skip
            return redirect("mediation:detail", made.matter.year, made.matter.number)
    return _new_page(request, form, a, b, 422)


def _new_page(request: Request, form: Any, a: Any, b: Any, status: int = 200) -> HttpResponse:
    return render(request, "mediation/new.html", {"form": form, "a": a, "b": b}, status=status)


@require_safe
def detail(request: Request, year: int, number: int) -> HttpResponse:
    return page(request, year, number, {})


def page(request: Request, year: int, number: int, more: dict[str, Any], status: int = 200) -> HttpResponse:
    """One mediation. `more` goes over what is shown."""
    sheet = queries.sheet(year, number)
    matter = sheet.matter
    holds = matter.is_open and looks.holds(request.actor, matter.pk)
    shown = {
        "sheet": sheet, "matter": matter, "holds": holds, "today": timezone.localdate(), "verdict": _verdict(sheet),
        "panel": panel(sheet, request.actor.role), "copies": _copies(sheet),
        "unprotected": performing.unprotected(sheet.mediation) if matter.state == "protection" else [],
        "may_take": sheet.is_ours and matter.is_open and may(request.actor.role, "mediation.take"),
        "may_lead": sheet.is_ours and may(request.actor.role, "mediation.lead"),
        "until": _until(sheet), "files": _files(matter), **_papers(sheet),
        "may_warn": holds and may(request.actor.role, "mediation.warn"),
    }  # fmt: skip
    return render(request, "mediation/detail.html", shown | more, status=status)


def _verdict(sheet: queries.Sheet) -> Any:
    """What the table says now, where it still has a say."""
    if sheet.matter.state not in ("received", "consent", "sessions"):
        return None
    dispute = standing.dispute(sheet.mediation, sheet.sides)
    return rules.may_be_taken(dispute) if sheet.matter.state == "received" else rules.may_mediate(dispute)


def _copies(sheet: queries.Sheet) -> list[Any]:
    return copies_of(sheet.agreement) if sheet.agreement else []


def _papers(sheet: queries.Sheet) -> dict[str, Any]:
    """Which papers there are, asked only where this kind of matter has them."""
    found: dict[str, Any] = {}
    if sheet.mediation.violence_at_home:
        found["is_warned"] = any(row.key == ProtectionStep.Key.WARNING for row in sheet.protection)
        found["warned"] = warning_papers.issued(sheet.mediation)
    if sheet.agreement and sheet.agreement.form in ("oral", "written"):
        found["bundle"] = bundles.request_of(sheet.agreement)
    return found


def _files(matter: Matter) -> list[dict[str, Any]]:
    return attached.listed(matter, Attachment.objects.of_matter(matter.pk), "mediation:file")


def _until(sheet: queries.Sheet) -> dict[str, Any]:
    """Last days that the page names: of a second session, and of a request to the court."""
    found: dict[str, Any] = {}
    if sheet.matter.state == "sessions" and sheet.sessions:
        found["again"] = sitting.last_day_of_second(sheet.mediation, sheet.matter.station)
    if sheet.agreement and sheet.agreement.form in ("oral", "written"):
        found["court"] = performing.court_until(sheet.agreement, sheet.matter.station)
    return found


@dataclass(frozen=True, slots=True)
class Button:
    step: steps.Step
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """first: the likeliest; more: the others that make sense now."""

    first: tuple[Button, ...]
    more: tuple[Button, ...]


def panel(sheet: queries.Sheet, role: str) -> Panel:
    """The steps that the reader may take in this state. Says nothing about the rules: those answer when asked."""
    matter, civil = sheet.matter, not sheet.mediation.offence
    if not sheet.is_ours:
        return Panel((), ())
    fitting = [
        step for step in steps.STEPS
        if matter.state in step.states and may(role, step.right) and step.civil in (None, civil)
    ]  # fmt: skip
    made = {
        step.key: Button(step, reverse(f"mediation:{step.key}", args=[matter.year, matter.number]))
        for step in fitting
    }
    wanted = [key for key in steps.NEXT.get(matter.state, ()) if key in made]
    return Panel(tuple(made.pop(key) for key in wanted), tuple(made.values()))


@require_POST
def look(request: Request, year: int, number: int, party: UUID) -> HttpResponse:
    """Open a name and a telephone number. The page in the ledger is committed first."""
    matter = queries.numbered(year, number).matter
    found = Party.objects.select_related("matter").filter(matter=matter, pk=party).first()
    if found is None:
        raise Absent
    opened = looks.look(found, looks.SEALED, by=request.actor, at=timezone.now())
    return _unstored(page(request, year, number, {"opened": opened, "opened_party": found}))


@require_POST
def words(request: Request, year: int, number: int, step: UUID) -> HttpResponse:
    """Open the sealed words of a protection step; the look first."""
    mediation = queries.numbered(year, number)
    found = (
        ProtectionStep.objects.select_related("mediation__matter")
        .filter(mediation=mediation, pk=step)
        .first()
    )
    if found is None:
        raise Absent
    opened = protecting.open_words(found, by=request.actor, at=timezone.now())
    return _unstored(page(request, year, number, {"opened_step": found.pk, "opened_words": opened}))


def _unstored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
