#!/usr/bin/env python3
"""Run, check and test Koban from a fresh clone. Needs Python 3.11 or newer, and nothing else beforehand."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  said before a newer Python's syntax is read
    sys.exit(
        f"Koban needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
        "Say which one to use: make run PYTHON=python3.12, or python3.12 dev.py run"
    )

import argparse

from tools.house import checks, environment, suite
from tools.house.steps import Trouble, python, say


def run(rest: list[str]) -> int:
    """Make the environment, migrate, make the town once, and serve on 127.0.0.1:8000."""
    environment.ready("run")
    return python("-m", "koban", "run", *rest).returncode


def town(rest: list[str]) -> int:
    """Make the generated district (koban town …)."""
    environment.ready("run")
    return python("-m", "koban", "town", *(rest or ["--seed", "7"])).returncode


def check(rest: list[str]) -> int:
    """Format, lint, types, floors, migrations, translations, templates, sizes."""
    environment.ready("dev")
    return checks.run(rest)


def test(rest: list[str]) -> int:
    """Everything: units and pages on SQLite and PostgreSQL, crash tests, browser journeys."""
    environment.ready("dev")
    return suite.run(rest)


def translations(rest: list[str]) -> int:
    """Collect the words of the code into the .po files, keep what is translated, and compile."""
    environment.ready("dev")
    status = python("-m", "tools.translations", *(rest or ["extract"])).returncode
    return status or python("-m", "tools.translations", "compile").returncode


def lock(rest: list[str]) -> int:
    """Write requirements/*.txt anew from pyproject.toml, with hashes."""
    return environment.lock(rest)


def audit(rest: list[str]) -> int:
    """Ask the registry for known vulnerabilities in what the office runs on."""
    environment.ready("dev")
    options = ["--requirement", "requirements/run.txt", "--require-hashes", "--disable-pip"]
    return python("-m", "pip_audit", *options, *rest).returncode


def clean(rest: list[str]) -> int:
    """Remove what was built. The database and its keys in var/ stay."""
    return environment.clean()


COMMANDS = {f.__name__: f for f in (run, check, test, town, translations, lock, audit, clean)}


def main() -> int:
    """Returns the exit code of the command: 0 well, 1 something failed, 3 the machine lacks something."""
    listed = "\n".join(f"  {name:14}{command.__doc__}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=listed, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="given on to the command")
    given = parser.parse_args()
    try:
        return COMMANDS[given.command](given.rest)
    except Trouble as trouble:
        say(f"\n{trouble}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
