"""What other floors may hold in their hands: a handle and a home, which say nothing about the person."""

from koban.registers.residents.models import Household, Merge, Person, Residence, Seal

__all__ = ["Household", "Merge", "Person", "Residence", "Seal"]
