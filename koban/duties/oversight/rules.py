"""What binds whoever gets a complaint about the police: values in, verdicts out."""

from collections.abc import Sequence
from dataclasses import dataclass

ACCEPT, FINISH, KEEP_FROM_THE_ACCUSED = "CN-PET-1", "CN-PET-1A", "CN-PET-2"


@dataclass(frozen=True, slots=True)
class Body:
    """A station of the tree: `path` is its codes from the root, each ended by "/"."""

    key: str
    path: str


def competent(office_path: str, bodies: Sequence[Body]) -> str:
    """Key of the oversight body for an office: the nearest one that hangs on the office's own line, "" for none.

    A body hangs on the line if its parent is the office's ancestor. Of several the deepest, then the first by path.
    """
    over = [
        body
        for body in bodies
        if office_path.startswith(_parent(body.path)) and _parent(body.path) != office_path
    ]
    ranked = sorted(over, key=lambda body: (-body.path.count("/"), body.path))
    return ranked[0].key if ranked else ""


def _parent(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/" if "/" in path.rstrip("/") else ""
