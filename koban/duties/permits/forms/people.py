"""Who somebody is, and where: as residents and officers type it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import told
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told, day_input
from koban.lib.geo import point
from koban.lib.identity import check_identity
from koban.lib.mistakes import Mistake
from koban.matters.places import NOWHERE, Place
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address
from koban.registers.residents.actions import Entry
from koban.registers.residents.words import ID_KINDS

REPLIES = (
    ("page", _("Only here, with my receipt")),
    ("sms", _("Send me a text message too")),
)


class PersonForm(forms.Form):
    """One person: the name and the document. Birth date and sex follow from the number where it tells them."""

    name = Told(
        label=_("Name as on the document"), limit=100, widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name.")},
    )  # fmt: skip
    id_kind = forms.ChoiceField(label=_("Document"), choices=ID_KINDS, initial="id_card")
    id_number = Told(
        label=_("Number of the document"), limit=32, error_messages={"required": _("Write the number of the document.")},
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "data-no-draft": ""}),
    )  # fmt: skip
    origin = Told(
        label=_("Address of the household registration"), limit=120, required=False,
        help_text=_("As on the card, for the permit. Without it the register has none."),
    )  # fmt: skip
    born_on = forms.DateField(
        label=_("Birth date, where no number tells it"), widget=day_input(), required=False
    )
    born: date | None = None

    def __init__(self, *args: Any, with_origin: bool = False, at_desk: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_origin:
            del self.fields["origin"]
        if not at_desk:
            del self.fields["born_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("id_number") and cleaned.get("id_kind"):
            try:
                self.born = check_identity(cleaned["id_kind"], cleaned["id_number"]).birth_on
            except Mistake as mistake:
                self.add_error("id_number", spoken(mistake.sentence))
        self.born = self.born or cleaned.get("born_on")
        return cleaned

    def someone(self, phone: str = "") -> told.Someone:
        data = self.cleaned_data
        born = self.born.isoformat() if self.born else ""
        return told.Someone(
            Entry(
                data["name"], birth_on=born, id_kind=data["id_kind"], id_number=data["id_number"], phone=phone,
                origin=data.get("origin", ""),
            )
        )  # fmt: skip


def typed(data: Mapping[str, Any], n: int) -> dict[str, Any]:
    """What was typed of person `n`: field → words."""
    return {name: data[f"p{n}-{name}"] for name in PersonForm.base_fields if f"p{n}-{name}" in data}


MOST_PEOPLE = 8
COUNT = "people"


class PeopleForms:
    """The people of one household on one page: p0, p1 …; how many stands in the field `people`.

    least: 0 where somebody whom the register knows may be the only one.
    """

    def __init__(
        self, data: Mapping[str, Any] | None, *, more: int = 0, bound: bool = True, at_desk: bool = False, least: int = 1
    ) -> None:  # fmt: skip
        told_count = str((data or {}).get(COUNT, "1"))
        count = int(told_count) if told_count.isdigit() else 1
        self.count = max(least, min(MOST_PEOPLE, count + more))
        self.is_bound = data is not None and bound
        self.at_desk = at_desk
        self.forms = [self._one(data, n) for n in range(self.count)]

    def _one(self, data: Mapping[str, Any] | None, n: int) -> PersonForm:
        if self.is_bound:
            return PersonForm(data, prefix=f"p{n}", at_desk=self.at_desk)
        return PersonForm(prefix=f"p{n}", initial=typed(data or {}, n), at_desk=self.at_desk)

    @classmethod
    def pictured(cls, data: Mapping[str, Any]) -> "PeopleForms | None":
        """Nobody, where nothing was typed of anybody: a picture says it. None where somebody was typed."""
        typed_any = any(
            str(data.get(f"p{n}-{name}", "")).strip()
            for n in range(MOST_PEOPLE)
            for name in ("name", "id_number")
        )
        return None if typed_any else cls({COUNT: "0"}, least=0)

    def __iter__(self) -> Any:
        return iter(self.forms)

    @property
    def may_add(self) -> bool:
        return self.count < MOST_PEOPLE

    def is_valid(self) -> bool:
        right = [form.is_valid() for form in self.forms]  # all of them, so that every mistake is shown
        return all(right)

    def people(self, phone: str = "") -> list[told.Someone]:
        """phone: of the first, where they tell it themselves."""
        return [form.someone(phone if n == 0 else "") for n, form in enumerate(self.forms)]


class PlaceFields(forms.Form):
    """address: id of a found one. lon, lat: a point of the map, both or neither."""

    place = Told(
        label=_("Address"), limit=200, help_text=_("Street, number, building, unit, room."),
        widget=forms.TextInput({"autocomplete": "off", "data-place": ""}),
        error_messages={"required": _("Write the address.")},
    )  # fmt: skip
    address = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)

    def found_place(self) -> Place:
        """The address that was chosen or is named whole, else the point, else the words."""
        words, chosen = self.cleaned_data.get("place") or "", str(self.cleaned_data.get("address") or "")
        found = Address.objects.filter(pk=chosen).first() if _is_id(chosen) else None
        found = found or premises.exact(words)
        if found:
            return Place.at(found, words)
        return self._point(words) if words else NOWHERE

    def _point(self, words: str) -> Place:
        try:
            here = point(str(self.cleaned_data.get("lon") or ""), str(self.cleaned_data.get("lat") or ""))
        except (Mistake, ValueError):
            return Place(words)
        return Place(words, None, here.lon, here.lat)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class ReplyFields(forms.Form):
    """How whoever tells it wants to hear of it."""

    teller = Told(
        label=_("Your name"), limit=80, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = Told(
        label=_("Your telephone"), limit=32, required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    reply_by = forms.ChoiceField(
        label=_("How shall we answer you?"), choices=REPLIES, widget=forms.RadioSelect, initial="page"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reply_by") == "sms" and "phone" not in self.errors and not cleaned.get("phone"):
            self.add_error("phone", _("Write the number for the text message, or choose another way."))
        return cleaned

    def reply(self, language: str) -> told.Reply:
        data = self.cleaned_data
        return told.Reply(data["teller"], data["phone"], data["reply_by"], language)
