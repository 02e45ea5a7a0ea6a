"""The filters of the lists at the desk: days, places and states."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings.flow import FLOW
from koban.duties.lettings.models import TYPES
from koban.duties.lettings.queries import SORTS
from koban.kernel.flow.fields import Told

YES_ALL = (("", _("all")),)


class ListForm(forms.Form):
    """Filters of the list of matters."""

    q = Told(label=_("Number or place"), limit=60, required=False)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[*YES_ALL, *TYPES.items()])
    open = forms.ChoiceField(
        label=_("Open or closed"), required=False, choices=[*YES_ALL, ("yes", _("open")), ("no", _("closed"))]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*YES_ALL, *((s.key, s.label) for s in FLOW.states)]
    )
    late = forms.ChoiceField(
        label=_("Told"), required=False, choices=[*YES_ALL, ("yes", _("after the term"))]
    )
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput,
        choices=[("", ""), *((d + s, s) for s in SORTS for d in ("", "-"))],
    )  # fmt: skip

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


LACK_LABELS = {
    "hazards": _("self-check found something"),
    "landlord": _("landlord not known"),
    "letter": _("no letter that holds"),
    "check": _("self-check is due"),
    "confirmation": _("not confirmed"),
}


class UnitListForm(forms.Form):
    q = Told(label=_("Address"), limit=60, required=False)
    lacks = forms.ChoiceField(label=_("Lacks"), required=False, choices=[*YES_ALL, *LACK_LABELS.items()])

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)
