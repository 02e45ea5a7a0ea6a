"""Template tags of access: `{% load access %}`."""

from django import template
from django.http import HttpRequest
from django.template import Context

from koban.kernel.access.roles import may as role_may
from koban.kernel.access.second_step import current_code

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: Context, action: str) -> bool:
    """Whether the visitor may do `action`: `{% may "incidents.close" as can_close %}`."""
    request = context["request"]
    return role_may(request.actor.role, action)


@register.simple_tag(takes_context=True)
def demo_code(context: Context) -> str:
    """The code that the app would show now, in a demo only; "" everywhere else."""
    request: HttpRequest = context["request"]
    stage = getattr(request, "_login_stage", None)
    return current_code(stage.login.user) if stage else ""
