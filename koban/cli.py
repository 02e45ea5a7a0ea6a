"""The `koban` command: everything that an operator does. Each command lives where its subject lives.

Exit codes: 0 done; 1 the check failed or the answer is no; 2 wrong use; 3 the machine or its set-up is not ready.
"""

import importlib
import os
import sys
from typing import NoReturn

import click

from koban import __version__

FAILED, UNREADY = 1, 3

# name: (where it is, one line for the list); loaded only when asked for.
COMMANDS = {
    "run": ("koban.operations.serve:run", "Migrate, make the town if there is none, and serve."),
    "serve": ("koban.operations.serve:serve", "Serve the office on one port."),
    "work": ("koban.operations.work:work", "Do the waiting and the periodic jobs."),
    "migrate": ("koban.operations.schema:migrate", "Bring the database to this release."),
    "town": ("koban.town.commands:town", "Make the generated district."),
    "import": (
        "koban.town.commands:import_",
        "Load what an office brings along: a history, addresses, units.",
    ),
    "verify": (
        "koban.kernel.ledger.commands:verify",
        "Check every page of the ledger and every row that it seals.",
    ),
    "sign": ("koban.kernel.ledger.commands:sign", "Sign the roots of the ledger now, and anchor them."),
    "doctor": ("koban.operations.doctor:doctor", "Look over this machine and say what to mend."),
    "backup": ("koban.operations.backup:backup", "Write the office into one file."),
    "restore": ("koban.operations.restore:restore", "Bring an office back from such a file."),
    "duties": ("koban.operations.duties:duties", "List the kinds of work that this office does."),
    "account": ("koban.kernel.access.commands:account", "Add accounts, give posts, disable."),
    "station": ("koban.kernel.access.commands:station", "Add offices and the stations above them."),
    "key": ("koban.kernel.access.commands:key", "Give and withdraw keys of the machine interface."),
    "code": ("koban.kernel.access.commands:code", "Show the sign-in code of a demo account."),
    "link": ("koban.operations.link:link", "Find rows of one file or two that are of the same person."),
    "route": ("koban.operations.route:route", "Find the best round through the stops of a file."),
    "streets": ("koban.operations.streets:streets", "Take the streets of a map for planning rounds."),
    "bag": ("koban.operations.bag:bag", "Make a package that proves itself, and verify any."),
    "credential": (
        "koban.matters.documents.commands:credential",
        "Check a signed paper, show or change the key.",
    ),
    "form": (
        "koban.matters.forms.commands:form",
        "Check an XLSForm: does it load, and what is to be mended where.",
    ),
    "checklist": (
        "koban.duties.inspections.commands:checklist",
        "Write the checklists of a pack as XLSForms.",
    ),
    "openapi": ("koban.desk.api.commands:openapi", "Print the description of the machine interface."),
    "index": ("koban.kernel.search.commands:index", "Make the search index anew."),
    "manage": ("koban.operations.manage:manage", "Give a command to Django itself."),
}


class Commands(click.Group):
    """Finds its commands in the table above, so that `koban --help` loads nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        where, _line = COMMANDS[cmd_name]
        if cmd_name == "run":
            # What a fresh clone serves is the generated town: its accounts show their codes. A real office uses `serve`.
            os.environ.setdefault("KOBAN_DEMO", "1")
        module, _, name = where.partition(":")
        _start_django()
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_where, line) in COMMANDS.items()])


def _start_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koban.settings")
    django.setup()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="koban")
def koban() -> None:
    """Koban: the one system that a community policing office runs on.

    Settings come from the environment (KOBAN_...); docs/running.md lists them.
    """


def main() -> NoReturn:
    """Run the command and leave with its exit code; what went wrong is one sentence, not a traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError

    from koban.lib.errors import Absent, Denied, Refused, Stale

    try:
        koban(prog_name="koban")
    except (Refused, Denied, Absent, Stale) as no:
        _leave(str(no) or "There is no such thing.", FAILED)
    except (ImproperlyConfigured, DatabaseError, OSError) as unready:
        if os.environ.get("KOBAN_DEBUG") == "1":
            raise
        _leave(
            f"{type(unready).__name__}: {unready}\nRun `koban doctor`; KOBAN_DEBUG=1 shows where.", UNREADY
        )
    sys.exit(0)


def _leave(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)
