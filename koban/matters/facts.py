"""The facts of a ledger page in the reader's language: what each is called, and what its value means."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.kernel import law
from koban.kernel.access.addresses import addresses
from koban.kernel.access.roles import ACTIONS, ROLES
from koban.kernel.flow import spoken
from koban.matters.duty import all_duties
from koban.matters.models import Link, Note
from koban.registers.roster.models import Outing

# What a fact is called. Facts that are not here (ids of rows, checksums) are for the machine alone.
NAMES: dict[str, Any] = {
    "number": _("number"), "type": _("type"), "priority": _("priority"), "from": _("from"), "to": _("to"),
    "clause": _("clause"), "key": _("term"), "due": _("due"), "role": _("role"), "count": _("how many"),
    "rows": _("rows"), "status": _("state there"), "who": _("who"), "into": _("into"), "double": _("double"),
    "reached": _("reached"), "fixed": _("settled"), "satisfaction": _("satisfaction, of 5"), "kind": _("kind"),
    "channel": _("came in by"), "direction": _("direction"), "by_hand": _("set by hand"), "item": _("item"),
    "act": _("act"), "way": _("lost or found"), "category": _("category"), "shelf": _("shelf"),
    "state": _("state"), "first": _("first day"), "last": _("last day"), "shifts": _("shifts"),
    "promises": _("open promises"), "action": _("what was asked for"), "back": _("back"), "why": _("why"),
    "outcome": _("outcome"), "name": _("name"), "size": _("size"),
}  # fmt: skip

TERMS: dict[str, Any] = {
    "dispatch": _("send somebody"), "arrive": _("be there"), "answer": _("answer the resident"),
    "reply": _("reply to a message"), "refer_out": _("the other body confirms"), "call_back": _("call back"),
    "accept": _("say whether it is taken up"), "finish": _("decide it"), "confirm": _("confirm it"),
    "look_through": _("look through the papers"), "bring": _("bring what is missing"), "issue": _("issue it"),
}  # fmt: skip
REFERRALS: dict[str, Any] = {
    "sent": pgettext_lazy("a referral", "sent"), "received": pgettext_lazy("a referral", "received"),
    "refused": pgettext_lazy("a referral", "refused"), "done": pgettext_lazy("a referral", "done"),
}  # fmt: skip


def told(verb: str, facts: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Name and value of every fact that a person can read, in the order of the page."""
    return [(NAMES[name], meant(verb, name, value)) for name, value in facts.items() if _is_told(name, value)]


def _is_told(name: str, value: Any) -> bool:
    return (
        name in NAMES and value not in ("", None) and not isinstance(value, list | dict) and not _is_id(value)
    )


def meant(verb: str, name: str, value: Any) -> Any:
    """What a value of the fact `name` says; the value itself where nobody knows more."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    for says in _readers(verb, name):
        if (found := says(value)) is not None and found != value:
            return found
    return _moment(value) if isinstance(value, str) else value


def _readers(verb: str, name: str) -> Iterator[Callable[[Any], Any]]:
    duty = all_duties().get(verb.partition(".")[0])
    if duty and name in duty.facts:
        yield duty.facts[name]
    if duty and name in ("from", "to"):
        yield lambda key: next((state.label for state in duty.flow.states if state.key == key), None)
    if duty and name == "type":
        yield duty.type_label
    if name in VALUES:
        yield VALUES[name]


def _clause(id: Any) -> Any:
    found = law.title(str(id))
    return spoken(found) if found else None


def _action(key: Any) -> Any:
    """The sentence of an action, or of the one that the address of this name asks for."""
    if key in ACTIONS:
        return ACTIONS[key].sentence
    need = next((address.need for address in addresses() if address.name == key), None)
    return ACTIONS[need.read].sentence if need and need.read in ACTIONS else _("a page that is closed here")


VALUES: dict[str, Callable[[Any], Any]] = {
    "clause": _clause,
    "key": TERMS.get,
    "status": REFERRALS.get,
    "action": _action,
    "role": lambda key: ROLES[key].label if key in ROLES else None,
    "direction": dict(Note.Direction.choices).get,
    "why": dict(Outing.Why.choices).get,
    "kind": dict(Link.Kind.choices).get,
    "to": lambda key: all_duties()[key].label if key in all_duties() else None,
    "from": lambda key: all_duties()[key].label if key in all_duties() else None,
}


def _moment(value: str) -> Any:
    """An ISO day or instant as people write it; any other text as it stands."""
    try:
        if len(value) == 10:
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        at = datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        return value
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at and at.tzinfo else value


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False
