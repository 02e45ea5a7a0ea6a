"""What the house says of itself: its rules, what it refuses to do, and what it keeps of people."""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.desk.public.front import offices, only_office
from koban.kernel import law
from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station

PACK = "cn"
# The areas of the clauses by the beginning of their ids; what fits none stands under the last.
AREAS = (
    ("OFFICE-", _("What this office sets for itself")),
    ("CN-", _("China")),
    ("", _("Of this region")),
)
# The eight refusals of the design. They are held by tests, not by this page.
REFUSALS = (
    _("No score, rank or prediction about a person. Plans and warnings know places, times and hazards only."),
    _("No recognition of faces, gait, voices or number plates. Nothing is taken from social media or from where a telephone is."),
    _("No field for ethnic group, religion, politics, health or orientation that can be searched, counted or exported."),
    _("No open-ended mark to watch a person: only a lawful measure with its clause, who ordered it, its start and its end."),
    _("No bulk export of persons. Nobody looks at a person without an open matter in hand, and that person sees every look."),
    _("No targets for arrests, fines or cases. What counts is answers, repairs, kept agreements, response and satisfaction."),
    _("An officer's position serves dispatch and safety during the shift and is gone after it. Residents are never located."),
    _("A complaint about the police cannot be seen by the person complained about, nor by their station."),
)  # fmt: skip


def asked_office(request: Request) -> Station | None:
    """The office whose rules are read: the one asked for, else the only one."""
    code = request.GET.get("office", "")
    return next((office for office in offices() if office.code == code), None) if code else only_office()


def _around(request: Request) -> dict[str, Any]:
    office = asked_office(request)
    return {"office": office, "office_name": office.label if office else ""}


@require_safe
def rules(request: Request) -> HttpResponse:
    """Every clause that holds today, with source, confidence and the mark of what nobody has verified."""
    around, today = _around(request), timezone.localdate()
    office, language = around["office"], get_language() or "en"
    told = [
        law.why(clause, language) for clause in law.all_clauses(office.pack if office else PACK, on=today)
    ]
    areas = [(title, list(group)) for title, group in groupby(sorted(told, key=_order), key=_area)]
    return render(
        request, "desk/public/rules.html", around | {"areas": areas, "count": len(told), "today": today}
    )


def _index(why: law.Why) -> int:
    return next(n for n, (start, _title) in enumerate(AREAS) if why.id.startswith(start))


def _order(why: law.Why) -> tuple[int, str]:
    return _index(why), why.id


def _area(why: law.Why) -> Any:
    return AREAS[_index(why)][1]


@require_safe
def refusals(request: Request) -> HttpResponse:
    return render(request, "desk/public/refusals.html", _around(request) | {"refusals": REFUSALS})


@require_safe
def privacy(request: Request) -> HttpResponse:
    return render(request, "desk/public/privacy.html", _around(request))
