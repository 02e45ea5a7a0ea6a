"""What is filled in about a visit. No field asks who somebody is, and none asks why no visit is wanted."""

from datetime import datetime, time
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.visits import needs
from koban.duties.visits.cards import OWN, RELATIONS, Contact
from koban.duties.visits.flow import FLOW
from koban.duties.visits.models import Visit
from koban.duties.visits.queries import SORTS
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told, day_input
from koban.kernel.stations.models import Beat
from koban.registers.premises import queries as premises

WORDS, REGION = 2000, "CN"
ALL = (("", _("all")),)
PHONE = _("This is not a telephone number. Write digits, such as 138 0000 0000.")
HOURS = [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(8, 21)]


class Phone(Told):
    """A telephone number as it was written, if it can be one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            limit=32, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> str:
        told = super().to_python(value)
        try:
            is_one = not told or len(str(phonenumbers.parse(told, REGION).national_number)) >= 7
        except phonenumbers.NumberParseException:
            is_one = False
        if not is_one:
            raise ValidationError(PHONE)
        return told


class WhenForm(forms.Form):
    """A day and an hour, by the office's clock."""

    on = forms.DateField(label=_("Day"), widget=day_input())
    hour = forms.ChoiceField(label=_("From"), choices=HOURS, initial="10:00")

    def starts_at(self) -> datetime:
        hour = int(self.cleaned_data["hour"][:2])
        day = self.cleaned_data["on"]
        return datetime.combine(day, time(hour), timezone.get_current_timezone())


class PlanForm(WhenForm):
    """A visit at an address."""

    place = Told(
        label=_("Address"), limit=200, widget=forms.TextInput({"autocomplete": "off", "data-place": ""})
    )
    why = forms.ChoiceField(
        label=_("Why"), choices=[c for c in Visit.Why.choices if c[0] != "asked"], initial="round"
    )
    text = Told(
        label=_("What you want to talk about"), limit=WORDS, lines=True, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    field_order = ("place", "why", "on", "hour", "text")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["found"] = premises.exact(cleaned.get("place", ""))
        if cleaned.get("place") and not cleaned["found"]:
            self.add_error(
                "place", _("No single address has this name. Write it as the list of addresses does.")
            )
        return cleaned


class AskForm(WhenForm):
    """A resident asks for a visit."""

    text = Told(
        label=_("What you want to talk about"), limit=WORDS, lines=True, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class AnnounceForm(forms.Form):
    way = forms.ChoiceField(label=_("How"), choices=Visit.Way.choices, initial="slip")


class MeetForm(forms.Form):
    text = Told(
        label=_("What was talked about"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 4}),
        help_text=_("The people there read exactly this. Write about the matter, not about them."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What they need"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(need.key, spoken(need.words)) for need in needs.needs().values()]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    text = Told(label=_("Words"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label


class NeedForm(forms.Form):
    kind = forms.ChoiceField(label=_("Need"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(need.key, spoken(need.words)) for need in needs.needs().values()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class ReferForm(forms.Form):
    to = forms.ChoiceField(label=_("To"))
    text = Told(label=_("What is asked for"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, duties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = duties  # type: ignore[attr-defined]


class CardForm(forms.Form):
    """The contact card. All of it is optional, each field by itself; the purposes are chosen by its owner."""

    phone = Phone(label=_("How to reach me"), required=False)
    name_1 = Told(label=_("Somebody to reach"), limit=60, required=False)
    relation_1 = forms.ChoiceField(label=_("Who is that?"), required=False)
    phone_1 = Phone(label=_("Their telephone"), required=False)
    name_2 = Told(label=_("Somebody else"), limit=60, required=False)
    relation_2 = forms.ChoiceField(label=_("Who is that?"), required=False)
    phone_2 = Phone(label=_("Their telephone"), required=False)
    purposes = forms.MultipleChoiceField(
        label=_("Only for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sections = (
        (_("Me"), ["phone"]),
        (_("Whom to call for me"), ["name_1", "relation_1", "phone_1", "name_2", "relation_2", "phone_2"]),
        (_("What it may be used for"), ["purposes"]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [(one.key, spoken(one.words)) for one in needs.purposes().values()]
        self.fields["purposes"].choices = purposes  # type: ignore[attr-defined]
        for number in ("1", "2"):
            choices = [("", "–"), *RELATIONS.items()]
            self.fields[f"relation_{number}"].choices = choices  # type: ignore[attr-defined]

    def contacts(self) -> list[Contact]:
        told = self.cleaned_data
        found = [Contact(OWN, "", told["phone"])]
        for number in ("1", "2"):
            relation = told[f"relation_{number}"] or "family"
            found.append(Contact(relation, told[f"name_{number}"], told[f"phone_{number}"]))
        return found


class ListForm(forms.Form):
    """Filters of the list of visits."""

    q = Told(label=_("Address"), limit=60, required=False)
    open = forms.ChoiceField(
        label=_("Open or closed"), required=False, choices=[*ALL, ("yes", _("open")), ("no", _("closed"))]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *((s.key, s.label) for s in FLOW.states)]
    )
    why = forms.ChoiceField(label=_("Why"), required=False, choices=[*ALL, *Visit.Why.choices])
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput,
        choices=[("", ""), *((d + s, s) for s in SORTS for d in ("", "-"))],
    )  # fmt: skip

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


class RoundForm(forms.Form):
    """Where the plan looks: one beat, or the whole district."""

    beat = forms.ChoiceField(label=_("Beat"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        beats = [(str(beat.pk), str(beat)) for beat in Beat.objects.order_by("id")[:50]]
        self.fields["beat"].choices = [*ALL, *beats]  # type: ignore[attr-defined]

    def wanted(self) -> str:
        return str(self.cleaned_data.get("beat") or "") if self.is_valid() else ""
