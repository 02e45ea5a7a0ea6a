"""The child of `press`: sets one paper after the other. Stands alone: it imports nothing of Koban.

    python -I press_child.py '{"root": "/…/koban", "fonts": "/…/fonts", "memory_bytes": …, "papers": …, "idle_s": …}'

A job comes as four bytes of length and JSON; the answer goes as four bytes of length, "+" and the PDF, or "-" and why not.
It ends by itself when nothing comes for a while, and after so many papers.
"""

import json
import resource
import select
import sys
from typing import Any

import typst

STANDARDS = ["a-3a", "ua-1"]


def main() -> None:
    told = json.loads(sys.argv[1])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[told["fonts"]])
    compiler = typst.Compiler(root=told["root"], font_paths=fonts)
    give_up(told)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    for _paper in range(told["papers"]):
        if not select.select([source], [], [], told["idle_s"])[0] or len(head := source.read(4)) < 4:
            return
        job = json.loads(source.read(int.from_bytes(head, "big")))
        answer = set_paper(compiler, told["root"], job)
        target.write(len(answer).to_bytes(4, "big") + answer)
        target.flush()


def give_up(told: dict[str, Any]) -> None:
    """Limits for good: no file is written, no memory beyond what was agreed."""
    for what, most in [
        (resource.RLIMIT_AS, told["memory_bytes"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(what, (most, most))


def set_paper(compiler: Any, root: str, job: dict[str, Any]) -> bytes:
    try:
        pdf = compiler.compile(
            f"{root}/{job['path']}",
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"told": job["told"]},
            timestamp=job["at"],
        )
    except (typst.TypstError, RuntimeError, OSError) as wrong:
        return b"-" + f"{getattr(wrong, 'message', None) or wrong}".encode()
    return b"+" + bytes(pdf)


if __name__ == "__main__":
    main()
