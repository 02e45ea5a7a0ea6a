"""The child process of `workbook`: reads one untrusted workbook and says its cells as JSON.

    python -I workbook_child.py '{"bytes": …, "rows": …, "columns": …, …}' < workbook > answer

Stands alone: it imports nothing of Koban, and before the first byte is parsed it has given up new memory, new files and new
connections.
"""

import datetime as dt  # loaded now: a cell with a day needs it, and later this process opens no file
import json
import resource
import sys
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

LOADED = (dt,)


def main() -> None:
    limits = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read(limits["bytes"] + 1)
    for what, most in [
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(what, (most, most))
    sys.stdout.write(json.dumps(answer(content, limits)))


def answer(content: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    """{"sheets": {name: rows of text}}, or {"unfit": "damaged", "rows" or "memory"}."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        told = {}
        for name in book.sheet_names[: limits["sheets"]]:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > limits["rows"] or sheet.total_width > limits["columns"]:
                return {"unfit": "rows"}
            told[name] = [[text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except MemoryError:
        return {"unfit": "memory"}
    except (CalamineError, OSError, ValueError):
        return {"unfit": "damaged"}
    return {"sheets": told}


def text(cell: Any) -> str:
    """A cell as pyxform reads it: whole numbers without a point, TRUE and FALSE, no hard spaces."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\xa0", " ").strip()


if __name__ == "__main__":
    main()
