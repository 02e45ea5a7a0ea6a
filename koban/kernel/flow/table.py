"""State, Move and Flow: values only, no database and no clock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koban.lib.errors import Refused


class FlowError(ValueError):
    """The table contradicts itself; raised when the duty is imported."""


@dataclass(frozen=True, slots=True)
class State:
    """One state. `label` is a string or a lazy translation; `closed` means that nobody is waiting any more."""

    key: str
    label: Any
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step that somebody may take.

    source: keys of the states from which it can be taken; the same `key` may stand in several moves
        as long as no state has two of them.
    action: key in the rights table, such as "incidents.dispatch".
    """

    key: str
    label: Any
    source: tuple[str, ...]
    target: str
    action: str
    needs_reason: bool = False


@dataclass(frozen=True)
class Flow:
    """A checked table of states and moves. Raises FlowError if it is not sound.

    begins: other states than `initial` in which something can start.
    """

    key: str
    initial: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    begins: tuple[str, ...] = ()
    _states: dict[str, State] = field(init=False, repr=False, compare=False)
    _moves: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_states", {state.key: state for state in self.states})
        object.__setattr__(self, "_moves", {(s, m.key): m for m in self.moves for s in m.source})
        for fault in faults(self):
            raise FlowError(f"flow {self.key}: {fault}")

    def state(self, key: str) -> State:
        """The state with this key. Raises KeyError for a key that is not in the table."""
        return self._states[key]

    def first(self, state: str = "") -> str:
        """The state in which something starts: the initial one, or `state`. Raises ValueError where nothing starts there."""
        if state and state not in self.begins:
            raise ValueError(f"nothing starts in {state}")
        return state or self.initial

    def is_closed(self, key: str) -> bool:
        return self._states[key].closed

    def open_states(self) -> tuple[str, ...]:
        return tuple(state.key for state in self.states if not state.closed)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """The moves that leave `state`, in the order of the table."""
        return tuple(move for move in self.moves if state in move.source)

    def step(self, state: str, key: str) -> Move:
        """The move `key` from `state`. Raises Refused where the table has none."""
        if move := self._moves.get((state, key)):
            return move
        raise Refused(self._not_from(state, key))

    def _not_from(self, state: str, key: str) -> Any:
        label = next((move.label for move in self.moves if move.key == key), key)
        known = self._states.get(state)
        sentence = _("“{move}” is not possible while this is “{state}”.")
        return format_lazy(sentence, move=label, state=known.label if known else state)


def faults(flow: Flow) -> list[str]:
    """What is wrong with the table, one sentence each; empty when it is sound."""
    return [
        *_doubles(flow),
        *_unknowns(flow),
        *(f"state {key} cannot be reached from {flow.initial}" for key in _missing(flow, _reachable(flow))),
        *(
            f"state {key} is a dead end: no closed state can be reached"
            for key in _missing(flow, _ending(flow))
        ),
    ]


def _doubles(flow: Flow) -> list[str]:
    states = Counter(state.key for state in flow.states)
    moves = Counter((source, move.key) for move in flow.moves for source in move.source)
    return [f"state {key} stands twice" for key, count in states.items() if count > 1] + [
        f"move {key} leaves {source} twice" for (source, key), count in moves.items() if count > 1
    ]


def _unknowns(flow: Flow) -> list[str]:
    known = {state.key for state in flow.states}
    named = [("initial", key) for key in (flow.initial, *flow.begins)]
    named += [(f"move {move.key}", key) for move in flow.moves for key in (*move.source, move.target)]
    wrong = [f"{where} names the unknown state {key}" for where, key in named if key not in known]
    return wrong + [f"move {move.key} starts nowhere" for move in flow.moves if not move.source]


def _missing(flow: Flow, found: set[str]) -> list[str]:
    return [state.key for state in flow.states if state.key not in found]


def _reachable(flow: Flow) -> set[str]:
    return _spread(
        {flow.initial, *flow.begins}, [(source, move.target) for move in flow.moves for source in move.source]
    )


def _ending(flow: Flow) -> set[str]:
    closed = {state.key for state in flow.states if state.closed}
    return _spread(closed, [(move.target, source) for move in flow.moves for source in move.source])


def _spread(found: set[str], arrows: Iterable[tuple[str, str]]) -> set[str]:
    arrows = tuple(arrows)
    while new := {target for source, target in arrows if source in found} - found:
        found = found | new
    return found
