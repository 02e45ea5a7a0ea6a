"""What the law and the house say about an incident: values in, verdicts out. No Django, no clock, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from koban.duties.incidents.types import CATALOGUE, Catalogue, Effect, Type
from koban.lib.sentence import Sentence, Words, gettext_noop

# --- How urgent --------------------------------------------------------------------------------------------

MOST_URGENT, LEAST_URGENT = 1, 4


@dataclass(frozen=True, slots=True)
class Triage:
    """The verdict of the script.

    priority: 1 at once … 4 when possible. reasons: why, the deciding ones first. send: how many go, at least.
    prompts, refer_to: keys in the catalogue, in the order in which they matter.
    """

    priority: int
    reasons: tuple[Words, ...]
    send: int
    prompts: tuple[str, ...]
    refer_to: tuple[str, ...]


def triage(code: str, answers: Mapping[str, str], catalogue: Catalogue = CATALOGUE) -> Triage:
    """How urgent an incident of type `code` is after `answers` (question key → "yes", "no" or "unknown").

    One answer that raises outweighs all that lower: doubt is settled for the person in danger. Answers to
    questions that the type does not ask change nothing. Raises KeyError for an unknown type.
    """
    type_ = catalogue[code]
    asked = [question.effect(answers.get(question.key, "unknown")) for question in catalogue.script(code)]
    effects = [effect for effect in asked if effect]
    priority = _priority(type_, effects)
    return Triage(
        priority,
        _reasons(type_, effects, priority),
        max([type_.send, *(effect.send for effect in effects)]),
        _once([*(key for effect in effects for key in effect.prompts), *type_.prompts]),
        _once([*(key for effect in effects for key in effect.refer_to), *type_.refer_to]),
    )


def _priority(type_: Type, effects: Sequence[Effect]) -> int:
    raised = [effect.raises_to for effect in effects if effect.raises_to is not None]
    if raised:
        return min([type_.priority, *raised])
    return min(LEAST_URGENT, type_.priority + sum(effect.lowers_by for effect in effects))


def _reasons(type_: Type, effects: Sequence[Effect], priority: int) -> tuple[Words, ...]:
    raising = sorted(
        (e for e in effects if e.raises_to is not None), key=lambda e: e.raises_to or LEAST_URGENT
    )
    if raising:
        return tuple(effect.reason for effect in raising)
    lowering = tuple(effect.reason for effect in effects) if priority > type_.priority else ()
    return (*lowering, type_.reason)


def _once(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


# --- Which type it may be ----------------------------------------------------------------------------------


def suggest_types(words: str, kind: str = "", catalogue: Catalogue = CATALOGUE) -> tuple[Type, ...]:
    """Types whose key words stand in what was typed, most and longest hits first, more urgent first on a tie."""
    said = words.casefold()
    scored = [
        (_hits(type_, said), type_) for type_ in catalogue.types.values() if not kind or type_.kind == kind
    ]
    found = [(hits, type_) for hits, type_ in scored if hits]
    return tuple(type_ for _, type_ in sorted(found, key=lambda pair: (-pair[0], pair[1].priority)))


def _hits(type_: Type, said: str) -> int:
    spaced = f" {said} "
    chinese = sum(2 * len(word) for word in type_.keywords_zh if word.casefold() in said)
    return chinese + sum(len(word) for word in type_.keywords if f" {word}" in spaced)


# --- Who may act -------------------------------------------------------------------------------------------

# 办理行政案件程序规定 art. 52: the acts of the first paragraph need two officers; those of the second may be done
# by one officer with auxiliaries if they are recorded from beginning to end.
TWO_OFFICERS = frozenset({"questioning", "identification", "inspection", "examination", "coercive_measure"})
ONE_OFFICER_RECORDED = frozenset(
    {"taking_report", "receiving_evidence", "collecting_information", "mediation", "serving_papers"}
)
# Help and rescue belong to everybody on duty, also without an officer at their side.
HELP = frozenset(
    {"advice", "rescue", "first_aid", "cordon", "guiding_traffic", "search", "receiving_property"}
)

_TWO = gettext_noop("The law asks for two officers for this; ask the station for a second one.")
_LED = gettext_noop("An auxiliary does this only together with an officer, never alone or in their own name.")
_RECORD = gettext_noop(
    "One officer may do this with auxiliaries only if it is recorded from beginning to end."
)
_MORE = gettext_noop("At least %(count)s go together: %(reason)s.")
_NOBODY = gettext_noop("Choose who goes.")


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is at the scene or goes there. recorded: sound and picture run from beginning to end."""

    officers: int
    auxiliaries: int
    recorded: bool = False

    @property
    def size(self) -> int:
        return self.officers + self.auxiliaries


def unfit_for_act(act: str, crew: Crew) -> Sentence | None:
    """Why `crew` may not do `act` now, None if it may. Raises ValueError for an unknown act.

    Source: 公安机关办理行政案件程序规定 art. 52 (CN-CASE-4); CN-AUX-1.
    """
    if act in HELP:
        return None
    if act not in TWO_OFFICERS | ONE_OFFICER_RECORDED:
        raise ValueError(f"unknown act {act}")
    if not crew.officers:
        return Sentence(_LED, clause="CN-AUX-1")
    if act in TWO_OFFICERS:
        return Sentence(_TWO, clause="CN-CASE-4") if crew.officers < 2 else None
    return None if crew.officers > 1 or crew.recorded else Sentence(_RECORD, clause="CN-CASE-4A")


def needs_two_officers(code: str, catalogue: Catalogue = CATALOGUE) -> bool:
    """Whether what is usually done for this type includes acts that the law gives to two officers."""
    return bool(TWO_OFFICERS.intersection(catalogue[code].acts))


def unfit_to_go(verdict: Triage, crew: Crew) -> Sentence | None:
    """Why these people should not be sent, None if they may go.

    Auxiliaries may go without an officer: they rescue, protect the scene and wait; what they may not do there is
    asked act by act (`unfit_for_act`).
    """
    if not crew.size:
        return Sentence(_NOBODY)
    if crew.size < verdict.send:
        return Sentence(_MORE, {"count": verdict.send, "reason": verdict.reasons[0]}, "OFFICE-SCENE-1")
    return None


# --- Whose it is -------------------------------------------------------------------------------------------

_ACT_FIRST = gettext_noop("Somebody is in danger: act first, hand over afterwards.")
_ACCEPT = gettext_noop("It is ours: act at once and give the receipt.")
_TRANSFER = gettext_noop("Another police unit is competent: transfer it in time and tell the reporter.")
_TELL = gettext_noop("It is not for the police: tell the person at once who is competent.")
_TELL_WRITTEN = gettext_noop("It is not for the police: tell the person in writing who is competent.")


@dataclass(frozen=True, slots=True)
class Disposal:
    """What to do with a report. way: "accept", "transfer" or "tell". act_first: danger does not wait for it."""

    way: str
    why: Sentence
    act_first: bool = False
    in_writing: bool = False


def own_jurisdiction(*, inside: bool, police: bool, danger: bool, disputed: bool = False) -> Disposal:
    """Accept, transfer to another police unit, or tell who is competent.

    inside: the place is in the area of the station. police: the matter is one for the police. danger: somebody is
    hurt or the act is going on (art. 62). disputed: the person does not accept being told orally.
    Source: 公安机关办理行政案件程序规定 arts 61, 62 (CN-CASE-1).
    """
    if police and inside:
        return Disposal("accept", Sentence(_ACCEPT, clause="CN-CASE-1"), act_first=danger)
    if police:
        return Disposal("transfer", _first(danger, _TRANSFER), act_first=danger)
    told = _TELL_WRITTEN if disputed else _TELL
    return Disposal("tell", _first(danger, told), act_first=danger, in_writing=disputed)


def _first(danger: bool, otherwise: str) -> Sentence:
    return Sentence(_ACT_FIRST, clause="CN-CASE-1A") if danger else Sentence(otherwise, clause="CN-CASE-1")


def is_for_police(body: str, catalogue: Catalogue = CATALOGUE) -> bool:
    """Whether the body that is to get it is one of the police. Raises KeyError for an unknown body."""
    return catalogue.bodies[body].police


# --- Terms -------------------------------------------------------------------------------------------------

ANSWER = "OFFICE-ANSWER-1"
REFER_OUT = "CN-CASE-1"
REOPEN_WINDOW = "OFFICE-FEEDBACK-1"


def first_terms(priority: int) -> dict[str, str]:
    """The terms that start when an incident comes in: deadline key → clause id of the pack.

    priority: 1 to 4. A region's own arrival minutes (CN-110-2) are a local rule: a local pack sets the house clauses.
    """
    dispatch = "OFFICE-DISPATCH-1" if priority == MOST_URGENT else "OFFICE-DISPATCH-2"
    return {"dispatch": dispatch, "arrive": f"OFFICE-ARRIVE-{priority}", "answer": ANSWER}


# --- Ending ------------------------------------------------------------------------------------------------

_NO_ANSWER = gettext_noop("Tell the resident first what was done: nothing closes without an answer.")
_CAN_REPLY = gettext_noop("The resident can be reached: answer instead of closing without an answer.")
_OPEN_ITEMS = gettext_noop("Still open on the checklist: %(items)s.")
_NO_RECEIPT = gettext_noop("The other body has not confirmed yet that it took this over.")
_NOT_TOLD = gettext_noop("Tell the resident first who has it now.")
_UNITS = gettext_noop("Somebody is still sent to this: free them first.")
_TOO_LATE = gettext_noop("The time to reopen this is over; make a new report and it will be linked.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What an ending looks at.

    can_be_reached: the reporter left a way to reply, or holds a receipt. answered: an answer went out.
    open_items: needed checklist items not yet done, as words. busy_units: members still on their way or there.
    their_receipt: the body referred to confirmed. told_of_referral: the resident knows who has it.
    """

    can_be_reached: bool
    answered: bool = False
    open_items: tuple[Words, ...] = ()
    busy_units: int = 0
    their_receipt: bool = False
    told_of_referral: bool = False


def unfit_to_answer(standing: Standing) -> Sentence | None:
    """Why an answer cannot go out yet: work at the scene that the type calls needed is not done."""
    if not standing.open_items:
        return None
    return Sentence(_OPEN_ITEMS, {"items": standing.open_items})


def unfit_to_close(standing: Standing) -> Sentence | None:
    """Why it may not close now. An answer is always owed, unless there is nobody who could get it."""
    if standing.busy_units:
        return Sentence(_UNITS)
    if not standing.answered and standing.can_be_reached:
        return Sentence(_NO_ANSWER)
    return None


def unfit_to_close_unanswered(standing: Standing) -> Sentence | None:
    """Why it may not close without an answer: only where nobody left any way to reply."""
    if standing.busy_units:
        return Sentence(_UNITS)
    return Sentence(_CAN_REPLY) if standing.can_be_reached else None


def unfit_to_close_referred(standing: Standing) -> Sentence | None:
    """Why a referred incident may not close: without the other body's receipt, or with the resident not told."""
    if not standing.their_receipt:
        return Sentence(_NO_RECEIPT, clause=REFER_OUT)
    if standing.can_be_reached and not standing.told_of_referral:
        return Sentence(_NOT_TOLD, clause=REFER_OUT)
    return None


def too_late_to_reopen(closed_at: datetime, at: datetime, window: timedelta) -> Sentence | None:
    """Why "closed, not fixed" no longer reopens it. window: of the clause OFFICE-FEEDBACK-1."""
    return Sentence(_TOO_LATE, clause=REOPEN_WINDOW) if at > closed_at + window else None


# --- What is still seen ------------------------------------------------------------------------------------


def is_handed_over(state: str, referrals: Sequence[str]) -> bool:
    """Whether the office sees only the status: it does not investigate what others have now.

    referrals: statuses of the referrals, oldest first; one that was refused, or taken back, gives the sight back.
    """
    if state == "referred_out":
        return True
    return state == "closed" and bool(referrals) and referrals[-1] in ("received", "done")
