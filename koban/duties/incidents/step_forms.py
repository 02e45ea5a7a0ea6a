"""What each step of an incident asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.forms import (
    ANSWERS,
    CATEGORIES,
    PRIORITY_BY_HAND,
    WORDS,
    PlaceForm,
    PostField,
    PostsField,
    answers_in,
    ask_fields,
    grouped_types,
)
from koban.duties.incidents.models import SceneEntry
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.flow import spoken
from koban.kernel.flow.fields import Told, day_input
from koban.matters.models import Matter


class SheetForm(forms.Form):
    """A form that changes the cover sheet: it carries the version that its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def seen(self) -> int | None:
        found: int | None = self.cleaned_data["version"]
        return found


class PlaceStep(PlaceForm, SheetForm):
    """Where it really is."""


class RewordForm(SheetForm):
    summary = Told(
        label=_("What happened"),
        limit=WORDS,
        lines=True,
        widget=forms.Textarea({"rows": 5, "maxlength": WORDS}),
    )


def place_form(data: Any, matter: Matter) -> PlaceStep:
    """The point stays empty until somebody chooses one: other words must not keep the old point."""
    return PlaceStep(data, initial={"place": matter.place, "version": matter.version})


def reword_form(data: Any, matter: Matter) -> RewordForm:
    return RewordForm(data, initial={"summary": matter.summary, "version": matter.version})


class SplitForm(forms.Form):
    """The part that becomes a report of its own."""

    summary = Told(
        label=_("What the new report is about"),
        limit=WORDS,
        lines=True,
        widget=forms.Textarea({"rows": 3, "maxlength": WORDS}),
    )
    code = forms.ChoiceField(label=_("What it is about"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = grouped_types(CATALOGUE.types.values())  # type: ignore[attr-defined]


class NumberForm(forms.Form):
    number = forms.RegexField(
        label=_("Number of the other"),
        regex=r"^\d{4}-\d{1,8}$",
        error_messages={"invalid": _("Write it as 2026-000123.")},
    )


class TriageForm(SheetForm):
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

    posts = PostsField(label=_("Who goes"), queryset=Post.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, team: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(pk__in=[post.pk for post in team])
        self.fields["posts"].queryset = posts  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A text that somebody will read; `label` says who."""

    text = Told(
        label=_("Text"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 4, "maxlength": WORDS})
    )

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class ReasonForm(forms.Form):
    reason = Told(label=_("Why"), limit=400, lines=True, widget=forms.Textarea({"rows": 2, "maxlength": 400}))


OUTCOMES = [
    ("settled", _("Settled")),
    ("advised", _("Advice given")),
    ("nothing_found", _("Nothing was found")),
    ("not_ours", _("Not for us")),
    ("ongoing", _("Goes on elsewhere")),
]


class AnswerForm(WordsForm):
    outcome = forms.ChoiceField(label=_("Result"), choices=OUTCOMES)
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
    their_number = Told(label=_("Their number"), limit=60, required=False)


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
    text = Told(
        label=_("What was said"), limit=WORDS, lines=True, required=False, widget=forms.Textarea({"rows": 2})
    )

    def is_fixed(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["fixed"])


class LogForm(forms.Form):
    """A line of the scene log; an official act names who was the second, and whether it was recorded."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[c for c in SceneEntry.Kind.choices if c[0] not in ("check", "photo")]
    )
    text = Told(label=_("What was seen or done"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 2}))
    act = forms.ChoiceField(label=_("Official act"), required=False)
    second = PostField(label=_("Together with"), queryset=Post.objects.none(), required=False)
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


class MergeForm(NumberForm, ReasonForm):
    field_order = ("number", "reason")


class ThingForm(forms.Form):
    """Something lost or found."""

    category = forms.ChoiceField(label=_("What"))
    on = forms.DateField(label=_("When"), widget=day_input())
    description = Told(
        label=_("Description"), limit=400, lines=True, widget=forms.Textarea({"rows": 2, "maxlength": 400}),
        help_text=_("Colour, brand, what is inside. Only whoever describes it themselves gets to hear of it."),
    )  # fmt: skip
    shelf = Told(label=_("Shelf"), limit=24, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = list(CATEGORIES.items())  # type: ignore[attr-defined]
