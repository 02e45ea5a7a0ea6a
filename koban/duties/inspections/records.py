"""The record of an inspection in words: for its paper, and for everybody where the law opens it."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from koban.duties.inspections import checklists, queries, regimes, rules
from koban.duties.inspections.models import Finding, Inspection
from koban.kernel.stations.models import Station


@dataclass(frozen=True, slots=True)
class Line:
    """One point: what was asked, and what was found. is_bad: it was not in order."""

    label: str
    found: str
    is_bad: bool


def lines(row: Inspection, findings: list[Finding], station: Station, language: str) -> list[Line]:
    """The checklist of a done inspection, point by point, in a language."""
    if row.done_at is None:
        return []
    on, by_item = queries.day_of(row.done_at, station), {one.item: one for one in findings}
    sheet = checklists.of_kind(row.kind, station, on)
    with translation.override(language):
        return [
            Line(
                item.words.said(language),
                _found(row.answers[item.key], by_item.get(item.key)),
                item.key in by_item,
            )
            for item in sheet.items
            if item.key in row.answers
        ]


def _found(answer: dict[str, Any], finding: Finding | None) -> str:
    value = "" if answer.get("value") is None else f"{answer['value']} · "
    if finding is not None:
        return value + _("not in order") + (f": {finding.words}" if finding.words else "")
    return value + (_("does not apply") if answer.get("said") == rules.NONE else _("in order"))


def outcome(findings: list[Finding], language: str) -> str:
    """What followed, in one sentence."""
    with translation.override(language):
        if not findings:
            return _("All in order.")
        mended = sum(one.mended_on is not None or _is_closed(one) for one in findings)
        return _("%(count)s points to correct, %(mended)s of them corrected.") % {
            "count": len(findings), "mended": mended,
        }  # fmt: skip


def _is_closed(finding: Finding) -> bool:
    return finding.hazard is not None and not finding.hazard.is_open


def opened(row: Inspection, station: Station) -> frozenset[str]:
    """What everybody may read of this record: the list of the clause that the regime names, on the day it was made."""
    if row.done_at is None:
        return frozenset()
    on = queries.day_of(row.done_at, station)
    regime = regimes.regime(row.kind, station.pack, on)
    clause = queries.clause_or_none(regime.opens, station, on) if regime and regime.opens else None
    return frozenset(item.key for item in clause.items) if clause and clause.binding else frozenset()
