"""The words of a notice, from its template in its language."""

from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine, Template
from django.utils import translation


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out. id: the notice's, the same each time it goes out. to: address or number, "" where none is needed."""

    id: str
    to: str
    subject: str
    text: str


def template_of(key: str, language: str) -> Template:
    """The wording of a notice. Raises TemplateDoesNotExist: a notice without words is a mistake in the code."""
    return Engine.get_default().get_template(f"notices/{key}.{language}.txt")


def words(key: str, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject (one line) and text of a notice. Plain text: nothing is escaped."""
    with translation.override(language):
        whole = template_of(key, language).render(Context(context, autoescape=False))
    subject, _gap, text = whole.strip().partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"
