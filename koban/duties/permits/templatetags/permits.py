"""Words for codes of this duty, in the reader's language."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.clauses import Law
from koban.duties.permits.flow import FLOW
from koban.duties.permits.forms.permit import language
from koban.duties.permits.models import Type
from koban.duties.permits.telling import paper_label, proofs
from koban.kernel.flow import State

register = template.Library()

TERMS = {
    "confirm": _("Confirmed by"),
    "look_through": _("Looked through by"),
    "bring": _("Papers by"),
    "issue": _("Issued by"),
}
TONES = {"valid": "green", "suspended": "amber", "cancelled": "grey", "replaced": "grey"}
HOMES = {"declared": "blue", "confirmed": "green", "ended": "grey", "refused": "red"}
PAPERS = {"needed": "amber", "brought": "blue", "fit": "green", "unfit": "red"}


@register.filter
def permit_state(key: str) -> State:
    return FLOW.state(key)


@register.simple_tag
def type_said(code: str) -> Any:
    return dict(Type.choices).get(code, code)


@register.simple_tag
def term_said(key: str) -> Any:
    return TERMS.get(key, key)


@register.filter
def permit_tone(state: str) -> str:
    return TONES.get(state, "grey")


@register.filter
def home_tone(state: str) -> str:
    return HOMES.get(state, "grey")


@register.filter
def paper_tone(state: str) -> str:
    return PAPERS.get(state, "grey")


@register.simple_tag
def paper_said(key: str, book: Law) -> str:
    return paper_label(key, book, language())


@register.simple_tag
def proof_said(key: str, proof: str, book: Law) -> str:
    return dict(proofs(key, book, language())).get(proof, "")


@register.simple_tag
def ground_said(key: str, book: Law) -> str:
    return book.label("CN-RES-3", key, language())
