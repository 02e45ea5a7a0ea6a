"""The states: which steps leave which, and a README that says so."""

from pathlib import Path

import pytest

from koban.duties.inspections.flow import FLOW
from koban.kernel.access.roles import ACTIONS
from koban.kernel.flow.diagram import diagram, diagram_in

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_draws_the_states_as_they_are():
    assert diagram_in(README.read_text(encoding="utf-8")) == diagram(FLOW)


@pytest.mark.parametrize("move", FLOW.moves, ids=lambda move: move.key)
def test_every_step_has_a_right(move):
    assert move.action in ACTIONS
