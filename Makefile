# Thin on purpose: everything is in dev.py, which also works where there is no make (python dev.py run).
PYTHON ?= python3

.PHONY: help run check test town translations lock audit clean
help:
	@$(PYTHON) dev.py --help

run check test town translations lock audit clean:
	@$(PYTHON) dev.py $@ $(ARGS)
