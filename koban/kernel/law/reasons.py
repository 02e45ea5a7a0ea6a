"""The answer to "why?": what a page shows beside a term or a refusal, in one language. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from koban.kernel.law.clauses import Clause, Unit
from koban.kernel.law.terms import Term


@dataclass(frozen=True, slots=True)
class Why:
    """A clause in one language, and the term it gave if there is one.

    due_at is None without a term; ends_with_a_day: show its date alone.
    """

    id: str
    title: str
    text: str
    source: str
    article: str
    confidence: str
    house: bool
    verified: bool
    enabled: bool
    binding: bool
    recheck: bool
    local: bool
    amount: int | None
    unit: Unit | None
    counts: str
    items: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    starts_at: datetime | None = None
    due_at: datetime | None = None
    ends_with_a_day: bool = False
    provisional: bool = False
    moved: bool = False


def why(subject: Term | Clause, language: str) -> Why:
    """What answers "why?" for a term or a clause. language: a code such as `en` or `zh-hans`."""
    if isinstance(subject, Clause):
        return _of_clause(subject, language, None)
    return _of_clause(subject.clause, language, subject)


def _of_clause(rule: Clause, language: str, term: Term | None) -> Why:
    return Why(
        id=rule.id,
        title=rule.title.said(language),
        text=rule.text.said(language),
        source=rule.source.said(language),
        article=rule.article,
        confidence=rule.confidence.value,
        house=rule.house,
        verified=rule.verified,
        enabled=rule.enabled,
        binding=rule.binding,
        recheck=rule.recheck,
        local=rule.local,
        amount=rule.amount,
        unit=rule.unit,
        counts=rule.counts.said(language) if rule.counts else "",
        items=tuple(item.label.said(language) for item in rule.items),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        starts_at=term.starts_at if term else None,
        due_at=term.due_at if term else None,
        ends_with_a_day=bool(term and term.ends_with_a_day),
        provisional=bool(term and term.provisional),
        moved=bool(term and term.moved),
    )
