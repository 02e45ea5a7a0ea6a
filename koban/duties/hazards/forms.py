"""What is filled in about a hazard. Only the name of who answers there and ways to reach them are about a person: sealed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import rules
from koban.duties.hazards.actions import Found
from koban.duties.hazards.flow import FLOW
from koban.duties.hazards.kinds import kinds
from koban.duties.hazards.models import Hazard, Order
from koban.duties.hazards.queries import SORTS
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told
from koban.lib.geo import point
from koban.lib.mistakes import Mistake
from koban.matters.places import Place
from koban.registers.premises import queries as premises

WORDS = 2000
ALL = (("", _("all")),)
KIND_SAYS = (("", _("as the kind says")),)
NO_ADDRESS = _(
    "No single address has this name. Write it as the list of addresses does, or choose the point on the map."
)


def kind_choices() -> list[tuple[str, Any]]:
    return [(key, spoken(kind.words)) for key, kind in kinds().items() if key != "asset"]


class NewForm(forms.Form):
    """A hazard as it was found."""

    kind = forms.ChoiceField(label=_("Kind"))
    place = Told(
        label=_("Address"), limit=200, required=False, widget=forms.TextInput({"autocomplete": "off", "data-place": ""}),
        help_text=_("The nearest address, or choose the point on the map."),
    )  # fmt: skip
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    text = Told(
        label=_("What is not in order"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}),
        help_text=_("It stands in the order. Write about the place, not about people."),
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=_("How grave"), required=False, choices=[*KIND_SAYS, *Hazard.Severity.choices]
    )
    found_by = forms.ChoiceField(label=_("Found by"), choices=Hazard.Found.choices, initial="desk")
    owner = Told(
        label=_("Who must put it right (a body)"), limit=120, required=False,
        help_text=_("A firm, a property manager, a committee. Left out: what the kind says."),
    )  # fmt: skip
    responsible = Told(label=_("Who answers for it there"), limit=60, required=False)
    phone = Told(
        label=_("Telephone"), limit=32, required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=200, widget=forms.EmailInput({"autocomplete": "off"})
    )
    sections = (
        (_("The hazard"), ["kind", "text", "severity", "found_by"]),
        (_("Where"), ["place", "lon", "lat"]),
        (_("Who puts it right"), ["owner", "responsible", "phone", "email"]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        address = premises.exact(told.get("place") or "") if told.get("place") else None
        lon, lat = told.get("lon"), told.get("lat")
        if lon is not None and lat is not None:
            told["where"] = Place(told.get("place") or "", address, *_checked(lon, lat))
        elif address is not None:
            told["where"] = Place.at(address)
        else:
            self.add_error("place", NO_ADDRESS)
        return told

    def found(self, language: str) -> Found:
        told = self.cleaned_data
        names = ("found_by", "severity", "owner", "responsible", "phone", "email")
        return Found(told["kind"], told["text"], language=language, **{name: told[name] for name in names})


def _checked(lon: float, lat: float) -> tuple[float, float]:
    try:
        found = point(lon, lat)
    except Mistake as mistake:
        raise ValidationError(spoken(mistake.sentence)) from None
    return found.lon, found.lat


class PhotoForm(forms.Form):
    """A photograph with the place and the direction that the telephone tells."""

    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput({"accept": "image/*", "capture": "environment"}),
        error_messages={"required": _("Take a photo, or choose one.")},
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)
    source = forms.CharField(required=False, max_length=6, widget=forms.HiddenInput)
    heading = forms.FloatField(
        label=_("Which way the camera looks, in degrees"), required=False, min_value=0, max_value=360,
        help_text=_("0 north, 90 east, 180 south, 270 west. The telephone fills it in where it can."),
    )  # fmt: skip

    def shot(self) -> rules.Shot:
        told = self.cleaned_data
        heading = told["heading"] % 360 if told["heading"] is not None else None
        if told["lon"] is None or told["lat"] is None:
            return rules.Shot(heading=heading)
        return rules.Shot(*_checked(told["lon"], told["lat"]), heading, told["accuracy"] or 0.0)

    def source_said(self) -> str:
        return "map" if self.cleaned_data["source"] == "map" else ""


class WordsForm(forms.Form):
    text = Told(label=_("Words"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, label: Any = "", needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].required = needed


class VerifyForm(forms.Form):
    """The verifier's own word; asked only where a place had to be cleared."""

    restored = forms.BooleanField(label=_("The place is free again and as it was"), required=False)

    def __init__(self, *args: Any, cleared: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not cleared:
            del self.fields["restored"]


class AnswerForm(forms.Form):
    """What the fire service says."""

    status = forms.ChoiceField(
        label=_("Their answer"),
        choices=[
            ("received", _("they have it")),
            ("done", _("they took over")),
            ("refused", _("they sent it back")),
        ],
    )
    number = Told(label=_("Their number"), limit=60, required=False)
    text = Told(label=_("Their words"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 2}))


class ServeForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How"), choices=Order.Way.choices, widget=forms.RadioSelect, initial="link"
    )


class ListForm(forms.Form):
    """Filters of the list."""

    q = Told(label=_("Address"), limit=60, required=False)
    open = forms.ChoiceField(
        label=_("Open or closed"), required=False,
        choices=[*ALL, ("yes", _("open")), ("late", _("open and late")), ("no", _("closed"))],
    )  # fmt: skip
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *((s.key, s.label) for s in FLOW.states)]
    )
    type = forms.ChoiceField(label=_("Kind"), required=False)
    severity = forms.ChoiceField(
        label=_("How grave"), required=False, choices=[*ALL, *Hazard.Severity.choices]
    )
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput,
        choices=[("", ""), *((d + s, s) for s in SORTS for d in ("", "-"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, spoken(kind.words)) for key, kind in kinds().items()]
        self.fields["type"].choices = [*ALL, *choices]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


class HouseForm(forms.Form):
    """A neighbour looks for a house."""

    q = Told(label=_("Street and number"), limit=60, required=False)


class EnterForm(forms.Form):
    """Number and secret of a paper."""

    number = Told(
        label=_("Number"), limit=16, widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"})
    )
    secret = Told(label=_("Secret"), limit=60, widget=forms.TextInput({"autocomplete": "off"}))


class NotFixedForm(EnterForm):
    """ "Closed, not fixed" by number; the secret is asked for only where a hazard is not public."""

    text = Told(
        label=_("What is still not in order"),
        limit=WORDS,
        lines=True,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = False
        self.fields["secret"].help_text = _("It stands on the receipt, if you have one.")
