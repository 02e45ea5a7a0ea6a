"""What residents ask and what officers answer."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.datarights.actions import Asked
from koban.duties.datarights.models import Request
from koban.kernel.flow.fields import Told
from koban.kernel.law import Clause
from koban.lib import identity
from koban.registers.residents import words

WORDS = 4000
KINDS = [choice for choice in Request.Kind.choices if choice[0] not in ("object", "copy", "correct")]
CHOOSE_LOOK = _("Choose the look that they object to. They say when it was, or show the number of the page.")
NO_LOOKS = _("Nobody has looked at the data of this person, so there is no look to object to.")


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": WORDS})


class AskForm(forms.Form):
    """Any request but an objection: what, and in the resident's own words why."""

    kind = forms.ChoiceField(label=_("What do you ask for?"), choices=KINDS, widget=forms.RadioSelect)
    words = Told(label=_("In your words"), limit=WORDS, lines=True, required=False, widget=area(4))


class ObjectForm(forms.Form):
    words = Told(label=_("Why was this look not right?"), limit=WORDS, lines=True, widget=area(4))


class CorrectForm(forms.Form):
    """Fields to correct; what stays empty stays as it is."""

    name = Told(label=_("Name"), limit=100, required=False)
    birth_on = Told(
        label=_("Birth date"), limit=10, required=False, widget=forms.TextInput({"placeholder": "1980-05-01"})
    )
    id_kind = forms.ChoiceField(
        label=_("Kind of document"),
        required=False,
        choices=[("", "–"), *((k, words.DOCUMENTS[k]) for k in identity.KINDS)],
    )
    id_number = Told(label=_("Number of the document"), limit=40, required=False)
    phone = Told(label=_("Telephone"), limit=32, required=False)
    email = Told(label=_("E-mail"), limit=200, required=False)
    words = Told(label=_("How can we check it?"), limit=WORDS, lines=True, required=False, widget=area(3))

    def changes(self) -> dict[str, str]:
        told = {name: value for name, value in self.cleaned_data.items() if value and name != "words"}
        return told if "id_number" in told else {n: v for n, v in told.items() if n != "id_kind"}


class DeskForm(CorrectForm):
    """What somebody without a key asks at the desk, about themselves."""

    person = forms.ChoiceField(label=_("Who asks?"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("What do they ask for?"), choices=Request.Kind.choices, widget=forms.RadioSelect
    )
    words = Told(label=_("In their words"), limit=WORDS, lines=True, required=False, widget=area(4))
    look = forms.ChoiceField(label=_("Which look?"), widget=forms.RadioSelect, required=False)
    shown = forms.BooleanField(label=_("They showed their document, or a written authority of the person"))
    sections: ClassVar = [
        (_("The request"), ["person", "kind", "look", "words", "shown"]),
        (
            _("For a correction: what becomes of it"),
            ["name", "birth_on", "id_kind", "id_number", "phone", "email"],
        ),
    ]

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], looked: Callable[[str], list[tuple[str, str]]], **kwargs: Any
    ) -> None:  # fmt: skip
        """looked: looks at a person who may know of them, as choices; asked for an objection alone."""
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.choices = people
        who, objects = str(self.data.get("person", "")), self.data.get("kind") == Request.Kind.OBJECT
        self.looks = looked(who) if objects and who in dict(people) else []
        if not self.looks:
            del self.fields["look"]
        else:
            self.fields["look"].choices = self.looks  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Request.Kind.OBJECT and "person" in cleaned and not cleaned.get("look"):
            self.add_error("look" if self.looks else "kind", CHOOSE_LOOK if self.looks else NO_LOOKS)
        return cleaned

    def asked(self, language: str) -> Asked:
        told = self.cleaned_data
        changes = self.changes() if told["kind"] == Request.Kind.CORRECT else {}
        look = UUID(told["look"]) if told.get("look") else None
        return Asked(told["kind"], told["words"], changes, look, language=language)

    def changes(self) -> dict[str, str]:
        gone = ("person", "kind", "look", "shown")
        return {name: value for name, value in super().changes().items() if name not in gone}


class TextForm(forms.Form):
    text = Told(label=_("Text"), limit=WORDS, lines=True, widget=area(4))


class ReasonForm(forms.Form):
    reason = Told(label=_("Why"), limit=WORDS, lines=True, widget=area(3))


class GrantForm(forms.Form):
    text = Told(label=_("Answer that the resident reads"), limit=WORDS, lines=True, widget=area(4))

    def told(self) -> dict[str, Any]:
        return {}


class RestrictForm(GrantForm):
    until = forms.DateField(label=_("Restricted until"), widget=forms.DateInput({"type": "date"}))

    def told(self) -> dict[str, Any]:
        until: date = self.cleaned_data["until"]
        return {"until": until}


class EraseForm(GrantForm):
    fields_gone = forms.MultipleChoiceField(
        label=_("Deleted"), widget=forms.CheckboxSelectMultiple,
        choices=[(key, words.FIELDS[key]) for key in ("phone", "email", "origin", "birth_on", "sex", "id_number", "name")],
        help_text=_("With the name the whole file goes, and the person's keys end."),
    )  # fmt: skip
    ground = forms.ChoiceField(label=_("Ground of the deletion"))

    def __init__(self, *args: Any, clause: Clause, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = [(item.key, item.label.said(language)) for item in clause.items]

    def told(self) -> dict[str, Any]:
        return {"fields": self.cleaned_data["fields_gone"], "ground": self.cleaned_data["ground"]}
