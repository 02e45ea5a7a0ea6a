"""Form fields that every room uses: text cleaned by one rule, days as browsers read them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from koban.kernel.flow import spoken
from koban.lib.mistakes import Mistake
from koban.lib.text import clean


class Told(forms.CharField):
    """Text as people write it. limit: in characters after cleaning. Rare characters stay; what cannot be shown is named."""

    def __init__(self, *, limit: int, lines: bool = False, **kwargs: Any) -> None:
        self.limit, self.lines = limit, lines
        kwargs.setdefault("widget", forms.Textarea if lines else forms.TextInput)
        super().__init__(strip=False, **kwargs)
        self.widget.attrs["maxlength"] = limit

    def to_python(self, value: Any) -> str:
        try:
            return clean(str(super().to_python(value) or ""), self.limit, lines=self.lines)
        except Mistake as mistake:
            raise ValidationError(spoken(mistake.sentence)) from None


def day_input() -> forms.DateInput:
    """A day for `<input type="date">`, which reads one form alone (HTML), whatever the language of the page."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
