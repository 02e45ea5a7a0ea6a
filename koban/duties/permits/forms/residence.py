"""Declaring a residence, and that somebody leaves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import told
from koban.duties.permits.forms.people import PeopleForms, PlaceFields, ReplyFields
from koban.duties.permits.models import Source
from koban.kernel.flow.fields import Told, day_input

TELLERS = [
    (Source.SELF, _("I live there myself")),
    (Source.HOST, _("They stay with me")),
    (Source.LANDLORD, _("I am the landlord")),
    (Source.EMPLOYER, _("I am the employer")),
    (Source.MANAGER, _("I manage the property")),
    (Source.AGENT, _("I am an agency")),
]
LIVING = (
    ("tenant", _("rented")),
    ("family", _("family home")),
    ("guest", _("as a guest")),
    ("dormitory", _("dormitory")),
    ("owner", _("own home")),
)


class ResidenceForm(PlaceFields, ReplyFields):
    """Where, since when, until when, who tells it. The people stand beside it."""

    source = forms.ChoiceField(
        label=_("Who tells it?"), choices=TELLERS, widget=forms.RadioSelect, initial=Source.SELF,
        error_messages={"required": _("Say who you are in this.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("How do they live there?"), choices=LIVING, initial="tenant")
    from_on = forms.DateField(
        label=_("First day there"),
        widget=day_input(),
        error_messages={"required": _("Choose the first day.")},
    )
    to_on = forms.DateField(
        label=_("Last day, if it is known"), widget=day_input(), required=False,
        help_text=_("The registration then ends by itself."),
    )  # fmt: skip
    with_kin = forms.BooleanField(
        label=_("In the home of near relatives who are registered here"), required=False
    )

    def __init__(self, *args: Any, kin: bool = False, at_desk: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not kin:
            del self.fields["with_kin"]
        if at_desk:
            source = self.fields["source"]
            source.choices = [choice for choice in Source.choices if choice[0] != Source.OFFICE]  # type: ignore[attr-defined]

    def residence(
        self, people: PeopleForms, *, way: str, language: str, known: Sequence[UUID] = ()
    ) -> told.Residence:
        """known: people whom the register has already."""
        data = self.cleaned_data
        own = data["source"] == Source.SELF
        there = [told.Someone(person_id=who) for who in known]
        everybody = there + people.people(data["phone"] if own and not there else "")
        return told.Residence(
            everybody, self.found_place(), data["source"], way, data["from_on"],
            kind=data["kind"], to_on=data["to_on"], reply=self.reply(language), with_kin=bool(data.get("with_kin")),
        )  # fmt: skip


class AddressForm(PlaceFields):
    """The address of the register that the words mean."""


class DayForm(forms.Form):
    """The last day there."""

    on = forms.DateField(label=_("Last day there"), widget=day_input())


class ReasonForm(forms.Form):
    """Why, as the resident reads it."""

    reason = Told(
        label=_("Why; whoever told it reads this"), limit=2000, lines=True, widget=forms.Textarea({"rows": 3})
    )
