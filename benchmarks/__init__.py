"""Load tests that make their own office, measure it as it is shipped, and write what they found as JSON."""
