"""Who looked at my data: the looks and the refused looks of one matter, as its resident reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import ROLES, called

REFUSED = "access.refused"
# What a receipt tells of. Looks at the register may be at other people of the matter: each reads theirs on their own pages.
LOOKS = frozenset({"matters.look", "oversight.look", "files.look"})
FIELDS = {
    "name": _("your name"), "phone": _("your telephone number"), "email": _("your e-mail address"),
    "words": _("what you wrote"), "about": _("whom it is about"),
}  # fmt: skip
WHY = _("They had your matter in hand then; only that gives the right to look.")
WHY_INSPECTOR = _("They are an inspector of the oversight body, which alone reads complaints.")
WHY_NOT = _("They did not have your matter in hand, so nothing was shown.")


@dataclass(frozen=True, slots=True)
class Look:
    """who: badge or position; role: in words; fields: what was opened; number: of the ledger page."""

    at: datetime
    who: Any
    role: Any
    fields: list[Any]
    is_refused: bool
    why: Any
    number: int


def looks(pages: Iterable[Any]) -> list[Look]:
    """From the pages of a matter, newest first."""
    return [_look(page) for page in pages if is_look(page)][::-1]


def is_look(page: Any) -> bool:
    return page.verb in LOOKS or page.verb == REFUSED


def _look(page: Any) -> Look:
    refused = page.verb == REFUSED
    role = ROLES[page.role].label if page.role in ROLES else page.role
    fields = [FIELDS.get(field, field) for field in page.facts.get("fields", [])]
    return Look(page.at, called(page.actor, page.role), role, fields, refused, _why(page), page.number)


def _why(page: Any) -> Any:
    if page.verb == REFUSED:
        return WHY_NOT
    return WHY_INSPECTOR if page.role == "inspector" else WHY
