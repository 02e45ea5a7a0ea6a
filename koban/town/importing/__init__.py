"""`koban import`: a history that an office brings along, from a table, into closed matters."""
