"""Every write to the register of residents: keyword-only, `by` and `at` always, one transaction, a page."""

from koban.registers.residents.actions.delays import approve_delay, ask_delay
from koban.registers.residents.actions.doubles import merge, unmerge
from koban.registers.residents.actions.erasing import erase
from koban.registers.residents.actions.homes import (
    confirm_residence,
    end_due,
    found_household,
    move_in,
    move_out,
    refuse_residence,
)
from koban.registers.residents.actions.keys import give_key, revoke_key
from koban.registers.residents.actions.people import confirm, correct, declare, enter
from koban.registers.residents.actions.protect import (
    add_contact,
    consent,
    end_contacts,
    lift,
    restrict,
    seal,
    withdraw,
)
from koban.registers.residents.filing import Entry

__all__ = [
    "Entry",
    "add_contact",
    "approve_delay",
    "ask_delay",
    "confirm",
    "confirm_residence",
    "consent",
    "correct",
    "declare",
    "end_contacts",
    "end_due",
    "enter",
    "erase",
    "found_household",
    "give_key",
    "lift",
    "merge",
    "move_in",
    "move_out",
    "refuse_residence",
    "restrict",
    "revoke_key",
    "seal",
    "unmerge",
    "withdraw",
]
