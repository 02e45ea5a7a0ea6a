"""What the law says about a mediation: values in, verdicts out. No Django, no clock, no database.

The table of articles 178-186 is data (`table.toml`); here facts become its marks, and terms become verdicts. Numbers
(ages, days, counts) come from clauses: the caller gives their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from koban.duties.mediation.table import TABLE, Verdict
from koban.lib.sentence import Sentence, gettext_noop

MAY, NEVER, ELSEWHERE, HOW = "CN-MED-1", "CN-MED-2", "CN-MED-3", "CN-MED-4"
MINOR, AGAIN, SESSIONS, FIRST, COPIES = "CN-MED-4A", "CN-MED-5", "CN-MED-5A", "CN-MED-6", "CN-MED-6A"
CONTENT, KEPT, SETTLED, SPOT, WITHDRAW, INVITE = (
    "CN-MED-7", "CN-MED-8", "CN-MED-9", "CN-MED-10", "CN-MED-11", "CN-MED-12",
)  # fmt: skip
CASE = "CN-CASE-3"
LOCAL_DECIDE = "SZ-MED-1A"  # only where a local pack has it
ASK, REMIND, REPEATS = "OFFICE-MED-5", "OFFICE-MED-4", "OFFICE-MED-6"
FOLLOW_UPS: Mapping[str, str] = {
    "after_7": "OFFICE-MED-1",
    "after_30": "OFFICE-MED-2",
    "after_90": "OFFICE-MED-3",
}

LISTED = frozenset(
    ["beating", "injuring", "insult", "slander", "false_accusation", "damage", "disturbing", "privacy", "trespass"]
)  # fmt: skip
CLOSE = frozenset(["kin", "friends", "neighbours", "colleagues", "students"])
BARS = frozenset(["hired", "gang", "repeated", "unwilling", "new_offence", "fled", "unfit"])
ANSWERS = ("unasked", "yes", "no")


# --- May it be mediated? -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dispute:
    """What is known of a dispute.

    offence: key of CN-MED-1, "like" for one that is like them, "other" for any other, "" for none at all.
    civil: it arose from a dispute between people. minor: the circumstances are minor. relation: key of CLOSE, or any
    other word. over_trifles, victim_fault, better_so: the three grounds. bars: keys of CN-MED-2 that hold.
    consents: the answer of each side. violence_at_home: also among people who live together; protected: what the law
    asks for in its place was done.
    """

    offence: str = ""
    civil: bool = True
    minor: bool = True
    relation: str = ""
    over_trifles: bool = False
    victim_fault: bool = False
    better_so: bool = False
    bars: frozenset[str] = frozenset()
    consents: tuple[str, ...] = ("unasked", "unasked")
    crime: bool = False
    violence_at_home: bool = False
    protected: bool = False

    def marks(self) -> frozenset[str]:
        """The marks that the table reads. Raises ValueError for a bar or an answer that nobody knows."""
        if (self.bars - BARS) or (set(self.consents) - set(ANSWERS)):
            raise ValueError(
                f"unknown: {sorted(self.bars - BARS)} {sorted(set(self.consents) - set(ANSWERS))}"
            )
        bars = self.bars | ({"unwilling"} if "no" in self.consents else frozenset())
        return _there(
            offence=bool(self.offence), listed_act=self.offence in LISTED, like_act=self.offence == "like",
            civil=self.civil, minor=self.minor, crime=self.crime,
            violence_at_home=self.violence_at_home, protected=self.protected,
            both_consent=len(self.consents) > 1 and set(self.consents) == {"yes"},
        ) | {f"bar:{bar}" for bar in bars} | self._grounds()  # fmt: skip

    def _grounds(self) -> frozenset[str]:
        close = self.relation in CLOSE and self.over_trifles
        held = {"close": close, "victim_fault": self.victim_fault, "better": self.better_so}
        return frozenset(f"ground:{key}" for key, holds in held.items() if holds)


def may_mediate(dispute: Dispute) -> Verdict:
    """Accept, or the first row of articles 178 and 179 that says no (CN-MED-1 to -4)."""
    return TABLE.ask("mediate", dispute.marks())


def may_be_taken(dispute: Dispute) -> Verdict:
    """The same before anybody was asked: what is missing but the two yeses."""
    verdict = may_mediate(dispute)
    return Verdict(answer="accept", clause=MAY) if verdict.key == "not_asked" else verdict


@dataclass(frozen=True, slots=True)
class OnTheSpot:
    """What is known at the scene. has_loss: cost of treatment or damage. paper: an agreement was written."""

    trifling: bool = False
    clear_facts: bool = False
    clear_cause: bool = False
    has_loss: bool = False
    undisputed: bool = False
    both_agree_there: bool = False
    performed_there: bool = False
    paper: bool = False
    full_recording: bool = False


def may_on_the_spot(dispute: Dispute, spot: OnTheSpot) -> Verdict:
    """Whether it may be settled at the scene (CN-MED-10), which it may only if it may be mediated at all."""
    first = may_mediate(dispute)
    return first if not first.is_yes else TABLE.ask("spot", _marks_of(spot))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the sides settled without the police, or before a people's mediation body."""

    agreement: bool = False
    performed: bool = False
    both_ask_in_writing: bool = False
    accepted: bool = False
    decided: bool = False


def may_recognise(dispute: Dispute, settlement: Settlement) -> Verdict:
    """Whether no penalty follows (CN-MED-9). A dispute without any offence needs nobody's recognition: CN-MED-3."""
    if not dispute.offence:
        return may_mediate(dispute)
    return TABLE.ask("settled", dispute.marks() | _marks_of(settlement))


# --- Who sits down, and who leads --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One side at a session. suspect: it is the suspect, also where it was hurt itself.

    age: None for an adult or where nobody knows of a doubt. sends: somebody comes in its place. own_work: lives mainly on
    own work. nobody_told: agrees that no guardian is told.
    """

    suspect: bool = False
    age: int | None = None
    there: bool = True
    sends: bool = False
    letter: bool = False
    scope: bool = False
    guardian_there: bool = False
    own_work: bool = False
    nobody_told: bool = False
    needs_interpreter: bool = False
    interpreter: bool = False

    def marks(self, adult: int, self_supporting: int) -> frozenset[str]:
        """adult, self_supporting: years, of CN-MED-4A and CN-MED-4."""
        minor = self.age is not None and self.age < adult
        old_enough = self.age is not None and self.age >= self_supporting
        own_living = minor and old_enough and self.own_work and self.nobody_told
        return _there(
            suspect=self.suspect, there=self.there, sends=self.sends, letter=self.letter, scope=self.scope, minor=minor,
            own_living=own_living, guardian_there=self.guardian_there,
            needs_interpreter=self.needs_interpreter, interpreter=self.interpreter,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads. relation: "none", a key of CN-MED-11 that was declared, or "" where nothing was declared yet."""

    officers: int = 1
    relation: str = ""
    recorded: bool = False

    def marks(self) -> frozenset[str]:
        return _there(
            declared=bool(self.relation), officer=self.officers > 0, two_officers=self.officers > 1, recorded=self.recorded
        ) | {f"relation:{self.relation or 'unknown'}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as it is to be held."""

    evidence: bool
    consents: tuple[str, ...]
    sides: tuple[Side, ...]
    lead: Lead


def may_sit(meeting: Meeting, adult: int, self_supporting: int) -> Verdict:
    """Whether the session may be held: evidence and consents first, who leads, then each side."""
    first = frozenset({"unwilling"} if "no" in meeting.consents else ())
    if first:
        return TABLE.ask("mediate", frozenset({"offence", "bar:unwilling"}))
    given = _there(evidence=meeting.evidence, both_consent=set(meeting.consents) == {"yes"})
    asked = [TABLE.ask("session", given), TABLE.ask("lead", meeting.lead.marks())]
    asked += [TABLE.ask("side", side.marks(adult, self_supporting)) for side in meeting.sides]
    return next((verdict for verdict in asked if not verdict.is_yes), Verdict(answer="accept", clause=HOW))


def unfit_to_invite(kind: str, over_neighbours: bool) -> Sentence | None:
    """Why somebody cannot be invited to help, None if they can (CN-MED-12). kind: committee, known_to_both, other."""
    if not over_neighbours:
        return Sentence(_NEIGHBOURS, clause=INVITE)
    return None if kind in ("committee", "known_to_both") else Sentence(_WHO, clause=INVITE)


def unfit_to_sit_again(
    held: int, most: int, last_on: date | None, wanted_on: date, *, asked: bool, needed: bool
) -> Sentence | None:
    """Why there is no second session, None if there is one (CN-MED-5, -5A).

    held: sessions so far; most: of CN-MED-5A. last_on: last day of the term from the first session. asked: by a party;
    needed: the police find it necessary.
    """
    if held >= most:
        return Sentence(_NO_MORE, {"most": most}, SESSIONS)
    if held and not (asked or needed):
        return Sentence(_NO_GROUND, clause=AGAIN)
    if held and last_on is not None and wanted_on > last_on:
        return Sentence(_TOO_LATE, {"day": last_on.isoformat()}, AGAIN)
    return None


def _there(**facts: bool) -> frozenset[str]:
    return frozenset(key for key, holds in facts.items() if holds)


def _marks_of(facts: OnTheSpot | Settlement) -> frozenset[str]:
    return frozenset(name for name in facts.__slots__ if getattr(facts, name))


_NEIGHBOURS = gettext_noop("Only to a dispute among neighbours is somebody invited to help.")
_WHO = gettext_noop("Invite a member of the residents' committee, or somebody whom both know.")
_NO_MORE = gettext_noop("There are at most %(most)s sessions.")
_NO_GROUND = gettext_noop("A second session needs the wish of a party, or a need that the police see.")
_TOO_LATE = gettext_noop("The second session had to be finished by %(day)s.")
