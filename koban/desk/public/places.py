"""Where it is: an address that was found, a point of the map, or words."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told
from koban.lib.geo import point
from koban.lib.mistakes import Mistake
from koban.matters.places import NOWHERE, Place
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address

UNKNOWN = _("This address is not in our list any more. Search again, or write it in your own words.")
HALF = _("The point on the map is not complete. Choose it again.")


class PlaceFields(forms.Form):
    """address: id of a found one. lon, lat: a point of the map, both or neither."""

    place = Told(
        label=_("Where is it?"), limit=200, required=False,
        help_text=_("Street and number, or what is near."),
        widget=forms.TextInput({"autocomplete": "street-address", "data-place": ""}),
    )  # fmt: skip
    address = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["found"] = self._address(str(cleaned.get("address") or ""))
        cleaned["point"] = self._point(str(cleaned.get("lon") or ""), str(cleaned.get("lat") or ""))
        return cleaned

    def _address(self, id: str) -> Address | None:
        if not id:
            return None
        found = Address.objects.filter(pk=id).first() if _is_id(id) else None
        if found is None:
            self.add_error("place", UNKNOWN)
        return found

    def _point(self, lon: str, lat: str) -> Any:
        if bool(lon) != bool(lat):
            self.add_error("place", HALF)
        elif lon:
            try:
                return point(lon, lat)
            except Mistake as mistake:
                self.add_error("place", spoken(mistake.sentence))
        return None

    @property
    def says_where(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("place", "found", "point"))

    def found_place(self) -> Place:
        """The place as far as it is known; what was typed stays as it was said."""
        words = self.cleaned_data.get("place") or ""
        if address := self.cleaned_data.get("found"):
            return Place.at(address, words)
        if here := self.cleaned_data.get("point"):
            near = premises.near(here.lon, here.lat)
            return Place(words or str(near or ""), near, here.lon, here.lat)
        return place_of_words(words)


def _is_id(id: str) -> bool:
    try:
        UUID(id)
    except ValueError:
        return False
    return True


def place_of_words(words: str) -> Place:
    """The one address that the words name whole; else the words."""
    if not words:
        return NOWHERE
    named = list(Address.objects.filter(premises.labelled(words))[:2])
    return Place.at(named[0], words) if len(named) == 1 else Place(words)
