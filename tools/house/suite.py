"""`make test`: what the tests need, then every part of the suite; nothing is left out silently."""

import os
import shutil
import time

from tools.house.environment import apt_install
from tools.house.steps import PYTHON, Trouble, first_that_runs, python, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAIN = "not journey and not crash"
PARTS = {
    "sqlite": ["-m", PLAIN, "--database", "sqlite", "-n", "2"],
    "postgres": ["-m", PLAIN, "--database", "postgres", "-n", "2"],
    "crash": ["-m", "crash"],
    "journeys": ["-m", "journey"],
}


def run(names: list[str]) -> int:
    """Run the named parts, or all; what is not a part's name is given to pytest.

    Returns 0 if all passed, else 1. A part in which no test ran has failed.
    """
    parts = [name for name in names if name in PARTS] or list(PARTS)
    rest = [name for name in names if name not in PARTS]
    env = {"KOBAN_BROWSER": _browser()} if "journeys" in parts else {}
    failed = [part for part in parts if not _passed(part, rest, env)]
    say(f"\nFailed: {', '.join(failed)}" if failed else f"\nAll passed: {', '.join(parts)}")
    return 1 if failed else 0


def _passed(part: str, rest: list[str], env: dict[str, str]) -> bool:
    began = time.monotonic()
    say(f"\n--- tests: {part}")
    status = python("-m", "pytest", "-q", *PARTS[part], *rest, env=env).returncode
    if status == 5:
        say(f"No test ran in the part {part!r}: that counts as failed.")
    say(f"--- {part}: {'passed' if status == 0 else 'failed'} in {time.monotonic() - began:.0f} s")
    return status == 0


def _browser() -> str:
    """Path of a Chromium; "" where the driver's own is installed. Raises Trouble where none can be had."""
    if found := _installed():
        return found
    say("No Chromium here; installing it (a minute or two).")
    if apt_install("chromium", "fonts-noto-cjk") and (found := _installed()):
        return found
    if first_that_runs([[str(PYTHON), "-m", "playwright", "install", "chromium"]]):
        return ""
    raise Trouble(
        "The browser journeys need Chromium, and it could not be installed.\n"
        "As root: apt-get install chromium; or: .venv/bin/playwright install --with-deps chromium;\n"
        "or name one: KOBAN_BROWSER=/path/to/chromium make test"
    )


def _installed() -> str:
    named = os.environ.get("KOBAN_BROWSER", "")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), "")
