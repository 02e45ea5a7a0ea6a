"""What somebody with a receipt fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow.fields import Told


class EnterForm(forms.Form):
    number = Told(
        label=_("Number"),
        limit=20,
        widget=forms.TextInput({"placeholder": "2026-000123", "autocomplete": "off"}),
    )
    secret = Told(
        label=_("Secret"), limit=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Each side has its own. It opens the page of that side alone."),
    )  # fmt: skip
