"""What the list of all matters can be filtered by."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koban.desk.board import fieldwork
from koban.desk.board.slips import listed_kinds
from koban.desk.components import PRIORITIES
from koban.kernel.flow.fields import Told, day_input
from koban.kernel.stations.models import Station
from koban.matters.duty import all_duties
from koban.registers.premises import queries as premises

OPEN = (("", _("open and closed")), ("open", _("all open")), ("late", _("late")), ("closed", _("all closed")))
ADDRESSES = 60  # that a search for a place takes in
MINE = (("", _("anybody")), ("1", _("me")))


class ListForm(forms.Form):
    """Every field is optional; a wrong value is told and filters nothing."""

    q = Told(
        label=_("Number or place"),
        required=False,
        limit=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=day_input())
    until = forms.DateField(label=_("To day"), required=False, widget=day_input())
    mine = forms.ChoiceField(label=_("Held by"), required=False, choices=MINE)

    def __init__(self, told: Any) -> None:
        super().__init__(told, auto_id="list_%s")
        self._offer("state", [*OPEN, *_states()])
        self._offer("type", [("", _("all")), *((code, label) for code, label, _words in fieldwork.types())])
        self._offer("priority", [("", _("all")), *((str(n), look.label) for n, look in PRIORITIES.items())])

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What was understood, without what was left open."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def condition(self, station: Station, post_id: Any, at: datetime) -> Q:
        """The filter on Matter. Days are local days of the station."""
        found = Q(kind__in=listed_kinds())
        for name, value in self.told().items():
            found &= _CONDITIONS[name](value, _Asked(ZoneInfo(station.tz), post_id, at))
        return found


class _Asked:
    def __init__(self, zone: ZoneInfo, post_id: Any, at: datetime) -> None:
        self.zone, self.post_id, self.at = zone, post_id, at

    def midnight(self, day: Any) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _states() -> list[tuple[str, Any]]:
    found = {
        state.key: state.label for duty in all_duties().values() if duty.listed for state in duty.flow.states
    }
    return list(found.items())


def _state(value: str, asked: _Asked) -> Q:
    if value == "late":
        return Q(is_open=True, due_at__lt=asked.at)
    if value in ("open", "closed"):
        return Q(is_open=value == "open")
    return Q(state=value)


def _words(value: str, asked: _Asked) -> Q:
    year, dash, number = value.strip().partition("-")
    if dash and year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) < 10:
        return Q(year=int(year), number=int(number))
    if value.strip().isdecimal() and len(value.strip()) < 10:
        return Q(number=int(value)) | _place(value.strip())
    return _place(value.strip())


def _place(words: str) -> Q:
    """Said in either language, or by pinyin; a place that no register knows is found as it was said."""
    known = [address.pk for address in premises.search(words, ADDRESSES)]
    return Q(place__icontains=words) | Q(address_id__in=known)


_CONDITIONS: dict[str, Callable[[Any, _Asked], Q]] = {
    "q": _words,
    "state": _state,
    "type": lambda value, _asked: Q(type=value),
    "priority": lambda value, _asked: Q(priority=int(value)),
    "since": lambda value, asked: Q(opened_at__gte=asked.midnight(value)),
    "until": lambda value, asked: Q(opened_at__lt=asked.midnight(value + timedelta(days=1))),
    "mine": lambda _value, asked: Q(holder_id=asked.post_id),
}
