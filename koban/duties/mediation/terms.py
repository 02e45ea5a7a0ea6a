"""The agreement: what stands in it, and what became of it. Values in, verdicts out; no Django, no clock, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from koban.duties.mediation.table import TABLE, Verdict
from koban.lib.sentence import Words

CONTENT, KEPT, ELSEWHERE = "CN-MED-7", "CN-MED-8", "CN-MED-3"


@dataclass(frozen=True, slots=True)
class Due:
    """One performance. manner: how. amount_fen: 0 where it is no payment."""

    what: str
    due_on: date | None
    manner: str
    amount_fen: int = 0


def unfit_agreement(content: Mapping[str, bool], dues: Sequence[Due], agreed_on: date) -> Verdict:
    """The first thing that an agreement lacks (CN-MED-7). content: key of the clause → whether it is there."""
    dated = bool(dues) and all(due.due_on is not None for due in dues)
    said = bool(dues) and all(due.manner.strip() for due in dues)
    marks = {key for key, there in content.items() if there} - {"deadline", "manner"}
    verdict = TABLE.ask(
        "agreement",
        frozenset(marks | {key for key, there in (("deadline", dated), ("manner", said)) if there}),
    )
    if verdict.is_yes and any(due.due_on and due.due_on < agreed_on for due in dues):
        why = Words("A performance cannot be due before the agreement.", "履行期限不能早于达成协议之日。")
        return Verdict(answer="wait", clause=CONTENT, path="session", key="past", why=why)
    return verdict


@dataclass(frozen=True, slots=True)
class Performed:
    """One performance as it stands. done_on: the day it was made; refused_on: the day it was refused."""

    due_on: date
    done_on: date | None = None
    refused_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """state: kept, running or broken. on: the day it was kept or broken; None while it runs."""

    state: str
    on: date | None = None
    clause: str = KEPT


def outcome(performances: Iterable[Performed], today: date) -> Outcome:
    """What became of an agreement (CN-MED-8): broken on the day after a missed day, or on the day of a refusal.

    Performed late, but before anybody called it broken, is performed: the sides decide about their own delay. What was
    refused and then made after all by its day is made.
    """
    found = list(performances)
    broken = sorted(day for one in found if (day := broken_on(one, today)) is not None)
    if broken:
        return Outcome("broken", broken[0])
    if found and all(one.done_on for one in found):
        return Outcome("kept", max(one.done_on for one in found if one.done_on))
    return Outcome("running")


def broken_on(one: Performed, today: date) -> date | None:
    """The first day on which a performance is broken, None while it is not."""
    if one.done_on:
        return None
    if one.refused_on:
        return one.refused_on
    return one.due_on + timedelta(days=1) if today > one.due_on else None


def path_after(offence: bool) -> Verdict:
    """What is open after a failure: the case, or the court where there was no offence (CN-MED-8, CN-PMED-1)."""
    if offence:
        return Verdict(answer="refuse", clause=KEPT, path="case")
    return Verdict(answer="tell", clause=ELSEWHERE, path="court")
