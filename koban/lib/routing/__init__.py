"""Rounds: which stops who calls at in which order, with opening hours, stays, and more stops than there is time for."""

from koban.lib.routing.checking import late_in
from koban.lib.routing.model import Person, Plan, Problem, Route, Stop, Unserved, Visit, Window
from koban.lib.routing.solving import plan
from koban.lib.routing.timing import timed

__all__ = [
    "Person",
    "Plan",
    "Problem",
    "Route",
    "Stop",
    "Unserved",
    "Visit",
    "Window",
    "late_in",
    "plan",
    "timed",
]
