"""Every clause carries cases; here each one is tried. Used by the tests and to check an office's own pack."""

from collections.abc import Iterator
from datetime import datetime

from koban.kernel.law.clauses import BoundCase, Case, Clause, DueCase, ForceCase, ItemCase
from koban.kernel.law.packs import Pack
from koban.kernel.law.terms import measure


def failures(pack: Pack) -> Iterator[str]:
    """One line for each case of each clause of `pack` that does not come out as written."""
    for versions in pack.clauses.values():
        for rule in versions:
            for case in rule.cases:
                if problem := failure(rule, case, pack):
                    yield f"{rule.pack}: {rule.id} ({rule.valid_from}): {problem}"


def failure(rule: Clause, case: Case, pack: Pack) -> str:
    """What comes out differently, or "" where the case holds."""
    match case:
        case DueCase():
            return _due(rule, case, pack)
        case BoundCase():
            return _found("it holds", rule.allows(case.given), case.holds, f"with {case.given}")
        case ItemCase():
            return _found("it is listed", rule.lists(case.item), case.listed, case.item)
        case ForceCase():
            return _in_force(rule, case)


def _found(what: str, found: bool, expected: bool | None, when: str) -> str:
    return "" if expected is None or found is expected else f"{when}: {what}: {found}"


def _due(rule: Clause, case: DueCase, pack: Pack) -> str:
    if not rule.in_force(case.start.date()):
        return f"does not hold on {case.start.date()}, when the case starts"
    found = measure(rule, case.start.replace(tzinfo=pack.tz), pack.calendar)
    due = found.due_at.replace(tzinfo=None) if isinstance(case.due, datetime) else found.due_on
    if due != case.due:
        return f"from {case.start} it ends {due}, not {case.due}"
    return _found("it is provisional", found.provisional, case.provisional, f"from {case.start}")


def _in_force(rule: Clause, case: ForceCase) -> str:
    when = f"on {case.on}"
    in_force = _found("it is in force", rule.in_force(case.on), case.in_force, when)
    return in_force or _found("it binds by itself", rule.verified, case.binding, when)
