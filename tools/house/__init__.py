"""What `make` does: the environment, the checks and the test runs. Standard library only, for a bare machine."""
