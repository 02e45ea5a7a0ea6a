"""The shapes of what people type: at the desk, at the scene, and on the public page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.intake import Reporter
from koban.duties.incidents.models import SceneEntry, Thing
from koban.duties.incidents.types import CATALOGUE, Question, Type
from koban.kernel.access.models import Post
from koban.kernel.flow import spoken
from koban.lib.geo import point
from koban.matters.places import NOWHERE, Place
from koban.registers.premises import queries as premises

WORDS = 4000
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known")))
ASK = "ask_"
PRIORITY_BY_HAND = [("", _("as the questions say")), *((str(level), str(level)) for level in (1, 2, 3, 4))]


def grouped_types(types: Iterable[Type]) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Choices by group, in the order of the catalogue."""
    found = list(types)
    keys = [key for key in CATALOGUE.groups if any(type_.group == key for type_ in found)]
    return [
        (spoken(CATALOGUE.groups[key].name), [(t.code, spoken(t.name)) for t in found if t.group == key])
        for key in keys
    ]


def ask_fields(questions: Iterable[Question], told: Mapping[str, str]) -> dict[str, forms.Field]:
    """One choice of yes, no and unknown for each question."""
    return {
        ASK + question.key: forms.ChoiceField(
            label=spoken(question.words),
            choices=ANSWERS,
            widget=forms.RadioSelect,
            required=False,
            initial=told.get(question.key, "unknown"),
        )
        for question in questions
    }


def answers_in(data: Mapping[str, Any], code: str) -> dict[str, str]:
    """The answers to the questions of type `code` that stand in posted or cleaned data; unknown ones left out."""
    given = {question.key: data.get(ASK + question.key) or "unknown" for question in CATALOGUE.script(code)}
    return {key: value for key, value in given.items() if value in ("yes", "no")}


class PlaceForm(forms.Form):
    """A place by its words, by a point of the map, or by an address of the register."""

    place = forms.CharField(
        label=_("Where"), max_length=200, required=False, help_text=_("Street and number, or what is near.")
    )
    lon = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("lon")) != bool(cleaned.get("lat")):
            self.add_error("place", _("The point on the map is not complete. Choose it again."))
        elif cleaned.get("lon"):
            self._check_point(cleaned)
        return cleaned

    def _check_point(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["point"] = point(cleaned["lon"], cleaned["lat"])
        except ValueError:
            self.add_error("place", _("The point on the map is not a place on earth. Choose it again."))

    def found_place(self) -> Place:
        """The place as far as it is known: the chosen point, else the address that was written, else the words."""
        words = self.cleaned_data.get("place", "").strip()
        if here := self.cleaned_data.get("point"):
            near = premises.near(here.lon, here.lat)
            return Place(words or str(near or ""), near, here.lon, here.lat)
        return place_of_words(words)


def place_of_words(words: str) -> Place:
    """The address of the register that `words` name alone; else the words."""
    if not words:
        return NOWHERE
    found = premises.search(words, limit=2)
    named = [address for address in found if words in (address.label, address.label_en)]
    if named or len(found) == 1:
        return Place.at((named or found)[0], words)
    return Place(words)


class ReporterFields(forms.Form):
    """Who reports, as far as they wish to say."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=32,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=120, required=False)
    wants_secrecy = forms.BooleanField(
        label=_("Keep my name secret"), required=False, help_text=_("The law lets you ask for this.")
    )

    def reporter(self) -> Reporter:
        """Sealed later; whoever leaves neither name nor way to reply is anonymous and has the receipt alone."""
        told = {key: str(self.cleaned_data.get(key) or "").strip() for key in ("name", "phone", "email")}
        if not any(told.values()):
            return Reporter(is_anonymous=True)
        reply = "email" if told["email"] else "phone" if told["phone"] else "page"
        return Reporter(
            told["name"],
            told["phone"],
            told["email"],
            wants_secrecy=bool(self.cleaned_data.get("wants_secrecy")),
            reply_by=reply,
        )


class TypeForm(forms.Form):
    """The type, chosen or taken from the suggestions, and the answers to its questions."""

    code = forms.ChoiceField(label=_("What it is about"), required=False)
    suggested = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("as suggested")), *grouped_types(CATALOGUE.types.values())]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code = cleaned.get("code") or cleaned.get("suggested") or ""
        if code not in CATALOGUE:
            self.add_error("code", _("Choose what it is about."))
        cleaned["code"] = code
        return cleaned

    def answers(self) -> dict[str, str]:
        return answers_in(self.data, self.cleaned_data["code"])


class NewForm(TypeForm, PlaceForm, ReporterFields):
    """The desk form, in the order in which a caller tells: what, where, who. Two fields are enough."""

    summary = forms.CharField(
        label=_("What happened"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3, "autofocus": True, "maxlength": WORDS}),
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[("phone", _("Telephone")), ("walk_in", _("At the desk"))],
        initial="phone",
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        coerce=int,
        empty_value="0",
        choices=PRIORITY_BY_HAND,
    )
    go = forms.ModelMultipleChoiceField(
        label=_("Send at once"),
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sections = (
        (_("What"), ["summary", "code"]),
        (_("Where"), ["place"]),
        (_("Who reports"), ["name", "phone", "wants_secrecy", "channel"]),
    )
    field_order = ("summary", "code", "place", "name", "phone", "wants_secrecy", "channel", "priority", "go")

    def __init__(self, *args: Any, free: Iterable[Post] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        secrecy = self.fields["wants_secrecy"]
        secrecy.label, secrecy.help_text = _("Wants the name kept secret"), ""
        offered = self.fields["go"]
        offered.queryset = Post.objects.filter(pk__in=[post.pk for post in free])  # type: ignore[attr-defined]


class TriageForm(forms.Form):
    """Type, answers and, if need be, another priority by hand."""

    code = forms.ChoiceField(label=_("What it is about"))
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        coerce=int,
        empty_value="0",
        choices=PRIORITY_BY_HAND,
    )

    def __init__(self, *args: Any, type_code: str, told: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = grouped_types(CATALOGUE.types.values())  # type: ignore[attr-defined]
        self.fields["code"].initial = type_code
        if type_code in CATALOGUE:
            self.fields.update(ask_fields(CATALOGUE.script(type_code), told))

    def answers(self) -> dict[str, str]:
        return answers_in(self.cleaned_data, self.cleaned_data["code"])


class SendForm(forms.Form):
    """Who goes."""

    posts = forms.ModelMultipleChoiceField(
        label=_("Who goes"), queryset=Post.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, team: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(pk__in=[post.pk for post in team])
        self.fields["posts"].queryset = posts  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A text that somebody will read; `label` says who."""

    text = forms.CharField(
        label=_("Text"), max_length=WORDS, widget=forms.Textarea({"rows": 4, "maxlength": WORDS})
    )

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=400, widget=forms.Textarea({"rows": 2, "maxlength": 400})
    )


class AnswerForm(WordsForm):
    outcome = forms.ChoiceField(
        label=_("Result"),
        choices=[
            ("settled", _("Settled")),
            ("advised", _("Advice given")),
            ("nothing_found", _("Nothing was found")),
            ("not_ours", _("Not for us")),
            ("ongoing", _("Goes on elsewhere")),
        ],
    )
    field_order = ("text", "outcome")


class ReferForm(ReasonForm):
    body = forms.ChoiceField(label=_("To whom"))
    field_order = ("body", "reason")

    def __init__(self, *args: Any, likely: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = list(dict.fromkeys([*likely, *CATALOGUE.bodies]))
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            (key, spoken(CATALOGUE.bodies[key].name)) for key in keys
        ]


class ReferralForm(forms.Form):
    status = forms.ChoiceField(
        label=_("They say"),
        choices=[("received", _("received")), ("refused", _("refused")), ("done", _("done"))],
    )
    their_number = forms.CharField(label=_("Their number"), max_length=60, required=False)


class CallBackForm(forms.Form):
    reached = forms.ChoiceField(
        label=_("Reached"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )
    fixed = forms.ChoiceField(
        label=_("Is it settled?"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        initial="unknown",
        required=False,
    )
    text = forms.CharField(
        label=_("What was said"), max_length=WORDS, required=False, widget=forms.Textarea({"rows": 2})
    )

    def is_fixed(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["fixed"])


class LogForm(forms.Form):
    """A line of the scene log; an official act names who was the second, and whether it was recorded."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[c for c in SceneEntry.Kind.choices if c[0] not in ("check", "photo")]
    )
    text = forms.CharField(
        label=_("What was seen or done"), max_length=WORDS, widget=forms.Textarea({"rows": 2})
    )
    act = forms.ChoiceField(label=_("Official act"), required=False)
    second = forms.ModelChoiceField(label=_("Together with"), queryset=Post.objects.none(), required=False)
    recorded = forms.BooleanField(label=_("Recorded from beginning to end"), required=False)

    def __init__(self, *args: Any, team: Iterable[Post], acts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(pk__in=[post.pk for post in team])
        self.fields["second"].queryset = posts  # type: ignore[attr-defined]
        self.fields["act"].choices = [("", "–"), *((act, ACTS[act]) for act in acts)]  # type: ignore[attr-defined]


ACTS = {
    "taking_report": _("taking down a report"),
    "receiving_evidence": _("receiving evidence"),
    "collecting_information": _("collecting information"),
    "mediation": _("mediation"),
    "serving_papers": _("serving papers"),
    "questioning": _("questioning"),
    "identification": _("identification"),
    "inspection": _("inspection"),
    "examination": _("examination of a scene"),
    "coercive_measure": _("seizure or another coercive measure"),
}


class MergeForm(ReasonForm):
    number = forms.RegexField(
        label=_("Number of the other"),
        regex=r"^\d{4}-\d{1,8}$",
        error_messages={"invalid": _("Write it as 2026-000123.")},
    )
    field_order = ("number", "reason")


class ThingForm(forms.Form):
    """Something lost or found."""

    category = forms.ChoiceField(label=_("What"))
    on = forms.DateField(label=_("When"), widget=forms.DateInput({"type": "date"}))
    description = forms.CharField(
        label=_("Description"), max_length=400, widget=forms.Textarea({"rows": 2, "maxlength": 400}),
        help_text=_("Colour, brand, what is inside. Only whoever describes it themselves gets to hear of it."),
    )  # fmt: skip
    shelf = forms.CharField(label=_("Shelf"), max_length=24, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = list(CATEGORIES.items())  # type: ignore[attr-defined]


CATEGORIES = {
    "wallet": _("wallet or purse"),
    "phone": _("telephone"),
    "keys": _("keys"),
    "bag": _("bag"),
    "document": _("papers or cards"),
    "jewellery": _("jewellery or watch"),
    "clothing": _("clothing"),
    "vehicle": _("bicycle or vehicle"),
    "animal": _("animal"),
    "other": _("something else"),
}
WAYS = dict(Thing.Way.choices)


def language() -> str:
    """The language in which whoever writes now wants to be answered."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"
