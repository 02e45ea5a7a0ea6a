"""The child process of `sheets`: reads one untrusted workbook and tells its rows.

    python -I sheet_child.py '{"memory_bytes": …}' < workbook > rows

The answer is lines of JSON: first {"height": rows} or {"unfit": reason}, then a list for each row, then {"end": true}. Stands
alone: it imports nothing of Koban, and before the first byte of the workbook is parsed it has given up new memory, new files
and new connections.
"""

import codecs
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

Corner = tuple[int, int]
codecs.lookup("cp437")  # of names in a packed file; later this process cannot open the codec


class Unfit(Exception):
    """As in `sheets`."""


def main() -> None:
    limits = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read(limits["source_bytes"])
    give_up(limits)
    answer(sys.stdout.buffer, content, limits)


def give_up(limits: dict[str, Any]) -> None:
    """Set the limits for good. Without new file descriptors there is no file, no socket and no pipe."""
    for what, most in [
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(what, (most, most))


def answer(out: BinaryIO, content: bytes, limits: dict[str, Any]) -> None:
    try:
        out.writelines(line_of(said, limits["line_bytes"]) for said in told(content, limits))
    except Unfit as why:
        out.write(line_of({"unfit": str(why)}, limits["line_bytes"]))
    except MemoryError:
        out.write(b'{"unfit": "memory"}\n')
    except BrokenPipeError:
        return  # nobody listens any more
    out.flush()


def line_of(said: Any, most: int) -> bytes:
    """One line; null for a row that is too long to be told."""
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=plain).encode(
        "utf-8", "replace"
    )
    return (line if len(line) < most else b"null") + b"\n"


def plain(cell: Any) -> Any:
    """Days and times, which JSON does not know."""
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    return str(cell) if isinstance(cell, time | timedelta) else ""


def told(content: bytes, limits: dict[str, Any]) -> Iterator[Any]:
    refuse_a_bomb(content, limits["unpacked_bytes"])
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = spread(sheet.iter_rows(), sheet.merged_cell_ranges or [])
    except (CalamineError, IndexError, OSError, ValueError) as broken:
        raise Unfit("damaged") from broken
    yield {"height": max(1, sheet.total_height)}
    yield from (trimmed(row) for row in rows)
    yield {"end": True}


def refuse_a_bomb(content: bytes, most: int) -> None:
    """What a packed workbook says that it holds must fit; where it lies, the limit of memory holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            held = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return  # the old format, or nothing at all: the reader says so
    if held > most:
        raise Unfit("memory")


def spread(lines: Iterable[Sequence[Any]], merged: Sequence[tuple[Corner, Corner]]) -> Iterator[list[Any]]:
    """Rows in which every cell of a merged range says what its first one says."""
    waiting = sorted(merged, reverse=True)
    open_ranges: list[tuple[Corner, Corner, Any]] = []
    for at, line in enumerate(lines):
        cells = list(line)
        while waiting and waiting[-1][0][0] <= at:
            start, end = waiting.pop()
            open_ranges.append((start, end, cells[start[1]] if start[1] < len(cells) else ""))
        open_ranges = [one for one in open_ranges if one[1][0] >= at]
        for start, end, value in open_ranges:
            last = min(end[1] + 1, len(cells))
            cells[start[1] : last] = [value] * max(0, last - start[1])
        yield cells


def trimmed(cells: list[Any]) -> list[Any]:
    """Without the empty cells at its end."""
    while cells and cells[-1] == "":
        cells.pop()
    return cells


if __name__ == "__main__":
    main()
