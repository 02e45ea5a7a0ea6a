"""`{% why term %}` beside every deadline and refusal, `{% clause "CN-CASE-1" %}` in running text."""

from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from koban.kernel import law
from koban.kernel.law import Clause, Term, Unit, Why

register = template.Library()


def amount_words(amount: int, unit: Unit) -> str:
    """A number with its unit in the active language, such as "5 working days"."""
    words = {
        Unit.MINUTES: ngettext("%(n)d minute", "%(n)d minutes", amount),
        Unit.HOURS: ngettext("%(n)d hour", "%(n)d hours", amount),
        Unit.DAYS: ngettext("%(n)d day", "%(n)d days", amount),
        Unit.WORKING_DAYS: ngettext("%(n)d working day", "%(n)d working days", amount),
        Unit.MONTHS: ngettext("%(n)d month", "%(n)d months", amount),
        Unit.YEARS: ngettext("%(n)d year", "%(n)d years", amount),
        Unit.PEOPLE: ngettext("%(n)d person", "%(n)d people", amount),
        Unit.METRES: ngettext("%(n)d metre", "%(n)d metres", amount),
        Unit.DEGREES: ngettext("%(n)d degree", "%(n)d degrees", amount),
        Unit.COUNT: "%(n)d",
        Unit.PERCENT: "%(n)d %%",
    }
    return words[unit] % {"n": amount}


@register.filter
def amount(subject: Clause | Why) -> str:
    """What a clause says in numbers; "" for a clause of words alone."""
    if subject.amount is None or subject.unit is None:
        return ""
    return amount_words(subject.amount, subject.unit)


@register.simple_tag(takes_context=True)
def why(
    context: dict[str, Any],
    subject: Term | Clause | str,
    pack: str = "",
    on: date | None = None,
    label: str = "",
) -> SafeString:
    """A foldable answer to "why?". subject: a term, a clause, or the id of a clause.

    pack, on: for an id only; left out, the pack of `station` in the context and today. label: instead of "Why?".
    """
    return _shown(_rule(context, subject, pack, on), str(label))


@register.simple_tag(takes_context=True)
def clause(
    context: dict[str, Any],
    subject: Term | Clause | str,
    pack: str = "",
    on: date | None = None,
    label: str = "",
) -> SafeString:
    """A clause in running text, by its title or by `label`, to be unfolded. Otherwise as `why`."""
    rule = _rule(context, subject, pack, on)
    title = (rule.clause if isinstance(rule, Term) else rule).title
    return _shown(rule, str(label) or title.said(get_language() or "en"))


def _rule(context: dict[str, Any], subject: Term | Clause | str, pack: str, on: date | None) -> Term | Clause:
    if not isinstance(subject, str):
        return subject
    pack = pack or getattr(context.get("station"), "pack", "") or "cn"
    return law.clause(subject, pack, on=on or timezone.localdate())


def _shown(subject: Term | Clause, label: str) -> SafeString:
    zone = str(subject.due_at.tzinfo) if isinstance(subject, Term) else ""
    return _html(subject, label, get_language() or "en", zone)


# A board shows the same terms again and again: 0.35 ms to render, a few microseconds to remember. The zone is part of
# the key because equal instants are equal in Python whatever their zone, and must not show each other's hours.
@lru_cache(maxsize=4096)
def _html(subject: Term | Clause, label: str, language: str, _zone: str) -> SafeString:
    return render_to_string("law/why.html", {"why": law.why(subject, language), "label": label})
