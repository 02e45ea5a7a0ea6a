"""Booking a time, giving it up, and the desk's hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.actions.queue import Span
from koban.duties.permits.models import Type
from koban.kernel.flow.fields import Told, day_input

PURPOSES = [*Type.choices, ("other", _("Something else"))]
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class PurposeForm(forms.Form):
    """What somebody comes for."""

    purpose = forms.ChoiceField(label=_("What do you come for?"), choices=PURPOSES)


class BookForm(PurposeForm):
    """The free time that was pressed."""

    starts_at = forms.DateTimeField(
        label=_("Time"), input_formats=["%Y-%m-%dT%H:%M:%S%z"], widget=forms.HiddenInput,
        error_messages={"required": _("Choose a time."), "invalid": _("Choose a time.")},
    )  # fmt: skip


class GiveUpForm(forms.Form):
    """Day, number and secret of a ticket."""

    on = forms.DateField(label=_("Day"), widget=day_input())
    ticket = Told(
        label=_("Number"), limit=8, widget=forms.TextInput({"autocomplete": "off", "placeholder": "A001"})
    )
    secret = Told(label=_("Secret"), limit=20, widget=forms.TextInput({"autocomplete": "off"}))


class HoursForm(forms.Form):
    """Two lines of hours a day; a line without times means that the desk takes no visits then."""

    LINES = (("am", _("%(day)s, first: %(end)s")), ("pm", _("%(day)s, second: %(end)s")))
    ENDS = (("opens", _("from")), ("closes", _("to")))

    def __init__(self, *args: Any, spans: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in enumerate(DAYS):
            kept = [span for span in spans if span.weekday == day]
            for n, (line, words) in enumerate(self.LINES):
                now = kept[n] if n < len(kept) else None
                for end, name in self.ENDS:
                    self.fields[f"{end}_{line}_{day}"] = forms.TimeField(
                        label=words % {"day": label, "end": name}, required=False,
                        widget=forms.TimeInput({"type": "time"}, format="%H:%M"), initial=getattr(now, end, None),
                    )  # fmt: skip
        first = next(iter(spans), None)
        self.fields["slot_minutes"] = forms.IntegerField(
            label=_("Minutes for one visit"),
            min_value=5,
            max_value=120,
            initial=first.slot_minutes if first else 20,
        )
        self.fields["places"] = forms.IntegerField(
            label=_("Visits at the same time"),
            min_value=1,
            max_value=20,
            initial=first.places if first else 1,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in range(7):
            for line, _words in self.LINES:
                opens, closes = (cleaned.get(f"{end}_{line}_{day}") for end, _name in self.ENDS)
                if bool(opens) != bool(closes):
                    self.add_error(f"opens_{line}_{day}", _("Write both times, or none."))
        return cleaned

    def spans(self) -> list[Span]:
        data = self.cleaned_data
        return [
            Span(
                day,
                data[f"opens_{line}_{day}"],
                data[f"closes_{line}_{day}"],
                data["slot_minutes"],
                data["places"],
            )
            for day in range(7)
            for line, _words in self.LINES
            if data[f"opens_{line}_{day}"]
        ]


class CallForm(forms.Form):
    """At which desk."""

    desk = Told(label=_("Desk"), limit=12, initial="1")
