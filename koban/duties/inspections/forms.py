"""What is filled in: the file of a place, a plan, a checklist. No field asks about a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import checklists, regimes, rules
from koban.duties.inspections.filing import FIELDS
from koban.duties.inspections.flow import FLOW
from koban.duties.inspections.models import Attempt, Inspection, Venue
from koban.duties.inspections.queries import SORTS
from koban.kernel.flow.fields import Told, day_input
from koban.kernel.law import Clause
from koban.kernel.stations.models import Station
from koban.registers.premises import queries as premises

WORDS, SHORT = 2000, 400
ALL = (("", _("all")),)
ANSWERS = ((rules.YES, _("in order")), (rules.NO, _("not in order")), (rules.NONE, _("does not apply")))
GROUNDS = (
    ("", _("choose")), ("consent", _("whoever lives there let us in")), ("warrant", _("inspection warrant")),
    ("danger_now", _("a danger is happening inside")), ("dangerous_substances", _("dangerous substances are kept inside")),
)  # fmt: skip
TIME = forms.TimeInput({"type": "time"}, format="%H:%M")


def kinds(station: Station, on: date) -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [(key, row.words.said(language)) for key, row in regimes.regimes(station.pack, on).items()]


class FileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The file of a place."""

    kind = forms.ChoiceField(label=_("Kind of place"))
    sections = [
        (_("What holds"), ["kind", "paper", "paper_number", "paper_from", "paper_to"]),
        (_("The place"), ["area_m2", "capacity", "opens_at", "closes_at"]),
        (_("Safety"), ["guards", "camera_days", "trained_on", "trained_count"]),
    ]

    class Meta:
        model = Venue
        fields = FIELDS
        widgets = {
            **{name: day_input() for name in ("paper_from", "paper_to", "trained_on")},
            "opens_at": TIME,
            "closes_at": TIME,
        }

    def __init__(self, *args: Any, station: Station, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kinds(station, on)

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}


class FloorPlanForm(forms.Form):
    floor_plan = forms.FileField(label=_("Floor plan: a PDF or a photo"))


class DayForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=day_input())


class WishForm(forms.Form):
    """An inspection of an address: a home, a site, a place without a file."""

    place = Told(
        label=_("Address"), limit=160, widget=forms.TextInput({"autocomplete": "off", "list": "doors"})
    )
    kind = forms.ChoiceField(label=_("Kind of place"))
    why = forms.ChoiceField(
        label=_("Why"), choices=[(key, label) for key, label in Inspection.Why.choices if key in ("asked", "complaint")]
    )  # fmt: skip
    words = Told(label=_("What is it about?"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, station: Station, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kinds(station, on)

    def clean_place(self) -> Any:
        found = premises.exact(self.cleaned_data["place"])
        if found is None:
            raise forms.ValidationError(
                _("No address of the register has this name. Choose one from the list.")
            )
        return found


class FailedForm(forms.Form):
    why = forms.ChoiceField(label=_("What happened"), choices=Attempt.Why.choices)


class WordsForm(forms.Form):
    text = Told(label=_("Why"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 3}))


class CampaignForm(forms.Form):
    title = Told(label=_("Name"), limit=120)
    kinds = forms.MultipleChoiceField(label=_("Kinds of places"), widget=forms.CheckboxSelectMultiple)
    from_on = forms.DateField(label=_("From"), widget=day_input())
    to_on = forms.DateField(label=_("Until"), widget=day_input())

    def __init__(self, *args: Any, station: Station, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kinds"]
        field.choices = kinds(station, on)


class ListForm(forms.Form):
    """Filters of the list of inspections."""

    q = Told(label=_("Place"), limit=60, required=False)
    kind = forms.ChoiceField(label=_("Kind of place"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *((s.key, s.label) for s in FLOW.states)]
    )
    why = forms.ChoiceField(label=_("Why"), required=False, choices=[*ALL, *Inspection.Why.choices])
    on = forms.DateField(label=_("Day"), required=False, widget=day_input())
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput,
        choices=[("", ""), *((d + s, s) for s in SORTS for d in ("", "-"))],
    )  # fmt: skip

    def __init__(self, *args: Any, station: Station, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [*ALL, *kinds(station, today)]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


class PlacesForm(ListForm):
    """Filters of the list of places."""

    state = why = on = sort = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One point of the checklist on the page."""

    item: regimes.Item
    clause: Clause | None
    label: str
    said: Any
    value: Any
    words: Any
    photo: Any


class ChecklistForm(forms.Form):
    """The points of a checklist."""

    has_photos = False

    def __init__(self, *args: Any, sheet: checklists.Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        language = get_language() or "en"
        for item in sheet.items:
            self._add(item, item.words.said(language))

    def _add(self, item: regimes.Item, label: str) -> None:
        key = item.key
        is_number = any(point.key == key and point.allows is not None for point in self.sheet.points)
        self.fields[f"said_{key}"] = forms.ChoiceField(
            label=label, choices=ANSWERS, required=not is_number, widget=forms.RadioSelect
        )
        self.fields[f"words_{key}"] = Told(label=_("What is wrong"), limit=SHORT, required=False)
        if item.measure:
            self.fields[f"value_{key}"] = forms.IntegerField(
                label=_("Measured"), min_value=0, max_value=99_999, required=False
            )
        if item.photo and self.has_photos:
            self.fields[f"photo_{key}"] = forms.FileField(
                label=_("Photo"), required=False, widget=forms.FileInput({"accept": "image/*", "capture": "environment"})
            )  # fmt: skip

    def rows(self) -> Iterator[ItemRow]:
        language = get_language() or "en"
        for item in self.sheet.items:
            yield ItemRow(
                item, self.sheet.clauses[item.key], item.words.said(language), self[f"said_{item.key}"],
                self[f"value_{item.key}"] if item.measure else None, self[f"words_{item.key}"],
                self[f"photo_{item.key}"] if item.photo and self.has_photos else None,
            )  # fmt: skip

    def answers(self) -> dict[str, rules.Answer]:
        data = self.cleaned_data
        return {
            item.key: rules.Answer(
                data.get(f"said_{item.key}") or "", data.get(f"value_{item.key}"), data[f"words_{item.key}"]
            )
            for item in self.sheet.items
        }


class RecordForm(ChecklistForm):
    """The checklist of one inspection with who was there and who signed."""

    has_photos = True
    showed_card = forms.BooleanField(label=_("We showed our cards"), required=False, initial=True)
    officers = forms.IntegerField(label=_("Officers"), min_value=0, max_value=9, initial=2)
    auxiliaries = forms.IntegerField(
        label=_("Auxiliaries"), min_value=0, max_value=9, initial=0, required=False
    )
    others = Told(label=_("Badges of the others, with a comma between them"), limit=120, required=False)
    ground = forms.ChoiceField(
        label=_("This is a home: on what ground did you go in?"), choices=GROUNDS, required=False
    )
    theirs = forms.ChoiceField(label=_("The other side"), choices=Inspection.Theirs.choices)
    signature = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200_000)
    text = Told(
        label=_("What else was said"), limit=WORDS, lines=True, required=False, widget=forms.Textarea({"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, is_home: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_home:
            del self.fields["ground"]

    def badges(self) -> list[str]:
        return [
            part.strip() for part in self.cleaned_data["others"].replace("，", ",").split(",") if part.strip()
        ]
