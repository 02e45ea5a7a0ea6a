"""What landlords, tenants, agents and officers fill in: few fields, each of them needed."""

from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from koban.duties.lettings import papers, rules
from koban.duties.lettings.actions import NewTenant
from koban.duties.lettings.reports import Report
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told, day_input
from koban.lib import identity
from koban.lib.mistakes import Mistake
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address
from koban.registers.rentals.models import Agent, LetUnit
from koban.registers.residents.words import ID_KINDS

REGION, WORDS = "CN", 1000
PHONE = _("This is not a telephone number. Write digits, such as 138 0000 0000.")


class Phone(Told):
    """A telephone number as it was written, if it can be one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            limit=32, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> str:
        told = super().to_python(value)
        if told and not _is_phone(told):
            raise ValidationError(PHONE)
        return told


def _is_phone(told: str) -> bool:
    try:
        number = phonenumbers.parse(told, REGION)
    except phonenumbers.NumberParseException:
        return False
    return len(str(number.national_number)) >= 7


class IdFields(forms.Form):
    """Kind and number of a document; what is wrong with the number is said at the number."""

    id_number = Told(
        label=_("Number of the identity card"), limit=24,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "data-identity": ""}),
    )  # fmt: skip
    id_kind = forms.ChoiceField(label=_("Kind of document"), choices=ID_KINDS, initial="id_card")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("id_number") and cleaned.get("id_kind"):
            try:
                known = identity.check_identity(cleaned["id_kind"], cleaned["id_number"])
                cleaned["id_number"] = known.number
            except Mistake as mistake:
                self.add_error("id_number", spoken(mistake.sentence))
        return cleaned


class TenantForm(IdFields):
    """A new tenant. Name and number are all that has to be typed; the day is today unless it is changed."""

    name = Told(label=_("Name"), limit=60, widget=forms.TextInput({"autocomplete": "off"}))
    phone = Phone(label=_("Telephone"), required=False)
    from_on = forms.DateField(label=_("Lives here since"), widget=day_input())
    ends_on = forms.DateField(label=_("Agreed end"), required=False, widget=day_input())
    sublet_of = forms.ChoiceField(label=_("Sub-let by"), required=False)
    field_order = ("name", "id_number", "phone", "from_on", "id_kind", "ends_on", "sublet_of")

    def __init__(
        self, data: Any = None, *, today: date, running: Any = (), named: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **{"initial": {"from_on": today}, **kwargs})
        named = named or {}
        lettings = [(str(row.pk), named.get(row.pk, f"{row.from_on:%F}")) for row in running]
        whom = [("", _("nobody: rents from me")), *lettings]
        self.fields["sublet_of"].choices = whom  # type: ignore[attr-defined]
        self.running = {str(row.pk): row for row in running}

    def tenant(self) -> NewTenant:
        told = self.cleaned_data
        return NewTenant(
            told["name"], told["id_kind"], told["id_number"], told["from_on"], told["phone"], told["ends_on"],
            self.running.get(told["sublet_of"]),
        )  # fmt: skip


class PlaceFields(forms.Form):
    """An address of the register: chosen from what was found, or named whole."""

    place = Told(
        label=_("Address"), limit=200,
        help_text=_("Street, number and room, as the door says it."),
        widget=forms.TextInput({"autocomplete": "street-address", "data-place": ""}),
    )  # fmt: skip
    address = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["found"] = _address(str(cleaned.get("address") or "")) or premises.exact(
            cleaned.get("place", "")
        )
        return cleaned

    @property
    def candidates(self) -> list[Address]:
        """What the words may mean, where they name no address alone."""
        found = self.is_bound and not self.cleaned_data.get("found")
        return premises.search(str(self.cleaned_data.get("place", ""))) if found else []


def _address(id: str) -> Address | None:
    try:
        key = UUID(id)
    except ValueError:
        return None
    found: Address | None = Address.objects.filter(pk=key).first()
    return found


NO_ADDRESS = _("Choose one of the addresses below. Is yours missing? Please tell the office.")


class UnitForm(PlaceFields):
    part = forms.ChoiceField(label=_("What do you let?"), choices=LetUnit.Part.choices, initial="whole")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("place") and not cleaned.get("found"):
            self.add_error("place", NO_ADDRESS)
        return cleaned


class LandlordForm(UnitForm, IdFields):
    """At the desk: a landlord with a document, and the unit."""

    name = Told(label=_("Name of the landlord"), limit=60, widget=forms.TextInput({"autocomplete": "off"}))
    phone = Phone(label=_("Telephone"), required=False)
    signed = forms.BooleanField(
        label=_("The letter of responsibility was signed on paper today"), required=False
    )
    sections = (
        (_("Landlord"), ["name", "id_number", "id_kind", "phone"]),
        (_("What is let"), ["place", "part", "signed"]),
    )


class ReportForm(PlaceFields, TenantForm):
    """An agent or a manager reports a letting."""

    dealt_on = forms.DateField(
        label=_("Day of the contract, or on which you learned of it"), widget=day_input()
    )
    landlord_name = Told(label=_("Name of the landlord"), limit=60, required=False)
    landlord_phone = Phone(label=_("Telephone of the landlord"), required=False)
    sections = (
        (_("The letting"), ["place", "dealt_on", "from_on", "ends_on"]),
        (_("Tenant"), ["name", "id_number", "id_kind", "phone"]),
        (_("Landlord"), ["landlord_name", "landlord_phone"]),
    )

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, today=today, **{"initial": {"from_on": today, "dealt_on": today}, **kwargs})
        del self.fields["sublet_of"]

    def tenant(self) -> NewTenant:
        told = self.cleaned_data
        return NewTenant(
            told["name"], told["id_kind"], told["id_number"], told["from_on"], told["phone"], told["ends_on"]
        )

    def report(self) -> Report:
        told = self.cleaned_data
        return Report(
            self.tenant(), told["dealt_on"], told["found"], told["place"], told["landlord_name"],
            told["landlord_phone"],
        )  # fmt: skip


class EndForm(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=day_input())


class ProlongForm(forms.Form):
    ends_on = forms.DateField(label=_("New agreed end"), required=False, widget=day_input())


class SignForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label=_("I have read this letter and keep to it."))


ANSWERS = ((rules.YES, _("in order")), (rules.NO, _("not in order")), (rules.NONE, _("does not apply")))


class CheckForm(forms.Form):
    """The self-check: one choice for each point of the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, item in papers.checklist().items():
            self.fields[key] = forms.ChoiceField(
                label=spoken(item.words), choices=ANSWERS, widget=forms.RadioSelect
            )

    def answers(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in papers.checklist()}


class WordsForm(forms.Form):
    text = Told(label=_("Words"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label


class AgentForm(forms.Form):
    name = Told(label=_("Name of the firm"), limit=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Agent.Kind.choices)


class KeyForm(forms.Form):
    number = Told(label=_("Number"), limit=12, widget=forms.TextInput({"autocomplete": "off"}))
    secret = Told(label=_("Secret"), limit=20, widget=forms.TextInput({"autocomplete": "off"}))
