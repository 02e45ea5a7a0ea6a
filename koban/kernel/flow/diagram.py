"""The state diagram of a duty as Mermaid text, for its README; a test keeps the README current."""

from koban.kernel.flow.table import Flow, Move

OPEN_FENCE = "```mermaid\n"
CLOSE_FENCE = "```"


def diagram(flow: Flow) -> str:
    """Mermaid `stateDiagram-v2` of `flow`, in English whatever the reader's language; ends with a newline.

    A star marks a move that asks for a reason.
    """
    lines = ["stateDiagram-v2", *(f"    [*] --> {key}" for key in (flow.initial, *flow.begins))]
    lines += [_arrow(source, move) for move in flow.moves for source in move.source]
    lines += [f"    {state.key} --> [*]" for state in flow.states if state.closed]
    return "\n".join(lines) + "\n"


def _arrow(source: str, move: Move) -> str:
    return f"    {source} --> {move.target}: {move.key}{'*' if move.needs_reason else ''}"


def diagram_in(text: str) -> str:
    """The first Mermaid block of a README. Raises ValueError if it has none."""
    _before, fence, rest = text.partition(OPEN_FENCE)
    if not fence:
        raise ValueError("the README has no mermaid block")
    return rest.partition(CLOSE_FENCE)[0]
