"""Who may do what: the role x action table, as code. `require` is the one question every write and read asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koban.kernel.ledger.actor import Actor
from koban.lib.errors import Denied


@dataclass(frozen=True, slots=True)
class Role:
    """key: what `Actor.role` says. is_post: an account can be appointed to it; the others are no persons at a desk."""

    key: str
    label: Any
    sentence: Any
    is_post: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """key: "area.verb". sentence: what the action does, as /about/rights prints it.

    clause: the clause that keeps auxiliaries out, where one does (CN-AUX-1); shown with the refusal.
    """

    key: str
    sentence: Any
    roles: frozenset[str]
    clause: str = ""


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("resident", _("Resident"), _("Has an account of their own and sees what concerns them.")),
        Role("volunteer", _("Volunteer"), _("Helps on rounds and at events; sees no one's file.")),
        Role(
            "auxiliary",
            _("Auxiliary"),
            _("Keeps the office open, takes and attends to reports; decides nothing alone."),
        ),
        Role("officer", _("Officer"), _("Leads the office: decides, closes, answers for it.")),
        Role("chief", _("Station chief"), _("Leads the station and reads what its offices do.")),
        Role("bureau", _("Bureau"), _("Reads what the stations below do; changes nothing in them.")),
        Role(
            "inspector",
            _("Inspector of oversight"),
            _("Takes complaints about the police; stands outside the line."),
        ),
        Role("archivist", _("Archivist"), _("Keeps closed files until their term ends.")),
        Role("administrator", _("System administrator"), _("Keeps the machine running; sees no one's file.")),
        Role("security", _("Security administrator"), _("Appoints and removes accounts; runs no machine.")),
        Role("auditor", _("Auditor"), _("Checks the ledger; changes nothing.")),
        Role("public", _("Anyone"), _("Whoever opens a public page, without an account."), is_post=False),
        Role("machine", _("Machine"), _("Another system with a key of its own."), is_post=False),
        Role("system", _("Koban itself"), _("Work that runs by the clock."), is_post=False),
    )
}

# Who is no person at a desk, as a page of the ledger names them.
UNNAMED = {
    "public": _("Somebody from outside"),
    "machine": _("Another system"),
    "system": _("Koban itself"),
}

LINE = frozenset({"auxiliary", "officer", "chief"})
DECIDERS = frozenset({"officer", "chief"})
ABOVE = frozenset({"chief", "bureau"})
STAFF = frozenset(
    {
        "auxiliary",
        "officer",
        "chief",
        "bureau",
        "inspector",
        "archivist",
        "administrator",
        "security",
        "auditor",
    }
)
SIGNED_IN = STAFF | {"resident", "volunteer"}
EVERYONE = frozenset(ROLES)

# Roles that one account never holds at the same time: the three administrators are three people, and
# who oversees, or audits, is not of the line that is overseen.
CONFLICTS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("administrator", "security"),
        ("administrator", "auditor"),
        ("security", "auditor"),
        *(
            (watcher, watched)
            for watcher in ("inspector", "auditor")
            for watched in ("auxiliary", "officer", "chief", "bureau")
        ),
    )
)

# Whose second step is not asked for: they see nothing but their own.
WITHOUT_SECOND_STEP = frozenset({"resident", "volunteer"})
# Who reads the rows of the stations below the own one.
READS_BELOW = frozenset({"chief", "bureau", "auditor"})

ACTIONS: dict[str, Action] = {}


def called(label: str, role: str = "") -> Any:
    """How an actor's label is shown: a badge or position as it stands, the key of a role in the reader's language.

    role: where it is known, so that another system's own name is not taken for a badge.
    """
    if role == "machine" and label not in ("", "machine"):
        return format_lazy("{role} ({name})", role=UNNAMED["machine"], name=label)
    key = label or role
    known = ROLES.get(key)
    return UNNAMED.get(key) or (known.label if known else label)


def register_actions(*actions: Action) -> tuple[Action, ...]:
    """Add the actions of one room to the table; called from the room's `rights.py`.

    Raises ValueError for a key that another room has, and for a role that does not exist.
    """
    for action in actions:
        if ACTIONS.get(action.key, action) != action:
            raise ValueError(f"the action {action.key} is declared twice")
        if unknown := action.roles - ROLES.keys():
            raise ValueError(f"the action {action.key} names roles that do not exist: {sorted(unknown)}")
        ACTIONS[action.key] = action
    return actions


def action(key: str, sentence: Any, roles: Iterable[str], clause: str = "") -> Action:
    """`Action` with any collection of roles."""
    return Action(key, sentence, frozenset(roles), clause)


def may(role: str, action: str) -> bool:
    """Whether `role` may do `action`. Raises LookupError for an action that nobody declared."""
    if action not in ACTIONS:
        raise LookupError(f"no rights.py declares the action {action!r}")
    return role in ACTIONS[action].roles


def require(by: Actor, action: str) -> None:
    """Let `by` pass, or raise Denied with a sentence. Raises LookupError for an action that nobody declared."""
    if may(by.role, action):
        return
    found = ACTIONS[action]
    role = ROLES.get(by.role, ROLES["public"])
    sentence = format_lazy(_("{role} may not do this: {what}"), role=role.label, what=found.sentence)
    raise Denied(sentence, clause=found.clause if by.role == "auxiliary" else "")


def conflict(held: Iterable[str], wanted: str) -> str:
    """The role among `held` that shuts `wanted` out, or ""."""
    return next((role for role in sorted(held) if frozenset((role, wanted)) in CONFLICTS), "")
