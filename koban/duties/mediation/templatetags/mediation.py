"""Words for codes of this duty, in the reader's language."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.duty import TERMS
from koban.duties.mediation.flow import FLOW
from koban.duties.mediation.forms import BARS, OFFENCES, RELATIONS
from koban.duties.mediation.kinds import KINDS
from koban.duties.mediation.models import Performance
from koban.kernel.flow import State, spoken

register = template.Library()
CONSENTS = {"unasked": ("grey", "help-circle"), "yes": ("green", "check"), "no": ("red", "x")}
WHOSE = {"a": _("first side"), "b": _("other side"), "lead": _("who leads")}


@register.filter
def mediation_state(key: str) -> State:
    return FLOW.state(key)


@register.simple_tag
def kind_said(code: str) -> Any:
    return KINDS.get(code, code)


@register.simple_tag
def offence_said(code: str) -> Any:
    return dict(OFFENCES).get(code, code)


@register.simple_tag
def relation_said(code: str) -> Any:
    return dict(RELATIONS).get(code, code)


@register.simple_tag
def bars_said(bars: str) -> list[Any]:
    return [dict(BARS).get(bar, bar) for bar in bars.split()]


@register.simple_tag
def term_label(key: str) -> Any:
    return TERMS.get(key, key)


@register.filter
def whose(letter: str) -> Any:
    return WHOSE.get(letter, letter)


@register.filter
def consent_tone(consent: str) -> str:
    return CONSENTS[consent][0]


@register.filter
def consent_icon(consent: str) -> str:
    return CONSENTS[consent][1]


@register.filter
def words_of(verdict: Any) -> Any:
    """What a verdict says, in the reader's language."""
    return spoken(verdict.why) if verdict.why is not None else ""


@register.filter
def yuan(row: Performance) -> str:
    return f"{row.amount_fen / 100:.2f}" if row.amount_fen else ""


@register.simple_tag
def owed_state(row: Performance, today: Any) -> tuple[Any, str, str]:
    """Label, tone and symbol of a performance on a day."""
    if row.done_on:
        return _("performed"), "green", "check"
    if row.refused_on:
        return _("refused"), "red", "x"
    return (_("missed"), "red", "alert-triangle") if row.due_on < today else (_("owed"), "blue", "clock")
