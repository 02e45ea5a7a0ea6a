"""`{% load referrals %}{% referrals matter %}`: what was handed from duty to duty, and the button to do it.

Every duty's page can include it; it is empty where nothing was referred and no other duty takes anything.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from koban.kernel.access.roles import may
from koban.matters import joins
from koban.matters.duty import address, duty, is_ours
from koban.matters.models import Link, Matter

register = template.Library()


@register.inclusion_tag("desk/matters/referrals.html", takes_context=True)
def referrals(context: Context, matter: Matter, links: Iterable[Link] | None = None) -> dict[str, Any]:
    """links: those of the matter with both ends, where the page has read them already (else one query)."""
    found = joins.links_of(matter) if links is None else links
    rows = [_row(link, matter) for link in found if link.kind == Link.Kind.REFERRED]
    return {"rows": rows, "url": _url(context, matter)}


def _row(link: Link, matter: Matter) -> dict[str, Any]:
    came = link.target_id == matter.pk
    other = link.source if came else link.target
    known = duty(other.kind)
    return {
        "came": came, "duty": known, "number": other.printed, "url": address(other),
        "state": known.flow.state(other.state),
    }  # fmt: skip


def _url(context: Context, matter: Matter) -> str:
    """Where the reader can refer it, "" where they cannot."""
    actor = getattr(context.get("request"), "actor", None)
    allowed = actor is not None and may(actor.role, "matters.refer") and is_ours(matter) and matter.is_open
    return reverse("desk:refer", args=[matter.pk]) if allowed and joins.receivers(matter) else ""
