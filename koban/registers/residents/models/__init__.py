"""The tables of the register of residents. Nobody but this package touches them."""

from koban.registers.residents.models.living import Consent, ContactPerson, Household, Residence
from koban.registers.residents.models.looking import Delay, Look, LookAlarm
from koban.registers.residents.models.people import Merge, NameToken, OwnKey, Person, PersonFile, Seal

__all__ = [
    "Consent",
    "ContactPerson",
    "Delay",
    "Household",
    "Look",
    "LookAlarm",
    "Merge",
    "NameToken",
    "OwnKey",
    "Person",
    "PersonFile",
    "Residence",
    "Seal",
]
