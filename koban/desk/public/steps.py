"""A report in four steps: what it is, how urgent, what happened and where, a last look. Each is one form.

Nothing is kept here between the steps: the page carries what was typed, so nothing is stored before it is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.desk.public.contact import ContactFields
from koban.desk.public.places import PlaceFields
from koban.duties.incidents import rules
from koban.duties.incidents.types import CATALOGUE, Effect, Prompt, Question
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told
from koban.registers.premises.models import Address

WORDS = 4000
STEPS = ("what", "ask", "tell", "check")
TITLES = {
    "what": _("What is it about?"),
    "ask": _("How urgent is it?"),
    "tell": _("Tell us"),
    "check": _("Is everything right?"),
}
ASK = "ask_"
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know")))
URGENT = 2  # from this priority on the telephone is the better way, and the page says so
KINDS = ("report", "help")


class WhatForm(forms.Form):
    """The type, chosen from the list."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code not in CATALOGUE:
            raise forms.ValidationError(_("Choose what it is about."))
        return code


class AskForm(forms.Form):
    """The questions of the type; whatever is left open counts as not known."""

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = CATALOGUE.script(code)
        self.fields.update({ASK + question.key: _question(question) for question in self.questions})

    def asked(self) -> Iterator[tuple[Any, list["Said"]]]:
        """Each question with what is said at once after an answer."""
        for question in self.questions:
            yield self[ASK + question.key], list(_said(question))

    def answers(self) -> dict[str, str]:
        told = {question.key: self.cleaned_data[ASK + question.key] for question in self.questions}
        return {key: value for key, value in told.items() if value in ("yes", "no")}


def _question(question: Question) -> forms.Field:
    return forms.ChoiceField(
        label=spoken(question.words),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        required=False,
        initial="unknown",
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says as soon as a question is answered so. prompts: life-saving ones, often none."""

    answer: str
    reason: Any
    prompts: list[Prompt]


def _said(question: Question) -> Iterator[Said]:
    for answer in ("yes", "no"):
        effect = question.effect(answer)
        if effect is not None and _is_urgent(effect):
            yield Said(answer, spoken(effect.reason), [CATALOGUE.prompts[key] for key in effect.prompts])


def _is_urgent(effect: Effect) -> bool:
    return bool(effect.prompts) or (effect.raises_to is not None and effect.raises_to <= URGENT)


class TellForm(PlaceFields, ContactFields):
    """What happened, where, and how to answer. address: of the code at a door; then the place is known already."""

    summary = Told(
        label=_("What happened, or what do you need?"), limit=WORDS, lines=True, required=False,
        help_text=_("In your own words. When it was and how many people are there helps most."),
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip
    sections = ()
    field_order = (
        "summary",
        "place",
        "address",
        "lon",
        "lat",
        "reply_by",
        "name",
        "phone",
        "email",
        "wants_secrecy",
    )

    def __init__(
        self, *args: Any, code: str, answers: dict[str, str], door: Address | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.type, self.verdict, self.door = CATALOGUE[code], rules.triage(code, answers), door
        self.may_be_short = self.verdict.priority == rules.MOST_URGENT
        self.needs_place = door is None and self.type.same.radius_m > 0
        self.fields["summary"].required = not self.may_be_short
        self.fields["summary"].error_messages["required"] = _("Write what happened; a few words are enough.")
        self.fields["place"].required = self.needs_place
        self.fields["place"].error_messages["required"] = _("Write where it is, or show it on the map.")
        if door is not None:
            for name in ("place", "address", "lon", "lat"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # A pin or a found address says where as well as words do.
        if not cleaned.get("place") and (cleaned.get("point") or cleaned.get("found")):
            self.errors.pop("place", None)
        return cleaned


class CheckForm(forms.Form):
    """The last look; only photos are added."""
