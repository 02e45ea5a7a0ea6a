"""Taking a dispute: its two sides, who helps them, what is known, and the evidence."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import rules, running, standing
from koban.duties.mediation.models import Evidence, Mediation, Side
from koban.duties.mediation.running import fresh
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import looks, receipts
from koban.matters.models import Holding, Matter, Party
from koban.matters.places import NOWHERE, Place
from koban.registers.premises.models import Address

KIND = "mediation"


@dataclass(frozen=True, slots=True)
class SideTold:
    """What is known of a side when the dispute is taken."""

    name: str = ""
    phone: str = ""
    language: str = "zh-hans"
    acted: bool = False
    age: int | None = None
    address: Address | None = None
    person_id: Any = None
    own_work: bool = False
    nobody_told: bool = False
    interpreter_for: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of Mediation that the table looks at."""

    offence: str = ""
    is_civil: bool = True
    is_minor: bool = True
    is_crime: bool = False
    relation: str = ""
    over_trifles: bool = False
    victim_fault: bool = False
    better_because: str = ""
    bars: str = ""
    violence_at_home: bool = False


@transaction.atomic
def take(
    kind: str, summary: str, *, by: Actor, at: datetime, station: Station, facts: Facts = Facts(), a: SideTold = SideTold(),
    b: SideTold = SideTold(), place: Place = NOWHERE, language: str = "zh-hans",
) -> Mediation:  # fmt: skip
    """Take a dispute with two sides. The case path runs from this minute where an offence is told of."""
    require(by, "mediation.take")
    mediation = Mediation(**asdict(facts))
    made: list[Callable[[Matter], Any]] = [lambda matter: _of(matter, mediation)]
    for letter, told in (("a", a), ("b", b)):
        made += _side(mediation, letter, told)
    if by.at_post:
        made.append(lambda matter: Holding(matter=matter, post_id=by.at_post or "", from_at=at))
    terms = {"case": rules.CASE} if facts.offence else {"consent": rules.ASK}
    if law.has(rules.LOCAL_DECIDE, station.pack, on=standing.day(at)):
        terms["decide"] = rules.LOCAL_DECIDE
    matters.open_matter(
        KIND, by=by, at=at, station=station, type=kind, summary=summary, place=place, language=language,
        holder_id=by.at_post, terms=terms, rows=made,
    )  # fmt: skip
    return mediation


def _of(matter: Matter, mediation: Mediation) -> Mediation:
    mediation.matter = matter
    return mediation


def _of_side(told: SideTold) -> dict[str, Any]:
    names = ("acted", "age", "own_work", "nobody_told", "interpreter_for")
    return {name: getattr(told, name) for name in names}


def _side(mediation: Mediation, letter: str, told: SideTold) -> list[Callable[[Matter], Any]]:
    row = Side(letter=letter, address=told.address, **_of_side(told))
    party = Party(role=Party.Role.INVOLVED, language=told.language, person_id=told.person_id)

    def make_party(matter: Matter) -> Party:
        party.matter = matter
        return looks.sealed_party(party, name=told.name, phone=told.phone)

    def make_side(matter: Matter) -> Side:
        row.mediation, row.party = mediation, party if named else None
        return row

    named = bool(told.name or told.phone or told.person_id)
    return [make_party, make_side] if named else [make_side]


@transaction.atomic
def name_side(side: Side, told: SideTold, *, by: Actor, at: datetime) -> Side:
    """Say who a side is, or say it better."""
    require(by, "mediation.take")
    matter = matters.locked(side.mediation.matter)
    side.refresh_from_db()
    fresh = Party(matter=matter, role=Party.Role.INVOLVED, language=told.language, person_id=told.person_id)
    party = looks.sealed_party(fresh, name=told.name, phone=told.phone)
    party.save(force_insert=True)
    side.party = party
    for name, value in _of_side(told).items():
        setattr(side, name, value)
    side.address = told.address or side.address
    side.save()
    matters.change(matter, "mediation.side", by=by, at=at, rows=[party, side], facts={"side": side.letter})
    return side


@transaction.atomic
def helped_by(
    side: Side, role: str, told: SideTold, *, by: Actor, at: datetime, letter: bool = False, scope: str = ""
) -> Side:
    """Write down a guardian, or a delegate with the letter and what it allows. role: "guardian" or "delegate".

    Raises Refused for a delegate of a suspect: suspects come in person (CN-MED-4).
    """
    require(by, "mediation.take")
    if role == "delegate" and side.acted:
        raise Refused(_("A suspect comes in person; nobody can be sent."), clause=rules.HOW)
    matter = matters.locked(side.mediation.matter)
    side.refresh_from_db()
    kind = Party.Role.GUARDIAN if role == "guardian" else Party.Role.INVOLVED
    party = looks.sealed_party(
        Party(matter=matter, role=kind, language=told.language), name=told.name, phone=told.phone
    )
    party.save(force_insert=True)
    if role == "guardian":
        side.guardian = party
    else:
        side.delegate, side.has_letter, side.scope = party, letter, scope.strip()
    side.save()
    facts = {"side": side.letter, "role": role}
    matters.change(matter, "mediation.helper", by=by, at=at, rows=[party, side], facts=facts)
    return side


@transaction.atomic
def give_receipt(side: Side, *, by: Actor, at: datetime) -> str:
    """A secret for one side, shown once: with it the side follows, says yes or no, and leaves. An earlier one ends."""
    require(by, "mediation.take")
    matter = matters.locked(side.mediation.matter)
    side.refresh_from_db()
    secret = receipts.new_secret()
    side.receipt = receipts.fingerprint(secret)
    side.save(update_fields=["receipt"])
    matters.change(matter, "mediation.receipt", by=by, at=at, rows=[side], facts={"side": side.letter})
    return secret


@transaction.atomic
def write_evidence(mediation: Mediation, kind: str, words: str, *, by: Actor, at: datetime) -> Evidence:
    """Take down evidence, in every state that is open: mediation or not, the facts are needed."""
    require(by, "mediation.take")
    if not words.strip():
        raise Refused(_("Say what it is and where it is kept."))
    matter = matters.locked(mediation.matter)
    if not matter.is_open:
        raise Refused(_("This is closed. Open it again first."))
    row = Evidence(mediation=mediation, kind=kind, words=words.strip(), at=at, label=by.label)
    row.save(force_insert=True)
    matters.change(matter, "mediation.evidence", by=by, at=at, rows=[row], facts={"kind": kind})
    return row


@transaction.atomic
def set_facts(mediation: Mediation, facts: Facts, *, by: Actor, at: datetime, station: Station) -> Mediation:
    """Say what is known of the dispute. Nothing is decided by it; `decide` asks the table."""
    require(by, "mediation.take")
    matter, mediation = fresh(mediation)
    for name, told in asdict(facts).items():
        setattr(mediation, name, told)
    mediation.save()
    matter = matters.change(matter, "mediation.facts", by=by, at=at, rows=[mediation])
    if facts.offence and matter.state == "received":
        running.start_on(
            matter, "case", rules.CASE, standing.day(matter.opened_at), by=by, at=at, station=station
        )
    return mediation
