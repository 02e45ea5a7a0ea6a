"""The command bar: what was typed, understood as a number, an order, a type, a page or an address."""
