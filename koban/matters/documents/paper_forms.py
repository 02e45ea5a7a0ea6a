"""What people type about papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow.fields import Told, day_input
from koban.matters.documents.flow import FLOW
from koban.matters.documents.letters import Blank, Letter
from koban.matters.documents.models import Delivery
from koban.matters.documents.registers import LABELS
from koban.matters.documents.versions import Told as Content

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
PREFIX = "field_"


class FilterForm(forms.Form):
    """What the register shows."""

    q = Told(label=_("Number or title"), limit=60, required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)
    register = forms.ChoiceField(label=_("Register"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states: Any = self.fields["state"]
        states.choices = [("", _("all")), *((state.key, state.label) for state in FLOW.states)]
        registers: Any = self.fields["register"]
        registers.choices = [("", _("all")), *LABELS.items()]


class BlanksForm(forms.Form):
    """The fields of a template, to whom it goes, and who gets a copy."""

    def __init__(self, letter: Letter, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter
        self.fields["title"] = Told(label=_("Title"), limit=80, required=False)
        if letter.has_recipient:
            self.fields["recipient"] = Told(
                label=_("Recipient"), limit=300, lines=True, required=False, widget=_area(2)
            )
        for blank in letter.blanks:
            self.fields[PREFIX + blank.key] = _input(blank, letter.in_language(blank.label, language))
        self.fields["copies"] = Told(
            label=_("Copies to"),
            limit=600,
            lines=True,
            required=False,
            widget=_area(2),
            help_text=_("One a line."),
        )

    def values(self) -> dict[str, Any]:
        """Field -> value; a table as rows of cells."""
        found = {}
        for blank in self.letter.blanks:
            typed = self.cleaned_data[PREFIX + blank.key]
            found[blank.key] = rows_of(typed) if blank.kind == "table" else typed
        return found

    def content(self, text: str) -> Content:
        data = self.cleaned_data
        copies = tuple(line.strip() for line in data["copies"].splitlines() if line.strip())
        return Content(text, self.values(), data.get("recipient", ""), copies)

    @staticmethod
    def initial_of(letter: Letter, told: Content, title: str) -> dict[str, Any]:
        """What stands in the form for a version."""
        shown = {"title": title, "recipient": told.recipient, "copies": "\n".join(told.copies)}
        for blank in letter.blanks:
            value = told.values.get(blank.key, "")
            shown[PREFIX + blank.key] = typed_of(value) if blank.kind == "table" else str(value)
        return shown


class TextForm(BlanksForm):
    """A further version: the text itself, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _(
            "A line that begins with # is a heading. {table:name} stands for the list of that name."
        )
        text = Told(label=_("Text"), limit=20_000, lines=True, widget=_area(18), help_text=help_text)
        why = Told(label=_("What was changed"), limit=200, required=False)
        self.fields = {"text": text, **self.fields, "why": why}
        self.fields["lock"] = forms.IntegerField(widget=forms.HiddenInput)


class WordsForm(forms.Form):
    words = Told(label=_("Comment"), limit=2000, lines=True, widget=forms.Textarea({"rows": 2}))


class ReasonForm(forms.Form):
    reason = Told(label=_("Why?"), limit=400, lines=True, widget=forms.Textarea({"rows": 2}))


class DeliveryForm(forms.Form):
    """to: the recipient or a body of the copy list, as far as they have none yet."""

    to = forms.ChoiceField(label=_("Which copy"))
    way = forms.ChoiceField(label=_("How"), choices=Delivery.Way.choices)

    def __init__(self, to: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["to"]
        offered.choices = to


class BatchForm(forms.Form):
    """Which matters get the paper."""

    type = forms.ChoiceField(label=_("Type of the matters"), required=False)
    opened_from = forms.DateField(label=_("Opened from"), widget=day_input())
    opened_to = forms.DateField(label=_("Opened until"), widget=day_input())
    only_open = forms.BooleanField(label=_("Only matters that are still open"), required=False, initial=True)

    def __init__(self, types: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["type"]
        offered.choices = [("", _("all")), *types]


def rows_of(typed: str) -> list[list[str]]:
    """`a | b` a line as rows of cells."""
    lines = (line for line in typed.splitlines() if line.strip())
    return [[cell.strip() for cell in line.replace("｜", "|").split("|")] for line in lines]


def typed_of(rows: Any) -> str:
    """Rows of cells as somebody types them."""
    return "\n".join(" | ".join(map(str, row)) for row in rows or [])


def _input(blank: Blank, label: str) -> forms.Field:
    """No field is asked for here: a draft may wait for what it lacks; submitting says what is still empty."""
    if blank.kind == "line":
        return Told(label=label, limit=300, required=False)
    if blank.kind == "day":
        return Told(label=label, limit=40, required=False)
    return Told(label=label, limit=8000, lines=True, required=False, widget=_area(4))


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})
