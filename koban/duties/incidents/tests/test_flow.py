from pathlib import Path

import pytest

from koban.duties.incidents.flow import FLOW
from koban.kernel.flow import diagram, diagram_in
from koban.lib.errors import Refused

README = Path(__file__).parents[1] / "README.md"


def walk(*keys: str) -> str:
    state = FLOW.initial
    for key in keys:
        state = FLOW.step(state, key).target
    return state


@pytest.mark.parametrize(
    "keys, state",
    [
        (("triage", "dispatch", "arrive", "leave_scene", "answer", "close"), "closed"),
        (("dispatch", "arrive", "answer", "close", "reopen", "triage"), "triaged"),
        (("handle", "answer"), "answered"),
        (("triage", "refer_out", "close_referred"), "closed"),
        (("refer_out", "take_back"), "triaged"),
        (("triage", "dispatch", "stand_down"), "triaged"),
        (("merge", "revive"), "triaged"),
        (("cancel",), "cancelled"),
        (("handle", "close_unanswered"), "closed"),
    ],
)
def test_the_ways_that_an_incident_goes(keys: tuple[str, ...], state: str) -> None:
    assert walk(*keys) == state


@pytest.mark.parametrize(
    "keys", [("close",), ("handle", "close"), ("arrive",), ("refer_out", "arrive"), ("merge", "answer")]
)
def test_the_ways_that_it_cannot_go(keys: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        walk(*keys)


@pytest.mark.parametrize(
    "key", ["refer_out", "take_back", "stand_down", "merge", "cancel", "reopen", "close_unanswered"]
)
def test_what_changes_course_asks_for_a_reason(key: str) -> None:
    assert all(move.needs_reason for move in FLOW.moves if move.key == key)


def test_the_diagram_in_the_readme_is_current() -> None:
    assert diagram_in(README.read_text(encoding="utf-8")) == diagram(FLOW)
