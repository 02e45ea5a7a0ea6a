"""`make check`: every step is one line with its time; all are run, and the failures come last."""

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from tools.house.steps import BIN, PYTHON, ROOT, say

# Production's switches, for Django's own check of them.
DEPLOY = {
    "KOBAN_HTTPS": "1",
    "KOBAN_SECRET_KEY": "k" * 20 + "-only-for-the-check-of-the-settings-" + "0123456789",
}
MANAGE = [str(PYTHON), "-W", "ignore", "-m", "django"]


@dataclass(frozen=True)
class Step:
    """One check: its name, its command and what to do when it fails."""

    name: str
    command: list[str]
    mend: str
    env: dict[str, str] | None = None


def _tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def _ours(name: str, *arguments: str) -> list[str]:
    return [str(PYTHON), "-m", f"tools.{name}", *arguments]


STEPS = (
    Step("types", _tool("mypy"), "mypy names the line."),
    Step("format", _tool("ruff", "format", "--check", "."), "Run: .venv/bin/ruff format ."),
    Step("lint", _tool("ruff", "check", "."), "Run: .venv/bin/ruff check --fix ."),
    Step("floors", _tool("lint-imports"), "design.md, part 4: look down, never sideways or up."),
    Step("templates", _tool("djlint", "koban", "--lint", "--quiet"), "djlint names the line."),
    Step("page style", _ours("pages"), "No inline script or style, no third-party host (CSP)."),
    Step("sizes", _ours("sizes"), "Split the file, or say why not: a comment `# size: reason`."),
    Step(
        "translations", _ours("translations", "check"), "Run: make translations, then fill in what is empty."
    ),
    Step(
        "migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], "Run: koban manage makemigrations"
    ),
    Step(
        "settings",
        [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
        "Django names the setting.",
        DEPLOY,
    ),
)


def run(names: list[str]) -> int:
    """Run the named checks, or all. Returns 0 if every one passed, else 1; 2 for a name that is none."""
    if unknown := set(names) - {step.name for step in STEPS}:
        say(
            f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(step.name for step in STEPS)}"
        )
        return 2
    failed = [
        step.name
        for step, passed in _results([s for s in STEPS if not names or s.name in names])
        if not passed
    ]
    say(f"\n{len(failed)} of the checks failed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _results(steps: list[Step]) -> Iterator[tuple[Step, bool]]:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        waiting = {pool.submit(_run, step): step for step in steps}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def _run(step: Step) -> bool:
    began = time.monotonic()
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "koban.settings"} | (step.env or {})
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=env,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    passed = done.returncode == 0
    said = "" if passed else f"\n{done.stdout.rstrip()}\n  -> {step.mend}\n"
    say(f"{'ok  ' if passed else 'FAIL'}  {step.name:14}{time.monotonic() - began:6.1f} s{said}")
    return passed
