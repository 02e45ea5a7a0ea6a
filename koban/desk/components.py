"""What the components know that templates cannot say: how a state looks, how a span of time reads.

Templates reach this through `{% load koban %}`; `docs/design-system.md` lists the tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise
TONES = ("grey", "blue", "green", "amber", "red", "violet")


class Renderer(TemplatesSetting):
    """Draws every Django form, allauth's included, with the form layout of the design system."""

    form_template_name = "koban/forms/fields.html"
    field_template_name = "koban/forms/field.html"


@dataclass(frozen=True)
class Look:
    """How one value is shown: tone (see TONES), icon and words; never by colour alone."""

    tone: str
    icon: str
    label: Text = ""


# Keys that duties share. A key that is not here is grey when closed and blue when open.
STATES = {
    "new": Look("red", "bell"),
    "received": Look("red", "bell"),
    "waiting": Look("amber", "hourglass"),
    "triaged": Look("amber", "list-check"),
    "accepted": Look("blue", "user-check"),
    "dispatched": Look("violet", "send"),
    "en_route": Look("violet", "walk"),
    "on_scene": Look("violet", "map-pin"),
    "arrived": Look("violet", "map-pin"),
    "referred": Look("grey", "arrow-forward-up"),
    "merged": Look("grey", "arrow-merge"),
    "held": Look("amber", "player-pause"),
    "answered": Look("green", "message"),
    "done": Look("green", "circle-check"),
    "reopened": Look("red", "rotate"),
}

PRIORITIES = {
    1: Look("red", "urgent", _("Urgent")),
    2: Look("amber", "alert-triangle", _("High")),
    3: Look("blue", "circle-dot", _("Normal")),
    4: Look("grey", "circle", _("Low")),
}
PRIORITY_KEYS = {"urgent": 1, "life": 1, "high": 2, "normal": 3, "low": 4}

CONFIDENCES = {
    "P": _("primary text read"),
    "S": _("from a secondary page"),
    "M": _("from memory"),
}


def state_look(state: Any) -> Look:
    """state: anything with `key` and `label`, and `closed` if it ends the matter."""
    fallback = Look("grey", "circle-check") if getattr(state, "closed", False) else Look("blue", "circle-dot")
    known = STATES.get(str(state.key), fallback)
    return Look(known.tone, known.icon, state.label)


def priority_look(level: int | str) -> Look:
    """level: 1 (urgent) to 4 (low), or one of PRIORITY_KEYS. Raises KeyError on anything else."""
    if isinstance(level, str) and not level.isdigit():
        level = PRIORITY_KEYS[level]
    return PRIORITIES[int(level)]


def spell(span: timedelta) -> str:
    """A span without its sign in at most two units, rounded down: "3 d 4 h", "1 h 20 min", "40 s"."""
    seconds = int(abs(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return _two(gettext("%d d") % days, gettext("%d h"), hours % 24)
    if hours:
        return _two(gettext("%d h") % hours, gettext("%d min"), minutes % 60)
    return gettext("%d min") % minutes if minutes else gettext("%d s") % seconds


def _two(first: str, pattern: str, rest: int) -> str:
    return f"{first} {pattern % rest}" if rest else first


@dataclass(frozen=True)
class Countdown:
    """tone: "red" when late, "amber" in the last quarter hour, else "" (in time)."""

    words: str
    tone: str


def countdown(due_at: datetime, now: datetime) -> Countdown:
    """What a timer says before its script counts on."""
    left = due_at - now
    if left < timedelta(0):
        return Countdown(gettext("%s late") % spell(left), "red")
    return Countdown(gettext("%s left") % spell(left), "amber" if left < timedelta(minutes=15) else "")


def moment(at: datetime, now: datetime) -> str:
    """A local time as short as it can be without doubt: today 14:05, this year 23 Nov 14:05."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    if local.date() == today.date():
        return date_format(local, pgettext("time of today", "H:i"))
    if local.year == today.year:
        return date_format(local, pgettext("day of this year", "j M, H:i"))
    return date_format(local, pgettext("day of another year", "j M Y, H:i"))


def full_moment(at: datetime) -> str:
    """A local time with weekday, year and zone, for whoever points at the short one."""
    return date_format(timezone.localtime(at), pgettext("full date and time", "l j F Y, H:i T"))


def words() -> dict[str, str]:
    """The sentences that scripts need, in the language of the page."""
    return {
        "days": gettext("%d d"),
        "hours": gettext("%d h"),
        "minutes": gettext("%d min"),
        "seconds": gettext("%d s"),
        "late": gettext("%s late"),
        "left": gettext("%s left"),
        "sending": gettext("Sending…"),
        "restored": gettext("Your draft was kept on this computer and is back."),
        "discard": gettext("Discard draft"),
        "offline": gettext("No connection. What you see may be old; it will catch up by itself."),
        "failed": gettext("That did not work. Nothing was lost; please try again."),
        "none": gettext("Nothing found."),
        "map_failed": gettext("The map cannot be drawn in this browser. Choose an address instead."),
        "picked": gettext("Place chosen"),
        "remove": gettext("Remove"),
        "left_characters": gettext("%d characters left"),
        "over_characters": gettext("%d characters too many"),
        "close": gettext("Close"),
        "yes": gettext("Yes, go on"),
    }
