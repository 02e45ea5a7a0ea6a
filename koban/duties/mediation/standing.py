"""From rows to what the rules ask: a dispute, a meeting, the state of an agreement; and the numbers of the clauses."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from koban.duties.mediation import rules, terms
from koban.duties.mediation.models import Agreement, Mediation, ProtectionStep, Side
from koban.kernel import law
from koban.kernel.stations.models import Station

PROTECTED = ("warning", "violent", "victim", "committee")


def day(at: datetime) -> date:
    return timezone.localtime(at).date()


def value(clause: str, station: Station, on: date) -> int:
    """The number of a clause in the station's pack."""
    return law.clause(clause, station.pack, on=on).value


def binds(clause: str, station: Station, on: date) -> bool:
    return law.clause(clause, station.pack, on=on).binding


def dispute(mediation: Mediation, sides: Sequence[Side]) -> rules.Dispute:
    """What the table looks at."""
    return rules.Dispute(
        offence=mediation.offence, civil=mediation.is_civil, minor=mediation.is_minor, relation=mediation.relation,
        over_trifles=mediation.over_trifles, victim_fault=mediation.victim_fault,
        better_so=bool(mediation.better_because), bars=frozenset(mediation.bars.split()),
        consents=tuple(side.consent for side in sides), crime=mediation.is_crime,
        violence_at_home=mediation.violence_at_home, protected=is_protected(mediation),
    )  # fmt: skip


def is_protected(mediation: Mediation) -> bool:
    """Whether warning, both copies and the committee are done; asked only where there was violence at home."""
    if not mediation.violence_at_home:
        return False
    steps = ProtectionStep.objects.filter(mediation=mediation).values_list("key", flat=True)
    return set(PROTECTED) <= set(steps)


def sides_of(mediation: Mediation) -> list[Side]:
    """Both sides, a first, with their parties (one query)."""
    rows = Side.objects.filter(mediation=mediation).select_related("party", "guardian", "delegate", "address")
    return list(rows.order_by("letter"))


def at_the_table(side: Side, *, there: bool, sends: bool, guardian: bool, interpreter: bool) -> rules.Side:
    """A side as it comes to a session."""
    return rules.Side(
        suspect=side.acted, age=side.age, there=there, sends=sends, letter=side.has_letter, scope=bool(side.scope),
        guardian_there=guardian, own_work=side.own_work, nobody_told=side.nobody_told,
        needs_interpreter=bool(side.interpreter_for), interpreter=interpreter,
    )  # fmt: skip


def performed(agreement: Agreement) -> list[terms.Performed]:
    rows = agreement.performances.order_by("number")
    return [terms.Performed(row.due_on, row.done_on, row.refused_on) for row in rows]
