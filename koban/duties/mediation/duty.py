"""Mediation: disputes that two sides may settle, and what happens where they do not."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.flow import FLOW
from koban.duties.mediation.kinds import KINDS
from koban.duties.mediation.models import Agreement, Evidence, FollowUp, ProtectionStep
from koban.duties.mediation.queries import open_of
from koban.duties.mediation.receiving import receive
from koban.duties.mediation.table import TABLE
from koban.kernel.flow import spoken
from koban.matters.duty import Duty, MenuItem, OwnPage
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("mediation:detail", args=[matter.year, matter.number])


def type_label(code: str) -> Any:
    return KINDS.get(code, code)


TERMS = {
    "consent": _("ask both sides"), "first": _("first session"), "second": _("second session"), "case": _("handle the case"),
    "decide": _("say whether it is taken"),
    "perform": _("next performance"), "visit": _("visit both"), "after_7": _("ask after a week"),
    "after_30": _("ask after a month"), "after_90": _("ask after three months"),
}  # fmt: skip


def _why(key: str) -> Any:
    """What a row of the table says; for a second session its ground."""
    grounds = {"asked": _("a side asked for it"), "needed": _("the police find it necessary")}
    rows = (row for question in TABLE.questions.values() for row in question)
    return grounds.get(key) or next((spoken(row.words) for row in rows if row.key == key), None)


DUTY = Duty(
    key="mediation",
    label=_("Mediation"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    retention="ordinary",
    opens=frozenset({"name", "phone"}),
    receive=receive,
    own=(
        OwnPage(
            _("My mediations"),
            _("Say yes or no, leave, see what was agreed"),
            "mediation:own",
            "scale",
            40,
            open_of,
        ),
    ),
    menu=(MenuItem(_("Mediation"), "mediation:list", "scale", "mediation.read", 30),),
    facts={
        "side": {"a": _("first side"), "b": _("other side"), "lead": _("who leads")}.get,
        "said": {"yes": _("yes"), "no": _("no")}.get,
        "kind": dict(Evidence.Kind.choices).get,
        "form": dict(Agreement.Form.choices).get,
        "act": dict(ProtectionStep.Key.choices).get,
        "outcome": dict(FollowUp.Found.choices).get,
        "why": _why,
        "key": TERMS.get,
    },
    sentences={
        "mediation.open": _("The dispute was taken"),
        "mediation.side": _("It was written down who a side is"),
        "mediation.helper": _("A guardian or a delegate was written down"),
        "mediation.receipt": _("A side got its own receipt"),
        "mediation.evidence": _("Evidence was taken"),
        "mediation.facts": _("What is known was written down"),
        "mediation.answer": _("A side answered: %(said)s"),
        "mediation.take": _("Taken for mediation"),
        "mediation.refuse": _("Mediation was refused: %(clause)s"),
        "mediation.protect": _("Protection in place of mediation: %(clause)s"),
        "mediation.tell": _("Both were told where to turn"),
        "mediation.begin": _("Mediation began: both said yes"),
        "mediation.session": _("A session was held"),
        "mediation.propose": _("A proposal was written down"),
        "mediation.agree": _("An agreement was made"),
        "mediation.settle_there": _("Settled on the spot"),
        "mediation.leave": _("A side left; the case goes on"),
        "mediation.leave_civil": _("A side left; both were told where to turn"),
        "mediation.fail": _("No agreement; the case goes on"),
        "mediation.perform": _("Something agreed was performed"),
        "mediation.remind": _("A reminder went out"),
        "mediation.keep": _("All was performed: no penalty"),
        "mediation.break": _("The agreement was broken; the case goes on"),
        "mediation.break_civil": _("The agreement was broken; the way to court is open"),
        "mediation.mend": _("It was performed after all"),
        "mediation.recognise": _("Their own settlement was accepted"),
        "mediation.send_to_people": _("People's mediation took over"),
        "mediation.court": _("Both asked the court to confirm it"),
        "mediation.copies": _("Copies of the agreement were issued"),
        "mediation.protection": _("Protection: %(act)s"),
        "mediation.look": _("Words of a protection step were opened"),
        "mediation.follow_up": _("Both were asked how it goes: %(outcome)s"),
        "mediation.hand_on": _("Handed to the case handlers"),
        "mediation.close": _("Closed"),
        "mediation.reopen": _("Opened again"),
    },
)
