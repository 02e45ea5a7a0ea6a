"""The steps of a mediation at the desk: who, when, with which form, and what it does."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import acts
from koban.duties.mediation import agreement_forms as papers
from koban.duties.mediation import forms as shapes

OPEN = ("received", "consent", "sessions", "performing", "kept", "people", "case", "protection")
BEFORE = ("received", "consent", "sessions")


@dataclass(frozen=True, slots=True)
class Step:
    """key: name of the address. states: where it makes sense. civil: only without (True) or with (False) an offence."""

    key: str
    label: Any
    icon: str
    right: str
    states: tuple[str, ...]
    act: acts.Act
    form: type[forms.Form] = shapes.EmptyForm
    hint: Any = ""
    civil: bool | None = None


STEPS = (
    Step("facts", _("What is known"), "list-check", "mediation.take", BEFORE, acts.facts, shapes.FactsForm),
    Step("evidence", _("Take evidence"), "clipboard-list", "mediation.take", OPEN, acts.evidence, shapes.EvidenceForm,
         _("Evidence is taken in every state: whatever becomes of the mediation, the facts are needed.")),
    Step("decide", _("Decide by the table"), "scale", "mediation.decide",
         (*BEFORE, "people", "performing", "kept", "case"), acts.decide,
         hint=_("The table decides by what is known now, and names the clause.")),
    Step("begin", _("Begin"), "player-play", "mediation.lead", ("consent",), acts.begin),
    Step("session", _("Write down a session"), "users", "mediation.lead", ("sessions",), acts.session, shapes.SessionForm),
    Step("propose", _("Write down a proposal"), "bulb", "mediation.lead",
         ("consent", "sessions", "people"), acts.propose, shapes.ProposalForm),
    Step("agree", _("Make the agreement"), "heart-handshake", "mediation.lead", ("sessions",), acts.agree, papers.AgreementForm,
         _("The law names what stands in an agreement. Deadline and manner of each performance are never left out.")),
    Step("committee", _("Agreement before the committee"), "heart-handshake", "mediation.lead",
         ("people",), acts.agree, papers.CommitteeAgreementForm),
    Step("spot", _("Settle on the spot"), "circle-check", "mediation.lead", ("received", "consent"), acts.spot, papers.SpotForm,
         _("Trifling, clear, agreed and performed there; both have said yes before.")),
    Step("recognise", _("Accept their settlement"), "thumb-up", "mediation.decide",
         (*BEFORE, "people", "case"), acts.recognise, papers.SettlementForm),
    Step("fail", _("No agreement"), "x", "mediation.lead", ("sessions", "people"), acts.fail, shapes.ReasonForm,
         _("The other path opens today, and its term with it.")),
    Step("people", _("To people's mediation"), "users", "mediation.decide",
         ("received", "consent"), acts.people, shapes.CommitteeForm),
    Step("tell", _("Tell where to turn"), "arrow-forward-up", "mediation.decide", (*BEFORE, "people"), acts.tell, civil=True),
    Step("broken", _("It is broken"), "alert-triangle", "mediation.leave", ("performing",), acts.broken,
         hint=_("Only where a day has passed without its performance. The other path runs from that day.")),
    Step("court", _("Both asked the court"), "building", "mediation.track",
         ("performing",), acts.court, shapes.CourtForm, civil=True),
    Step("warn", _("Written warning"), "file-text", "mediation.warn", ("protection",), acts.warn, shapes.WarnForm,
         _("It is handed to both, and the residents' committee is told. Both are visited afterwards.")),
    Step("protect", _("Write down protection"), "shield-check", "mediation.track",
         ("protection",), acts.protect, shapes.ProtectForm),
    Step("follow-up", _("Ask both how it goes"), "phone", "mediation.track", ("kept",), acts.follow_up, shapes.FollowUpForm),
    Step("hand-on", _("Hand to the case handlers"), "arrow-forward-up", "mediation.decide",
         ("case", "protection"), acts.hand_on, shapes.HandOnForm),
    Step("close", _("Close"), "check", "mediation.close", ("kept", "protection"), acts.close),
    Step("reopen", _("Open again"), "rotate", "mediation.decide", ("closed", "told", "handed"), acts.reopen, shapes.ReasonForm),
)  # fmt: skip
BY_KEY = {step.key: step for step in STEPS}
# What somebody most likely wants next, by state.
NEXT = {
    "received": ("decide", "facts"), "consent": ("begin", "evidence"), "sessions": ("agree", "session"), "people": ("committee",),
    "performing": ("evidence",), "kept": ("follow-up", "close"), "case": ("hand-on", "evidence"),
    "protection": ("warn", "protect"),
}  # fmt: skip
WHO, GUARDIAN, DELEGATE = _("Who this side is"), _("Guardian"), _("Somebody comes with a letter")
DONE, MEND = _("It was performed"), _("It was performed after all")
NAMELESS = _("Write down first who both sides are.")


def named(key: str, label: Any) -> Step:
    """A step that belongs to a side or to a performance, with its own address."""
    return Step(key, label, "edit", "", (), acts.begin)
