"""The shapes of what people type: at the desk, at the scene, and on the public page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.intake import Reporter
from koban.duties.incidents.types import CATALOGUE, Question, Type
from koban.kernel.access.models import Post
from koban.kernel.access.roles import ROLES
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told
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


def label_of(post: Post) -> str:
    """Badge and role of a post, in the reader's language."""
    role = ROLES[post.role].label if post.role in ROLES else post.role
    return f"{post.badge or post.title} · {role}".strip(" ·")


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the posts on duty."""

    def label_from_instance(self, obj: Any) -> str:
        return label_of(obj)


class PostsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Some of the posts on duty."""

    def label_from_instance(self, obj: Any) -> str:
        return label_of(obj)


class PlaceForm(forms.Form):
    """A place by its words, by a point of the map, or by an address of the register."""

    place = Told(
        label=_("Where"),
        limit=200,
        required=False,
        help_text=_("Street and number, or what is near."),
        widget=forms.TextInput({"list": "places", "autocomplete": "off"}),
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

    name = Told(label=_("Name"), limit=80, required=False)
    phone = Told(
        label=_("Telephone"),
        limit=32,
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

    summary = Told(
        label=_("What happened"),
        limit=WORDS,
        lines=True,
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
    go = PostsField(
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


def language() -> str:
    """The language in which whoever writes now wants to be answered."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"
