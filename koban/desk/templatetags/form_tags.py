"""The tags of forms; they come with `{% load koban %}`."""

from __future__ import annotations

import secrets
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context

register = template.Library()


@register.simple_tag
def idempotency_key() -> str:
    """A fresh key for a form, so that sending it twice acts once."""
    return secrets.token_urlsafe(16)


@register.inclusion_tag("koban/forms/form.html", takes_context=True)
def form(context: Context, of: BaseForm, submit: str = "", **more: Any) -> dict[str, Any]:
    """A whole form. more: action, method, tone, symbol, cancel, draft, target, swap, confirm, id, wide, name, value."""
    return {"form": of, "submit": submit, "csrf_token": context.get("csrf_token"), "method": "post", **more}


@register.inclusion_tag("koban/forms/fields.html")
def fields(of: BaseForm) -> dict[str, Any]:
    """The errors and fields of a form, for a `<form>` of your own."""
    return {"form": of, "fields": [(field, field.errors) for field in of.visible_fields()]}


@register.inclusion_tag("koban/forms/field.html")
def field(of: Any) -> dict[str, Any]:
    return {"field": of}


@register.inclusion_tag("koban/forms/errors.html")
def errors(of: BaseForm) -> dict[str, Any]:
    """The error summary: one sentence a mistake, each a link to its field."""
    return {"form": of}


@register.inclusion_tag("koban/forms/filters.html", takes_context=True)
def filters(context: Context, of: BaseForm, target: str = "") -> dict[str, Any]:
    """A row of filters over a list. target: CSS id of the list, refreshed while typing."""
    return {"form": of, "target": target, "path": getattr(context.get("request"), "path", "")}


@register.filter
def sections(of: BaseForm) -> list[tuple[str, list[Any]]]:
    """A form's visible fields under headings, from its `sections = [(heading, [names])]`; the rest comes last."""
    named = [
        (title, [of[n] for n in names if n in of.fields]) for title, names in getattr(of, "sections", [])
    ]
    taken = {bound.name for _, group in named for bound in group}
    rest = [bound for bound in of.visible_fields() if bound.name not in taken]
    return [(title, group) for title, group in [*named, ("", rest)] if group]


@register.filter
def kind(bound: Any) -> str:
    """What a field looks like, from its widget: "text", "select", "checkbox", "choices", "file", "textarea"."""
    widget = str(bound.widget_type)
    return {"radioselect": "choices", "checkboxselectmultiple": "choices", "clearablefile": "file"}.get(
        widget, widget
    )
