"""Every write of this duty: keyword-only, `by` and `at` always, one transaction, a page."""
