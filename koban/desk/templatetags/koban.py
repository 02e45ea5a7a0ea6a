"""The tags of the design system: `{% load koban %}`. Shapes and examples: docs/design-system.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from koban.desk import components
from koban.desk.templatetags import form_tags, sayings
from koban.desk.templatetags.tables import TABLE_TAGS

register = template.Library()
register.tags.update(TABLE_TAGS | form_tags.register.tags | sayings.register.tags)
register.filters.update(form_tags.register.filters | sayings.register.filters)

LIVE_LANGUAGES = {"zh_Hans": "zh-Hans"}


def _now(context: Context) -> datetime:
    """A view may put `now` into its context; else the clock of this edge."""
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


# Small things


@lru_cache(maxsize=1)
def _sprite() -> str:
    """Its address: a page asks for it some seventy times, and composing it is slower than the drawing."""
    return static("vendor/icons/sprite.svg")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One drawing of the sprite; hidden from readers unless it has a label. size: "", "lg" or "xl"."""
    css = f"icon icon-{size}" if size else "icon"
    sprite = _sprite()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', css, label, sprite, name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite, name)


@register.simple_tag
def badge(label: str, tone: str = "grey", symbol: str = "") -> SafeString:
    """Words in a tinted frame. tone: one of components.TONES."""
    drawing = icon(symbol) if symbol else ""
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, drawing, label)


@register.simple_tag
def state(value: Any) -> SafeString:
    """The badge of a flow state: value has `key`, `label` and perhaps `closed`."""
    look = components.state_look(value)
    return badge(str(look.label), look.tone, look.icon)


@register.simple_tag
def priority(level: int | str) -> SafeString:
    """The badge of a priority: 1 (urgent) to 4 (low), or its key."""
    look = components.priority_look(level)
    return badge(str(look.label), look.tone, look.icon)


@register.simple_tag
def priority_tone(level: int | str) -> str:
    return components.priority_look(level).tone


@register.simple_tag
def state_tone(value: Any) -> str:
    return components.state_look(value).tone


@register.simple_tag
def language_tag() -> str:
    """The language of the page as BCP 47, for `<html lang>`."""
    locale = to_locale(get_language() or "en")
    return LIVE_LANGUAGES.get(locale, locale.replace("_", "-"))


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The class of `<html>`: "theme-dark", "theme-light", or "" to follow the machine."""
    request = context.get("request")
    chosen = request.COOKIES.get("koban-theme", "") if isinstance(request, HttpRequest) else ""
    return f"theme-{chosen}" if chosen in ("dark", "light") else ""


@register.simple_tag
def script_words() -> SafeString:
    return json_script(components.words(), "koban-words")


# Time


@register.simple_tag(takes_context=True)
def when(
    context: Context, at: datetime | date | None, empty: str = "", full: bool = False
) -> SafeString | str:
    """A local time as `<time>`; the full one is its title, or with `full` (paper) the words themselves."""
    if at is None:
        return empty
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "DATE_FORMAT"))
    words = components.full_moment(at)
    short = words if full else components.moment(at, _now(context))
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), words, short)


@register.simple_tag(takes_context=True)
def timer(
    context: Context, due_at: datetime | None = None, since: datetime | None = None
) -> SafeString | str:
    """Counts down to `due_at`, or up from `since`; the words stand there without a script too."""
    if due_at is not None:
        said = components.countdown(due_at, _now(context))
        tone = f" tone-{said.tone}" if said.tone else ""
        return format_html(
            '<time class="timer{}" datetime="{}" data-due>{}</time>', tone, due_at.isoformat(), said.words
        )
    if since is not None:
        words = components.spell(_now(context) - since)
        return format_html('<time class="timer" datetime="{}" data-since>{}</time>', since.isoformat(), words)
    return ""


@register.inclusion_tag("koban/parts/due.html", takes_context=True)
def due(context: Context, term: Any, label: str = "", done: datetime | None = None) -> dict[str, Any]:
    """A deadline that answers "why?". term: `due_at` and `clause`; done: when it was met, if it was."""
    late = bool(term and done and done > term.due_at)
    return {"term": term, "label": label, "done": done, "late": late, "now": _now(context)}


# Parts of a page


@register.simple_block_tag
def page_head(
    content: str, title: str, subtitle: str = "", back: str = "", back_label: str = ""
) -> SafeString:
    """The heading of a page; what stands inside are its actions."""
    part = template.loader.get_template("koban/parts/page_head.html")
    shown = {
        "title": title,
        "subtitle": subtitle,
        "back": back,
        "back_label": back_label,
        "actions": SafeString(content.strip()),
    }
    return SafeString(part.render(shown))


@register.simple_block_tag
def card(content: str, title: str = "", symbol: str = "", tone: str = "", id: str = "") -> SafeString:
    """A framed part of a page with its heading."""
    part = template.loader.get_template("koban/parts/card.html")
    return SafeString(
        part.render({"title": title, "symbol": symbol, "tone": tone, "id": id, "content": content})
    )


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """A list of label and value; inside stand `{% fact %}` blocks."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, SafeString(content.strip() or "–"))


@register.simple_block_tag
def dialog(content: str, id: str, title: str, opener: str = "", symbol: str = "") -> SafeString:
    """A window over the page. opener: the words of the button that opens it (`data-opens` does elsewhere)."""
    part = template.loader.get_template("koban/parts/dialog.html")
    shown = {"content": content, "id": id, "title": title, "opener": opener, "symbol": symbol}
    return SafeString(part.render(shown))


@register.simple_block_tag
def notice(content: str, tone: str = "blue", title: str = "", symbol: str = "info-circle") -> SafeString:
    """A sentence that must be seen. tone red reads it out at once."""
    part = template.loader.get_template("koban/parts/notice.html")
    return SafeString(part.render({"content": content, "tone": tone, "title": title, "symbol": symbol}))


@register.inclusion_tag("koban/parts/empty.html")
def empty(
    title: str, hint: str = "", href: str = "", action: str = "", symbol: str = "circle-check"
) -> dict[str, Any]:
    """An empty state says what to do."""
    return {"title": title, "hint": hint, "href": href, "action": action, "symbol": symbol}


@register.inclusion_tag("koban/parts/timeline.html", takes_context=True)
def timeline(context: Context, entries: Any) -> dict[str, Any]:
    """entries: newest first, each with `at`, `sentence`, and perhaps `icon`, `tone`, `by`, `detail`, `url`."""
    return {"entries": entries, "now": _now(context)}


@register.inclusion_tag("koban/parts/tabs.html")
def tabs(items: Any, label: str) -> dict[str, Any]:
    """Ways to see one thing. items: `label`, `url`, and perhaps `count`, `active`."""
    return {"items": items, "label": label}


@register.inclusion_tag("koban/parts/tile.html")
def tile(
    label: str, value: Any, tone: str = "", hint: str = "", href: str = "", symbol: str = ""
) -> dict[str, Any]:
    """One number with its meaning; several stand in `<div class="tiles">`."""
    return {"label": label, "value": value, "tone": tone, "hint": hint, "href": href, "symbol": symbol}


@register.inclusion_tag("koban/parts/coverage.html")
def coverage(hours: Any, summary: str) -> dict[str, Any]:
    """Who covers the next hours. hours: `at`, `count`, `gap`; summary: the same as a sentence."""
    return {"hours": hours, "summary": summary}


@register.inclusion_tag("koban/parts/progress.html")
def progress(job: Any, url: str = "") -> dict[str, Any]:
    """A long job. job: `label`, `done`, `total` (0 when unknown), `sentence`, `finished`, `failed`; url: polled for itself."""
    return {"job": job, "url": url}


@register.inclusion_tag("koban/parts/checklist.html", takes_context=True)
def checklist(context: Context, items: Any, action: str = "", id: str = "checklist") -> dict[str, Any]:
    """items: `key`, `label`, `done`, and perhaps `hint`, `at`, `by`. action: where a tick is posted as `item`."""
    return {
        "items": items,
        "action": action,
        "id": id,
        "csrf_token": context.get("csrf_token"),
        "now": _now(context),
    }


@register.inclusion_tag("koban/parts/attachments.html")
def attachments(files: Any) -> dict[str, Any]:
    """files: `url`, `name`, and perhaps `thumb` (address of a small picture), `size` (bytes), `caption`, `sha256`."""
    return {"files": files}


# Map


@register.inclusion_tag("koban/parts/map.html", name="map")
def map_(id: str, lon: float, lat: float, zoom: float = 15, **more: Any) -> dict[str, Any]:
    """A map. more: source (address of GeoJSON), pick_lon and pick_lat (bound fields), label, tall, and wait.

    wait: the script is fetched only when the reader asks for the map (public pages).
    """
    return {"id": id, "lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "zoom": zoom, **more}


# Addresses


@register.simple_tag(takes_context=True)
def here_with(context: Context, **change: Any) -> str:
    """The query of this page with some values changed; None takes one away."""
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for name, value in change.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    return mapping.get(key, "")
