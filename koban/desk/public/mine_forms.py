"""What the holder of a receipt fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.desk.public.contact import ContactFields
from koban.kernel.flow.fields import Told

WORDS = 4000


class EnterForm(forms.Form):
    number = Told(
        label=_("Number"), limit=20, widget=forms.TextInput({"placeholder": "2026-000123", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of your receipt.")},
    )  # fmt: skip
    secret = Told(
        label=_("Secret"), limit=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Twelve letters and digits from your receipt. Small letters and missing dashes do no harm."),
        error_messages={"required": _("Write the secret of your receipt.")},
    )  # fmt: skip


class WriteForm(forms.Form):
    text = Told(
        label=_("Write to the office"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip


class JudgeForm(forms.Form):
    fixed = forms.ChoiceField(
        label=_("Is it settled?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, it is settled")), ("no", _("No. Open it again"))],
        error_messages={"required": _("Say whether it is settled."), "invalid_choice": _("Say whether it is settled.")},
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label=_("How satisfied are you with us?"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect,
        choices=[(5, _("very")), (4, _("rather")), (3, _("so-so")), (2, _("hardly")), (1, _("not at all"))],
        error_messages={"invalid_choice": _("Choose from one to five.")},
    )  # fmt: skip
    text = Told(
        label=_("What is still wrong, or what was good?"), limit=WORDS, lines=True, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class ReachForm(ContactFields):
    """The same fields as in the report; what is written replaces what is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_by"].initial = None
        self.fields["reply_by"].required = True
        self.fields["reply_by"].error_messages["required"] = _("Choose how we shall answer you.")
