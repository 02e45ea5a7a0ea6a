"""One file for each kind of work that is measured; `benchmarks.registry` finds them."""
