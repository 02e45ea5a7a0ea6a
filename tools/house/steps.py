"""Running things and saying so."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


class Trouble(Exception):
    """Something that the machine lacks, in words that say what to do."""


def say(text: str, *, file: TextIO | None = None) -> None:
    """Print at once, also where the output is a file."""
    print(text, file=file or sys.stdout, flush=True)


def python(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python in the project's folder, its output going straight to the screen."""
    return subprocess.run(
        [str(PYTHON), *arguments], cwd=ROOT, env=os.environ | (env or {}), text=True, check=False
    )


def quietly(command: list[str], *, what: str, help: str) -> None:
    """Run a command; on failure show what it said and raise Trouble with `help`."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise Trouble(f"{done.stdout.strip()}\n\n{what}: failed. {help}")
    say(f"  {what}: {time.monotonic() - began:.0f} s")


def first_that_runs(commands: list[list[str]]) -> bool:
    """True as soon as one of the commands can be started and ends well."""
    return any(_runs(command) for command in commands)


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
