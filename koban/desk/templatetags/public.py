"""The tags of the public site: `{% load public %}`."""

from typing import Any

from django import template

from koban.kernel.flow import spoken
from koban.lib.sentence import Sentence, Words

register = template.Library()


@register.filter
def said(words: Words | Sentence | str) -> Any:
    """Data that carries both languages, in the reader's."""
    return words if isinstance(words, str) else spoken(words)
