"""Law as data: clauses from rule packs, the terms they give, and why. Pure but for its template tags."""

from koban.kernel.law.clauses import (
    Bound,
    Clause,
    Confidence,
    Ends,
    Item,
    NoValue,
    Unit,
)
from koban.kernel.law.lookup import NoClause, all_clauses, clause, has, title
from koban.kernel.law.packs import NoPack, Pack, keys, load
from koban.kernel.law.reading import PackError
from koban.kernel.law.reasons import Why, why
from koban.kernel.law.terms import NotATerm, Term, measure, term

__all__ = [
    "Bound",
    "Clause",
    "Confidence",
    "Ends",
    "Item",
    "NoClause",
    "NoPack",
    "NoValue",
    "NotATerm",
    "Pack",
    "PackError",
    "Term",
    "Unit",
    "Why",
    "all_clauses",
    "clause",
    "has",
    "keys",
    "load",
    "measure",
    "term",
    "title",
    "why",
]
