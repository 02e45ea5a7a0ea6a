"""The office of the register of places."""

from koban.registers.premises.tests.conftest import office

__all__ = ["office"]
