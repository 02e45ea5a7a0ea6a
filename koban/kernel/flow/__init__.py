"""State tables of the duties: which moves exist, from where to where, and who is asked for a reason.

A table is checked when it is built, so a duty with an unknown, unreachable or endless state does not import.
"""

from koban.kernel.flow.diagram import diagram, diagram_in
from koban.kernel.flow.spoken import spoken
from koban.kernel.flow.table import Flow, FlowError, Move, State

__all__ = ["Flow", "FlowError", "Move", "State", "diagram", "diagram_in", "spoken"]
