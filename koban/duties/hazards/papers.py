"""What stands on the papers, in the language of the matter. Values in, lines out."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koban.duties.hazards import rules
from koban.duties.hazards.kinds import kind
from koban.duties.hazards.models import Hazard
from koban.kernel import law
from koban.kernel.law.templatetags.law import amount
from koban.kernel.stations.models import Station
from koban.matters.deadlines import clause_of
from koban.matters.models import Matter

FIRE = "fire"


def cited(clause: law.Clause | None, language: str) -> str:
    """`Fire law (text of 2021), art. 60: What must be put right`, "" without a clause."""
    if clause is None:
        return ""
    source, title = clause.source.said(language), clause.title.said(language)
    article = _(", art. %(article)s") % {"article": clause.article} if clause.article else ""
    return f"{source}{article}: {title}"


def order_lines(hazard: Hazard, text: str, term: Any, *, at: datetime, station: Station) -> dict[str, str]:
    """The lines of an order. term: of `law.term`."""
    matter: Any = hazard.matter
    with translation.override(matter.language):
        language = matter.language
        found = [clause_of(one, station, at) for one in (hazard.clause, rules.AUTHORITY, rules.LOOK_AGAIN)]
        counted = f"{amount(term.clause)} ({cited(term.clause, language)})"
        return {
            **_common(hazard, language), "must": text, "basis": cited(found[0], language),
            "due": _moment(term.due_at, station), "term": counted,
            "authority": cited(found[1], language) or str(station.label), "remedy": _remedy(station, at),
            "again": _("With two photographs from the same spot, by somebody else than who repaired it. %(clause)s")
            % {"clause": cited(found[2], language)},
        }  # fmt: skip


def _common(hazard: Hazard, language: str) -> dict[str, str]:
    matter: Any = hazard.matter
    what = kind(matter.type).words.said(language)
    said = f"{what}: {matter.summary}" if matter.summary else what
    return {
        "matter": matter.printed,
        "addressed": hazard.owner or str(hazard.get_duty_display()),
        "place": place_of(matter),
        "what": said,
    }


def place_of(matter: Matter) -> str:
    """The address in the open language, a point where there is none."""
    if matter.address is not None:
        return str(matter.address)
    return matter.place or f"{matter.lat:.5f}, {matter.lon:.5f}"


def _remedy(station: Station, at: datetime) -> str:
    """Where to turn. A term that nobody has looked up in the law is not printed as if it were sure."""
    clause = clause_of(rules.REMEDY, station, at)
    if clause is not None and clause.binding:
        told = {"days": amount(clause)}
        return _("Ask for administrative reconsideration within %(days)s, or go to court.") % told
    return _(
        "Ask for administrative reconsideration, or go to court. The office tells you where, and within which term."
    )


def transfer_lines(
    hazard: Hazard, reason: str, due_at: datetime | None, *, at: datetime, station: Station
) -> dict[str, str]:
    matter: Any = hazard.matter
    with translation.override(matter.language):
        clause = clause_of(hazard.clause, station, at)
        return {
            **_common(hazard, matter.language), "addressed": _("Fire service"),
            "found_on": date_format(hazard.found_on, "DATE_FORMAT"), "basis": cited(clause, matter.language),
            "reason": reason, "due": _moment(due_at, station) if due_at else "–",
            "answer": _("Please tell the office your number and what becomes of it."),
        }  # fmt: skip


def _moment(at: datetime, station: Station) -> str:
    return date_format(at.astimezone(ZoneInfo(station.tz)), "DATETIME_FORMAT")
