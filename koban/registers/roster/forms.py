"""What the roster asks for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.access.roles import called
from koban.kernel.flow.fields import Told, day_input
from koban.registers.roster.actions import PATTERNS, TEAMS
from koban.registers.roster.models import Outing

PATTERN_LABELS = {
    "one_and_six": _("Day and night by pairs (12 hours), officer on call by night"),
    "three_watches": _("Day, evening and night by pairs (8 hours), officer on call"),
}
TEAM_LABELS = {"officer": _("officer"), "A": "A", "B": "B", "C": "C"}


def _local(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class OutForm(forms.Form):
    """Out for a while: why, and back in how many minutes."""

    why = forms.ChoiceField(label=_("Why"), choices=Outing.Why.choices)
    minutes = forms.IntegerField(label=_("Back in minutes"), min_value=5, max_value=720, initial=30)

    def back_at(self, now: datetime) -> datetime:
        return now + timedelta(minutes=self.cleaned_data["minutes"])


class HandOverForm(forms.Form):
    text = Told(
        label=_("For the next shift"), limit=2000, lines=True, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("Open promises to residents are added by themselves."),
    )  # fmt: skip


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A post by its badge and, in words, its role."""

    def label_from_instance(self, obj: Post) -> str:
        return f"{obj.badge or obj.title} · {called(obj.role)}".strip(" ·")


class ShiftForm(forms.Form):
    post = PostField(label=_("Who"), queryset=Post.objects.none())
    starts_at = _local(_("From"))
    ends_at = _local(_("Until"))
    on_call = forms.BooleanField(label=_("On call, not in the office"), required=False)
    note = Told(label=_("Note"), limit=120, required=False)

    def __init__(self, *args: Any, team: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(pk__in=[post.pk for post in team])
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """The rotation, who stands in which team, and for which days shifts are made."""

    pattern = forms.ChoiceField(label=_("Pattern"), choices=[(key, PATTERN_LABELS[key]) for key in PATTERNS])
    first = forms.DateField(label=_("First day"), widget=day_input())
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=12, initial=4)

    def __init__(self, *args: Any, team: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = list(team)
        auxiliaries = [post for post in self.team if post.role != "officer"]
        for post in self.team:
            place = auxiliaries.index(post) // 2 if post in auxiliaries else -1
            self.fields[f"team_{post.pk}"] = forms.ChoiceField(
                label=post.badge or post.title or called(post.role),
                choices=[("", "–"), *((team_key, TEAM_LABELS[team_key]) for team_key in TEAMS)],
                required=False,
                initial="officer" if place < 0 else "ABC"[place % 3],
            )

    def teams(self) -> dict[Post, str]:
        told = {post: self.cleaned_data.get(f"team_{post.pk}", "") for post in self.team}
        return {post: team for post, team in told.items() if team}
