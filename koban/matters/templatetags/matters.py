"""`{% load matters %}{% people matter %}`: the residents of a matter, shut until somebody who holds it opens them."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from koban.kernel.access.roles import may
from koban.matters import looks, unit_looks
from koban.matters.duty import all_duties, duty, is_ours
from koban.matters.models import Matter
from koban.matters.views import FindForm
from koban.registers.residents import words

register = template.Library()


@register.inclusion_tag("matters/people.html", takes_context=True)
def people(context: Context, matter: Matter) -> dict[str, Any]:
    """Shows handles alone: role or kind of home. Opening posts to `matters:open_person`, and is told to the person."""
    request = context["request"]
    actor, opens = request.actor, duty(matter.kind).opens
    may_look = bool(opens) and matter.is_open and is_ours(matter) and may(actor.role, "matters.look")
    holds = may_look and looks.holds(actor, matter.pk)
    return {
        "request": request, "csrf_token": context.get("csrf_token"), "matter": matter,
        "people": looks.people_of(matter, timezone.now()),
        "holds": holds, "units": unit_looks.units_of(matter) if holds else [],
        "opens": [label for field, label in words.FIELDS.items() if field in opens],
        "opens_contacts": "contacts" in opens,
        "find": FindForm(auto_id="find_%s"), "may_merge": holds and may(actor.role, "residents.merge"),
        "begins": _begins(actor.role) if holds else [],
    }  # fmt: skip


def _begins(role: str) -> list[tuple[Any, str]]:
    """What can be begun for somebody of a matter in hand: label, and url name of the page."""
    pages = (each.begins for each in all_duties().values() if each.begins)
    return [(label, url_name) for label, url_name, action in pages if may(role, action)]
