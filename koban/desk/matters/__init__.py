"""The list of all matters: filters, sorting, keyset paging, export. Rows of matters, never of people."""
