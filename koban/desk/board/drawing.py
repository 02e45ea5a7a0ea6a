"""Slips as HTML. A slip is drawn once for each of its versions and languages; only its times are put in anew."""

from datetime import datetime

from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from koban.desk import components
from koban.desk.board.slips import Slip

# A drawn slip is about 2 KB. Nothing in it is a person's; it lives in this process alone.
KEPT = 5000
# What no slip can hold: the template escapes every "<" of a value.
DUE, SINCE, HIDDEN = (SafeString(f"<!--{part}-->") for part in ("due", "since", "hidden"))

_drawn: dict[tuple[object, ...], str] = {}


def draw(slip: Slip, now: datetime, *, hidden: bool = False) -> SafeString:
    """One slip in the active language."""
    key = (*slip.key, get_language())
    if (html := _drawn.get(key)) is None:
        html = _keep(key, slip)
    matter = slip.matter
    due = _due(matter.due_at, now) if matter.due_at else ""
    html = html.replace(DUE, due).replace(SINCE, _since(matter.opened_at, now))
    return mark_safe(html.replace(HIDDEN, " hidden" if hidden else ""))  # noqa: S308  drawn by our own template


def _keep(key: tuple[object, ...], slip: Slip) -> str:
    shown = {"slip": slip, "matter": slip.matter, "due": DUE, "since": SINCE, "hidden": HIDDEN}
    html = get_template("desk/board/slip.html").render(shown)
    while len(_drawn) >= KEPT:
        _drawn.pop(next(iter(_drawn)), None)
    _drawn[key] = html
    return str(html)


# The same marks as the tag `timer` makes, without its context.


def _due(at: datetime, now: datetime) -> str:
    said = components.countdown(at, now)
    tone = f" tone-{said.tone}" if said.tone else ""
    return format_html(
        '<time class="timer{}" datetime="{}" data-due>{}</time>', tone, at.isoformat(), said.words
    )


def _since(at: datetime, now: datetime) -> str:
    words = components.spell(now - at)
    return format_html('<time class="timer" datetime="{}" data-since>{}</time>', at.isoformat(), words)
