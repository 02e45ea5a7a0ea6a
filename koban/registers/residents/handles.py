"""What other floors may hold in their hands: a handle and a home, which say nothing about the person."""

from koban.registers.residents.models import Consent, Household, Merge, Person, Residence, Seal

__all__ = ["Consent", "Household", "Merge", "Person", "Residence", "Seal"]
