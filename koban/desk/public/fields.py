"""Fields for what residents type: one clear sentence for each mistake, and nothing is lost."""

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow.fields import Told

REGION = "CN"  # of telephone numbers without a country code
PHONE = _("This is not a telephone number. Write digits, such as 138 0000 0000.")
MOBILE = _("A text message needs a mobile number, such as 138 0000 0000.")


class Phone(Told):
    """A telephone number; kept with its country code where it is whole, else as it was written."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "tel", "autocomplete": "tel"})
        super().__init__(limit=32, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        told = super().to_python(value)
        if not told:
            return ""
        number = parsed(told)
        if number is None:
            raise ValidationError(PHONE)
        whole = phonenumbers.is_valid_number(number)
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if whole else told


POSSIBLE = (
    phonenumbers.ValidationResult.IS_POSSIBLE,
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
)


def parsed(told: str) -> phonenumbers.PhoneNumber | None:
    """The number that was written; None where it cannot be one. A number without its area code is one too."""
    try:
        number = phonenumbers.parse(told, REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number_with_reason(number) in POSSIBLE else None


def is_mobile(phone: str) -> bool:
    """Whether a text message can reach it."""
    number = parsed(phone)
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return number is not None and phonenumbers.number_type(number) in kinds
