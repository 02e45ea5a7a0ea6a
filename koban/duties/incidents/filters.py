"""The filters of the list of incidents."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.forms import grouped_types
from koban.duties.incidents.queries import SORTS
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.flow.fields import Told, day_input


class ListForm(forms.Form):
    """All optional; what cannot be read filters nothing and is told in its field."""

    q = Told(label=_("Number or place"), limit=60, required=False)
    open = forms.ChoiceField(
        label=_("Open or closed"),
        required=False,
        choices=[("", _("all")), ("yes", _("open")), ("no", _("closed"))],
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    priority = forms.ChoiceField(
        label=_("Priority"),
        required=False,
        choices=[("", _("all")), *((str(n), str(n)) for n in (1, 2, 3, 4))],
    )
    since = forms.DateField(label=_("From"), required=False, widget=day_input())
    until = forms.DateField(label=_("Up to"), required=False, widget=day_input())
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[("", ""), *((d + s, s) for s in SORTS for d in ("", "-"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "list_%s", **kwargs})
        states = [("", _("all")), *((state.key, state.label) for state in FLOW.states)]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        types = [("", _("all")), *grouped_types(CATALOGUE.types.values())]
        self.fields["type"].choices = types  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Filters as `queries.listed` takes them; days become instants of the reader's zone."""
        self.is_valid()
        wanted = dict(self.cleaned_data)
        for name, plus in (("since", 0), ("until", 1)):
            if day := wanted.get(name):
                wanted[name] = timezone.make_aware(datetime.combine(day, time()) + timedelta(days=plus))
        return wanted
