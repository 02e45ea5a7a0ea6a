"""Reference data about places, and plain look-ups in it."""
