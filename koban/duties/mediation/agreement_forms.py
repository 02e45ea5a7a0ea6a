"""The agreement as it is written at the desk: everything that the law wants in it, and up to six performances."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation import rules
from koban.duties.mediation.forms import WHO, choice, day, tick, words
from koban.duties.mediation.models import Performance
from koban.duties.mediation.sitting import Content, Owed

MOST = 6
TEXTS = (
    "body",
    "mediator",
    "others",
    "happened",
    "place",
    "people",
    "cause",
    "course",
    "circumstances",
    "result",
    "terms",
)


class AgreementForm(forms.Form):
    """Nothing of the content is required by the form: the rule says what is missing, with its clause."""

    body = words(_("Mediating body"), limit=120, required=False)
    mediator = words(_("Led by"), limit=80, required=False)
    others = words(_("Others present, or that nobody was"), limit=300, required=False)
    happened = words(_("When it happened"), limit=60, required=False)
    place = words(_("Where it happened"), limit=200, required=False)
    people = words(_("Who was involved"), limit=200, required=False)
    cause = words(_("Cause"), rows=2, required=False)
    course = words(_("Course"), rows=3, required=False)
    circumstances = words(_("Circumstances"), rows=2, required=False)
    result = words(_("Result"), rows=2, required=False)
    terms = words(_("What was agreed"), rows=4, required=False)
    signed_a = tick(_("The first side signed"))
    signed_b = tick(_("The other side signed"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST + 1):
            for name, field in _owed_fields(number).items():
                self.fields[f"{name}_{number}"] = field
        self.sections = [
            (
                _("The agreement"),
                [name for name in self.fields if "_" not in name or name.startswith("signed")],
            ),
            *(
                (_("Performance %(number)s") % {"number": n}, [f"{name}_{n}" for name in OWED])
                for n in range(1, MOST + 1)
            ),
        ]

    def content(self, form: str) -> Content:
        data = self.cleaned_data
        told = {name: data[name] for name in TEXTS}
        return Content(
            **told, signed_a=data["signed_a"], signed_b=data["signed_b"], form=data.get("form") or form,
            is_recorded=data.get("full_recording", False),
        )  # fmt: skip

    def owed(self) -> list[Owed]:
        return [row for number in range(1, MOST + 1) if (row := self._owed(number))]

    def _owed(self, number: int) -> Owed | None:
        told = {name: self.cleaned_data.get(f"{name}_{number}") for name in OWED}
        if not any(told[name] for name in ("what", "amount", "manner", "due_on")):
            return None
        fen = int((told["amount"] or 0) * 100)
        return Owed(
            told["owed_by"] or "b",
            told["sort"] or "pay",
            told["what"] or "",
            told["due_on"],
            told["manner"] or "",
            fen,
        )


OWED = ("owed_by", "sort", "what", "amount", "due_on", "manner")


def _owed_fields(number: int) -> dict[str, forms.Field]:
    return {
        "owed_by": choice(_("Owed by"), WHO, initial="b", required=False),
        "sort": choice(_("Sort"), Performance.Kind.choices, required=False),
        "what": words(_("What"), limit=200, required=False),
        "amount": forms.DecimalField(
            label=_("Amount"), min_value=0, max_digits=12, decimal_places=2, required=False
        ),
        "due_on": day(_("By"), required=False),
        "manner": words(_("How it is performed"), limit=200, required=False),
    }


class CommitteeAgreementForm(AgreementForm):
    form = choice(_("Made"), [("written", _("in writing")), ("oral", _("by word of mouth"))])


class SpotForm(AgreementForm):
    trifling = tick(_("It is trifling"))
    clear_facts = tick(_("The facts are clear"))
    clear_cause = tick(_("The cause is clear"))
    has_loss = tick(_("There is a cost of treatment or a damage"))
    undisputed = tick(_("Both agree about it"))
    both_agree_there = tick(_("Both agree to settle it here"))
    performed_there = tick(_("All was performed here"))
    full_recording = tick(_("The recording clearly shows who, what, and what was agreed"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = [
            (_("On the spot"), list(SPOT)),
            *[(t, [n for n in names if n not in SPOT]) for t, names in self.sections],
        ]

    def spot(self) -> rules.OnTheSpot:
        data = self.cleaned_data
        return rules.OnTheSpot(
            paper=data["signed_a"] and data["signed_b"], **{name: data[name] for name in SPOT}
        )


SPOT = (
    "trifling", "clear_facts", "clear_cause", "has_loss", "undisputed", "both_agree_there", "performed_there", "full_recording",
)  # fmt: skip


class SettlementForm(AgreementForm):
    agreement = tick(_("They agreed"))
    performed = tick(_("It is performed"))
    both_ask_in_writing = tick(_("Both ask in writing"))
    accepted = tick(_("The police accept it"))
    decided = tick(_("A decision was made before"))
    reason = words(_("Why it is accepted"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [*SETTLEMENT, "reason"]
        self.sections = [
            (_("Their settlement"), own),
            *[(t, [n for n in names if n not in own]) for t, names in self.sections],
        ]

    def settlement(self) -> rules.Settlement:
        return rules.Settlement(**{name: self.cleaned_data[name] for name in SETTLEMENT})


SETTLEMENT = ("agreement", "performed", "both_ask_in_writing", "accepted", "decided")
