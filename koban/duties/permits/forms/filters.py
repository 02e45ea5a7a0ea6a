"""What a list is narrowed by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.flow import STATES
from koban.duties.permits.models import Permit, Source, Type

OPEN = [("", _("what waits")), ("all", _("all"))]


class ListForm(forms.Form):
    """Type, state, and who told it."""

    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("all")), *Type.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*OPEN, *((state.key, state.label) for state in STATES)]
    )
    source = forms.ChoiceField(label=_("Told by"), required=False, choices=[("", _("all")), *Source.choices])

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


class CardsForm(forms.Form):
    """State of a permit, and how soon it is due."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("running")), *Permit.State.choices]
    )
    due = forms.ChoiceField(
        label=_("To be endorsed"), required=False,
        choices=[("", _("at any time")), ("31", _("within a month")), ("7", _("within a week"))],
    )  # fmt: skip
