"""What the pages of the register of places ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told, day_input
from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.lib.credit_code import credit_code
from koban.lib.mistakes import Mistake
from koban.lib.places import divisions
from koban.registers.importing.forms import DATUM_LABELS
from koban.registers.importing.importer import DATUMS
from koban.registers.premises import kinds, queries
from koban.registers.premises.models import Address, Asset, Street

LONGEST_NUMBER = 20
NO_SUCH_ADDRESS = _("There is no such address. Write it as it stands in the register.")


class AddressField(forms.CharField):
    """An address as one types it; the one that is meant."""

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        if not said:
            return None
        if (found := queries.exact(said)) is None:
            raise ValidationError(NO_SUCH_ADDRESS)
        return found


class PointForm(forms.Form):
    """A position: pressed on the map, or typed. Chinese maps are shifted, so it says what it rests on."""

    lon = forms.CharField(label=_("Longitude"), max_length=24)
    lat = forms.CharField(label=_("Latitude"), max_length=24)
    datum = forms.ChoiceField(label=_("Positions rest on"), choices=DATUM_LABELS, initial="wgs84")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "lon" in told and "lat" in told:
            try:
                told["point"] = DATUMS[told.get("datum", "wgs84")](geo.point(told["lon"], told["lat"]))
            except Mistake as mistake:
                self.add_error("lon", str(spoken(mistake.sentence)))
        return told


class PartsForm(PointForm):
    """A node of the tree."""

    street: Any = forms.ModelChoiceField(label=_("Street"), queryset=None)
    door = Told(label=_("Door number"), limit=20)
    block = Told(label=_("Building"), limit=20, required=False)
    unit = Told(label=_("Entrance"), limit=20, required=False)
    floor = Told(label=_("Floor"), limit=10, required=False)
    room = Told(label=_("Room"), limit=20, required=False)

    field_order = ("street", "door", "block", "unit", "floor", "room", "lon", "lat", "datum")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = Street.objects.current().order_by("name")  # type: ignore[attr-defined]


class NameForm(forms.Form):
    label = Told(label=_("New name"), limit=160)
    label_en = Told(label=_("New name in English"), limit=200, required=False)
    on = forms.DateField(label=_("From"), widget=day_input())


class EndForm(forms.Form):
    on = forms.DateField(label=_("Ends on"), widget=day_input())


class MergeForm(EndForm):
    into = AddressField(label=_("Into which address"), max_length=200)


class SplitForm(EndForm):
    """What an address becomes: the numbers that take the place of its own."""

    numbers = Told(
        label=_("Into which numbers"), limit=2000, lines=True, help_text=_("One a line, such as 12A."),
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    field_order = ("numbers", "on")

    def clean_numbers(self) -> list[str]:
        said = [line.strip() for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        if too_long := [one for one in said if len(one) > LONGEST_NUMBER]:
            raise ValidationError(_("This number is too long: %(number)s"), params={"number": too_long[0]})
        return list(dict.fromkeys(said))


class StreetNameForm(forms.Form):
    name = Told(label=_("What it is called"), limit=80)
    name_en = Told(label=_("Name in English"), limit=120, required=False)
    on = forms.DateField(label=_("From"), widget=day_input())


class StreetForm(forms.Form):
    name = Told(label=_("What it is called"), limit=80)
    name_en = Told(label=_("Name in English"), limit=120, required=False)
    division = Told(
        label=_("Division code"),
        limit=12,
        required=False,
        help_text=_("Of 6 to 12 digits, where it is known."),
    )

    def clean_division(self) -> str:
        said: str = self.cleaned_data["division"]
        try:
            return divisions.division(said) if said else ""
        except Mistake as mistake:
            raise ValidationError(spoken(mistake.sentence)) from None


class FilterForm(forms.Form):
    """Above every list of the register."""

    q = Told(label=_("Search"), limit=80, required=False, widget=forms.TextInput({"type": "search"}))


class KindFilter(FilterForm):
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("all")), *((key, spoken(words)) for key, words in choices)]  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    name = Told(label=_("What it is called"), limit=120)
    name_en = Told(label=_("Name in English"), limit=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"))
    credit_code = Told(label=_("Social credit code"), limit=24, required=False)
    address = AddressField(label=_("Address"), max_length=200)
    hours = Told(label=_("Opening hours"), limit=120, required=False)
    from_on = forms.DateField(label=_("From"), required=False, widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(key, spoken(words)) for key, words in kinds.choices(kinds.UNITS)]  # type: ignore[attr-defined]

    def clean_credit_code(self) -> str:
        said: str = self.cleaned_data["credit_code"]
        try:
            return credit_code(said) if said else ""
        except Mistake as mistake:
            raise ValidationError(spoken(mistake.sentence)) from None


class ResponsibleForm(forms.Form):
    """Who answers for a unit; sealed as soon as it is sent."""

    responsible = Told(label=_("Responsible person"), limit=60)
    phone = Told(label=_("Telephone"), limit=40, required=False)


class AssetForm(PointForm):
    kind = forms.ChoiceField(label=_("Kind"))
    code = Told(label=_("Number on it"), limit=40, required=False)
    name = Told(label=_("What it is called"), limit=120, required=False)
    owner = Told(label=_("Owner (a body, not a person)"), limit=120, required=False)
    state = forms.ChoiceField(label=_("State"), choices=Asset.State.choices)

    field_order = ("kind", "code", "name", "owner", "state", "lon", "lat", "datum")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(key, spoken(words)) for key, words in kinds.choices(kinds.ASSETS)]  # type: ignore[attr-defined]


class BeatForm(forms.Form):
    """A border as corners, one a line: longitude,latitude. The map writes and reads the same lines."""

    code = forms.SlugField(label=_("Code"), max_length=32)
    name = Told(label=_("What it is called"), limit=80)
    name_en = Told(label=_("Name in English"), limit=80, required=False)
    corners = forms.CharField(
        label=_("Corners"), widget=forms.Textarea({"rows": 8}), max_length=40_000,
        help_text=_("One corner a line: longitude,latitude. Press on the map to add one."),
    )  # fmt: skip
    datum = forms.ChoiceField(label=_("Positions rest on"), choices=DATUM_LABELS, initial="wgs84")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            corners = [geo.parse_point(line) for line in told.get("corners", "").splitlines() if line.strip()]
        except Mistake as mistake:
            self.add_error("corners", str(spoken(mistake.sentence)))
        else:
            to_wgs84 = DATUMS[told.get("datum", "wgs84")]
            told["ring"] = [[point.lon, point.lat] for point in map(to_wgs84, corners)]
        return told


def corners_of(beat: Beat) -> str:
    return "\n".join(f"{lon:.6f},{lat:.6f}" for lon, lat in beat.polygon[0][:-1])


def address_of(form: PartsForm, parent: Address | None = None) -> Address:
    """An unsaved address of a valid form."""
    told = form.cleaned_data
    parts = {name: told[name] for name in ("door", "block", "unit", "floor", "room")}
    point: geo.Point = told["point"]
    return Address(street=told["street"], parent=parent, lon=point.lon, lat=point.lat, **parts)


def split_of(one: Address, numbers: list[str]) -> list[Address]:
    """Unsaved addresses beside each other where `one` stood: its deepest part is another in each."""
    parts = {name: getattr(one, name) for name in ("door", "block", "unit", "floor", "room")}
    deepest = [name for name, said in parts.items() if said][-1]
    kept = {"street": one.street, "parent": one.parent, "building": one.building, "beat": one.beat}
    return [
        Address(kind=one.kind, lon=one.lon, lat=one.lat, **kept, **parts | {deepest: number})
        for number in numbers
    ]
