"""What other floors may hold in their hands: a handle and a home, which say nothing about the person."""

from koban.registers.residents.models import (
    Consent,
    Delay,
    Household,
    LookAlarm,
    Merge,
    Person,
    Residence,
    Seal,
)

__all__ = ["Consent", "Delay", "Household", "LookAlarm", "Merge", "Person", "Residence", "Seal"]
