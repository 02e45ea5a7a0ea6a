"""Tags that say what the kernel knows in the reader's language: who did it, and why a rule holds."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from koban.desk import components
from koban.kernel.access import roles
from koban.kernel.law import Clause
from koban.kernel.law.templatetags import law

register = template.Library()


@register.filter
def called(label: str) -> Any:
    """A badge or a position as it stands; the key of a role, or of nobody, in the reader's language."""
    return roles.called(str(label or ""))


@register.simple_tag
def clause(of: Any, label: str = "") -> SafeString:
    """The "why?" alone. of: a clause of the law, or an example with `id`, `text`, `source`, `confidence`, `verified`."""
    if isinstance(of, Clause):
        return law.why({}, of, label=label)
    confidence = components.CONFIDENCES.get(str(of.confidence), of.confidence)
    shown = {"clause": of, "label": label, "confidence": confidence}
    return SafeString(get_template("koban/parts/clause.html").render(shown))
