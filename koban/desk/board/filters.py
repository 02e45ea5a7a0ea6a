"""Filters of the board: plain GET values, checked here, matched here; board.js does the same with the same values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.desk.board import fieldwork
from koban.desk.board.slips import LANES, Slip
from koban.desk.components import PRIORITIES
from koban.kernel.stations.models import Beat

MINE = (("", _("anybody")), ("1", _("me")))


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; "" shows everything. post: id of the reader's post, for `mine`."""

    lane: str = ""
    priority: str = ""
    group: str = ""
    mine: str = ""
    beat: str = ""
    post: str = ""

    def fits(self, slip: Slip) -> bool:
        return (
            self.lane in ("", slip.lane)
            and self.priority in ("", str(slip.matter.priority))
            and self.group in ("", slip.group)
            and self.beat in ("", slip.beat)
            and (not self.mine or self.post in slip.posts)
        )

    @property
    def is_set(self) -> bool:
        return bool(self.lane or self.priority or self.group or self.mine or self.beat)


def _name(beat: Beat) -> str:
    return beat.name if not beat.name_en or (get_language() or "").startswith("zh") else beat.name_en


class FilterForm(forms.Form):
    """A wrong value filters nothing and is told in a sentence."""

    lane = forms.ChoiceField(label=_("State"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    group = forms.ChoiceField(label=_("Kind of event"), required=False)
    mine = forms.ChoiceField(label=_("Held by"), required=False, choices=MINE)
    beat = forms.ChoiceField(label=_("Beat"), required=False)

    def __init__(self, told: Any, beats: list[Beat]) -> None:
        super().__init__(told, auto_id="board_%s")
        self._offer("lane", [(lane.key, lane.label) for lane in LANES])
        self._offer("priority", [(str(level), look.label) for level, look in PRIORITIES.items()])
        self._offer("group", fieldwork.groups())
        self._offer("beat", [(str(beat.pk), _name(beat)) for beat in beats])
        if not beats:
            del self.fields["beat"]

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    def filter(self, post_id: UUID | None) -> Filter:
        """What was asked for, as far as it was understood."""
        self.is_valid()
        return Filter(**{k: v for k, v in self.cleaned_data.items() if v}, post=str(post_id or ""))
