"""A resident without a key asks at the desk, in a matter that is in hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from koban.duties.datarights import counter, rules
from koban.duties.datarights.forms import DeskForm
from koban.kernel import law
from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.roles import called
from koban.kernel.access.who import Request, here
from koban.matters import duty, looks
from koban.matters.models import Matter
from koban.matters.views import ours
from koban.registers.residents import queries as register
from koban.registers.residents import usage, words

MOST_LOOKS = 50
PAGE = _("page %(number)s")
TAKEN = _("The request is taken. With a key the person reads the answer on their own pages.")


def page(request: Request, matter: UUID) -> HttpResponseBase:
    return _ask(request, matter) if request.method == "POST" else _show(request, matter)


@require_GET
def _show(request: Request, matter: UUID) -> HttpResponse:
    found = ours(matter)
    return _page(request, found, _form(found))


@require_POST
@once
def _ask(request: Request, matter: UUID) -> HttpResponse:
    found, form = ours(matter), _form(ours(matter), request.POST)
    if form.is_valid():
        with said_by(form):
            row = counter.ask_at_desk(
                found, UUID(form.cleaned_data["person"]), form.asked(get_language() or "zh-hans"),
                by=request.actor, at=timezone.now(), station=here(request),
            )  # fmt: skip
            messages.success(request, str(TAKEN))
            return redirect("datarights:detail", row.matter.year, row.matter.number)
    return _page(request, found, form, 422)


def _form(matter: Matter, data: Any = None) -> DeskForm:
    people = looks.people_of(matter, timezone.now())
    named = [(str(one.person_id), f"{n}. {one.role}") for n, one in enumerate(people, 1)]
    return DeskForm(data, people=named, looked=_looked)


def _looked(person_id: str) -> list[tuple[str, str]]:
    """Looks at a person that may be told by now: when, who, at what, and the page. Nothing of the person."""
    rows = usage.looks_of(register.person(UUID(person_id)), now=timezone.now()).filter(
        matter_id__isnull=False
    )
    return [(str(row.pk), _said(row)) for row in rows[:MOST_LOOKS]]


def _said(row: Any) -> str:
    seen = ", ".join(str(words.FIELDS.get(name, name)) for name in row.fields)
    when = formats.date_format(timezone.localtime(row.at), "SHORT_DATETIME_FORMAT")
    page = PAGE % {"number": row.page_number}
    return f"{when} · {called(row.label, row.role)} · {seen} · {page}"


def _page(request: Request, matter: Matter, form: DeskForm, status: int = 200) -> HttpResponse:
    clause = law.clause(rules.ANSWER, here(request).pack, on=timezone.localdate())
    shown = {
        "matter": matter, "back": duty.address(matter), "form": form, "clause": clause,
        "holds": matter.is_open and looks.holds(request.actor, matter.pk),
    }  # fmt: skip
    return render(request, "datarights/new.html", shown, status=status)
