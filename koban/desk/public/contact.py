"""How a resident can be reached: by telephone, by mail, or not at all, with the receipt alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.desk.public.fields import MOBILE, Phone, is_mobile
from koban.duties.incidents.intake import Reporter
from koban.kernel.flow.fields import Told

WAYS = (
    ("phone", _("Call me")),
    ("sms", _("Send me a text message")),
    ("email", _("Send me an e-mail")),
    ("page", _("Only here, with my receipt. Nobody needs to know who I am.")),
)
NEEDS = {"phone": "phone", "sms": "phone", "email": "email"}
MISSING = {
    "phone": _("Write the number that we shall call, or choose another way."),
    "sms": _("Write the number for the text message, or choose another way."),
    "email": _("Write your e-mail address, or choose another way."),
}


class ContactFields(forms.Form):
    """Who reports, as far as they wish to say."""

    reply_by = forms.ChoiceField(
        label=_("How shall we answer you?"), choices=WAYS, widget=forms.RadioSelect, required=False, initial="phone",
        error_messages={"invalid_choice": _("Choose how we shall answer you.")},
    )  # fmt: skip
    name = Told(label=_("Name"), limit=80, required=False, widget=forms.TextInput({"autocomplete": "name"}))
    phone = Phone(label=_("Telephone"), required=False)
    email = forms.EmailField(
        label=_("E-mail"), max_length=120, required=False,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
        error_messages={"invalid": _("This is not an e-mail address. It has an @ in the middle.")},
    )  # fmt: skip
    wants_secrecy = forms.BooleanField(label=_("Keep it secret that I reported"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        way = cleaned.get("reply_by") or "page"
        field = NEEDS.get(way, "")
        if field and field not in self.errors and not cleaned.get(field):
            self.add_error(field, MISSING[way])
        elif way == "sms" and "phone" not in self.errors and not is_mobile(cleaned["phone"]):
            self.add_error("phone", MOBILE)
        return cleaned

    def reporter(self) -> Reporter:
        """Sealed later; who leaves nothing is anonymous and has the receipt alone."""
        told = self.cleaned_data
        name, phone, email = (str(told.get(key) or "") for key in ("name", "phone", "email"))
        wants_secrecy = bool(told.get("wants_secrecy"))
        if not (name or phone or email):
            return Reporter(is_anonymous=True, wants_secrecy=wants_secrecy)
        way = str(told.get("reply_by") or "page")
        return Reporter(name, phone, email, wants_secrecy=wants_secrecy, reply_by=way)
