"""Journeys through a running office in a real browser, as residents and officers make them."""
