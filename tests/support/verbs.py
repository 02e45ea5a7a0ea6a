"""Every verb that the code can write into the ledger, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from koban.matters.duty import all_duties

HOUSE = Path(__file__).resolve().parents[2] / "koban"
VERB = re.compile(r"^[a-z_0-9]+\.[a-z_0-9]+$")
NOT_OURS = {"tests", "migrations", "testing.py"}


def written() -> dict[str, str]:
    """Verb -> where it stands: what is given to a parameter called `verb`, and the moves of every duty."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))
             if not NOT_OURS & set(path.parts)}  # fmt: skip
    places = {name: at for tree in trees.values() for name, at in _takers(tree)}
    found = {verb: f"{path.relative_to(HOUSE)}:{line}" for path, tree in trees.items()
             for verb, line in _given(tree, places)}  # fmt: skip
    for duty in all_duties().values():
        moves = {f"{duty.key}.{key}": duty.key for key in ("open", *(move.key for move in duty.flow.moves))}
        found = moves | found
    return found


def _takers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions with a parameter `verb`, and its place among the positional ones (`self` not counted)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args if one.arg != "self"]
            if "verb" in names:
                yield node.name, names.index("verb")
        elif isinstance(node, ast.ClassDef):
            fields = [one.target.id for one in node.body
                      if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]  # fmt: skip
            if "verb" in fields:
                yield node.name, fields.index("verb")


def _given(tree: ast.AST, places: dict[str, int]) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = places.get(_name(node.func))
            if place is not None and len(node.args) > place:
                yield from _verbs(node.args[place])
        elif isinstance(node, ast.Assign) and any(_name(one) == "verb" for one in node.targets):
            yield from _verbs(node.value)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _verbs(node: ast.AST) -> Iterator[tuple[str, int]]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and VERB.match(each.value):
            yield each.value, each.lineno
