"""A small workbook that somebody sent, as text: every sheet, read in a child process with limits. Excel of any age.

What it is, its content says; the ending of its name may be wrong.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("workbook_child.py")
MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and its kin; the old xls


class Unfit(Exception):
    """The workbook cannot be read. reason: "type", "size", "damaged", "rows", "memory" or "time"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """bytes: of the file. rows, columns: of a sheet. …_s: seconds."""

    bytes: int = 5_000_000
    sheets: int = 12
    rows: int = 20_000
    columns: int = 120
    memory_bytes: int = 600_000_000
    cpu_s: int = 15
    wall_s: float = 20.0


def read(content: bytes, limits: Limits = Limits()) -> Mapping[str, list[list[str]]]:
    """Sheet -> rows -> cells as text; the first row of a sheet is its first line. Raises Unfit."""
    if not content.startswith(MAGIC):
        raise Unfit("type")
    if len(content) > limits.bytes:
        raise Unfit("size")
    said = _said(content, limits)
    if "unfit" in said:
        raise Unfit(str(said["unfit"]))
    sheets: Mapping[str, list[list[str]]] = said["sheets"]
    return sheets


def _said(content: bytes, limits: Limits) -> dict[str, Any]:
    with subprocess.Popen(  # noqa: S603 our own file, told numbers alone
        [sys.executable, "-I", str(CHILD), json.dumps(asdict(limits))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", close_fds=True,
    ) as child:  # fmt: skip
        try:
            out, _none = child.communicate(content, timeout=limits.wall_s)
        except subprocess.TimeoutExpired:
            child.kill()
            raise Unfit("time") from None
    if child.returncode:
        raise Unfit("time" if child.returncode in (-24, -9) else "memory")
    told: dict[str, Any] = json.loads(out)
    return told
