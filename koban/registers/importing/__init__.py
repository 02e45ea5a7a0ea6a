"""Loading a table into a register: mapping, trial, run, messages, undo. Registers bring their `Importer` along."""
