import pytest

from koban.kernel.flow import Flow, FlowError, Move, State, diagram, diagram_in
from koban.lib.errors import Refused

STATES = (State("new", "New"), State("busy", "Busy"), State("done", "Done", closed=True))
START = Move("start", "Start", ("new",), "busy", "x.start")
FINISH = Move("finish", "Finish", ("busy",), "done", "x.finish", needs_reason=True)


def flow(
    states: tuple[State, ...] = STATES, moves: tuple[Move, ...] = (START, FINISH), initial: str = "new"
) -> Flow:
    return Flow("x", initial, states, moves)


def test_a_step_gives_the_move_with_its_target_and_action() -> None:
    assert flow().step("new", "start") == START


@pytest.mark.parametrize(
    "state, key", [("new", "finish"), ("done", "start"), ("new", "fly"), ("lost", "start")]
)
def test_a_step_that_the_table_does_not_have_is_refused_in_words(state: str, key: str) -> None:
    with pytest.raises(Refused, match="not possible while"):
        flow().step(state, key)


def test_the_refusal_names_the_move_and_the_state_as_the_office_says_them() -> None:
    with pytest.raises(Refused, match="“Finish” is not possible while this is “New”"):
        flow().step("new", "finish")


def test_moves_from_a_state_come_in_the_order_of_the_table() -> None:
    stop = Move("stop", "Stop", ("new", "busy"), "done", "x.stop")
    table = flow(moves=(START, stop, FINISH))
    assert [move.key for move in table.moves_from("busy")] == ["stop", "finish"]
    assert table.moves_from("done") == ()


def test_open_states_leave_out_the_closed_ones() -> None:
    assert flow().open_states() == ("new", "busy")
    assert flow().is_closed("done")


@pytest.mark.parametrize(
    "states, moves, initial, why",
    [
        (STATES, (START, FINISH), "nowhere", "unknown state nowhere"),
        (STATES, (START, FINISH, Move("x", "X", ("gone",), "done", "x.x")), "new", "unknown state gone"),
        (STATES, (START, FINISH, Move("x", "X", ("new",), "gone", "x.x")), "new", "unknown state gone"),
        (STATES, (START, FINISH, Move("x", "X", (), "done", "x.x")), "new", "starts nowhere"),
        (
            (*STATES, State("island", "Island", closed=True)),
            (START, FINISH),
            "new",
            "island cannot be reached",
        ),
        (STATES, (START, Move("skip", "Skip", ("new",), "done", "x.s")), "new", "busy is a dead end"),
        ((*STATES, State("busy", "Again")), (START, FINISH), "new", "busy stands twice"),
        (
            STATES,
            (START, FINISH, Move("start", "S", ("new",), "done", "x.s")),
            "new",
            "start leaves new twice",
        ),
    ],
)
def test_a_table_that_is_not_sound_cannot_be_built(
    states: tuple[State, ...], moves: tuple[Move, ...], initial: str, why: str
) -> None:
    with pytest.raises(FlowError, match=why):
        flow(states, moves, initial)


def test_two_states_that_only_lead_to_each_other_are_a_dead_end() -> None:
    there = Move("there", "There", ("new",), "busy", "x.there")
    back = Move("back", "Back", ("busy",), "new", "x.back")
    with pytest.raises(FlowError, match="dead end"):
        flow(STATES[:2], (there, back))


def test_one_move_key_may_leave_two_states_for_different_targets() -> None:
    early = Move("finish", "Finish", ("new",), "busy", "x.finish")
    assert flow(moves=(early, FINISH)).step("new", "finish").target == "busy"


def test_the_diagram_shows_every_arrow_and_stars_what_needs_a_reason() -> None:
    assert diagram(flow()).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> new",
        "    new --> busy: start",
        "    busy --> done: finish*",
        "    done --> [*]",
    ]


def test_the_diagram_of_a_readme_is_read_back_exactly() -> None:
    assert diagram_in(f"# X\n\n```mermaid\n{diagram(flow())}```\n\nmore") == diagram(flow())
    with pytest.raises(ValueError, match="no mermaid"):
        diagram_in("# X")
