"""The states of a mediation: what leads where, and that the page of the duty shows it."""

from pathlib import Path

import pytest

from koban.duties.mediation.flow import FLOW
from koban.kernel.flow import diagram, diagram_in


def test_the_diagram_in_the_readme_is_current() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert diagram_in(readme.read_text(encoding="utf-8")) == diagram(FLOW)


@pytest.mark.parametrize("state", ["consent", "sessions", "people"])
def test_a_side_can_leave_as_long_as_nothing_is_agreed(state: str) -> None:
    assert any(move.key.startswith("leave") for move in FLOW.moves_from(state))


@pytest.mark.parametrize("state", ["received", "consent", "sessions", "people", "case"])
def test_protection_can_begin_at_any_time(state: str) -> None:
    assert FLOW.step(state, "protect").target == "protection"


def test_from_protection_no_step_leads_to_a_session_or_an_agreement() -> None:
    targets = {move.target for move in FLOW.moves_from("protection")}
    assert targets == {"handed", "closed"}
