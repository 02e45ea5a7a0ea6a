"""Template tags of the board: `{% load board %}`."""

from collections.abc import Collection

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from koban.desk.board.drawing import draw
from koban.desk.board.slips import Slip

register = template.Library()


@register.simple_tag(takes_context=True)
def slip(context: Context, of: Slip, shown: Collection[str] | None = None) -> SafeString:
    """One slip of the board. shown: ids of those that the filters leave; the others are there, and hidden."""
    now = context.get("now") or timezone.now()
    return draw(of, now, hidden=shown is not None and of.id not in shown)
