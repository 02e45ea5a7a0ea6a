"""The states: which steps leave which, and a README that says so."""

from pathlib import Path

import pytest

from koban.duties.permits.flow import FLOW
from koban.kernel.access.roles import ACTIONS
from koban.kernel.flow.diagram import diagram, diagram_in

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_draws_the_states_as_they_are():
    assert diagram_in(README.read_text(encoding="utf-8")) == diagram(FLOW)


@pytest.mark.parametrize("move", FLOW.moves, ids=lambda move: move.key)
def test_every_step_has_a_right(move):
    assert move.action in ACTIONS


@pytest.mark.parametrize("key", ["refuse", "withdraw", "reopen"])
def test_what_ends_without_a_result_says_why(key):
    assert all(move.needs_reason for move in FLOW.moves if move.key == key)


def test_nothing_is_issued_that_was_not_accepted():
    assert [move.source for move in FLOW.moves if move.key == "issue"] == [("accepted",)]
