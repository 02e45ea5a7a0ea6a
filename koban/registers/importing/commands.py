"""`koban import addresses FILE` and its like: one command for each kind of table that a register takes."""

from __future__ import annotations

import csv
import getpass
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from koban.kernel.access.who import working_at
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.tables import harmless
from koban.registers.importing import actions
from koban.registers.importing.importer import DATUMS, IMPORTERS, Importer
from koban.registers.importing.models import Import, ImportRow
from koban.registers.importing.saying import sentence_of

State = Import.State
MESSAGES = ".messages.csv"
TRIED = gettext_lazy("%(taken)s would be taken, %(known)s were there already, %(refused)s refused.")
DONE = gettext_lazy("%(taken)s taken, %(known)s were there already, %(refused)s refused.")
BAR = (
    TextColumn("{task.description:28}"),
    BarColumn(),
    TextColumn("{task.fields[rows]} rows"),
    TimeElapsedColumn(),
)


def command_of(importer: Importer) -> click.Command:
    """The command of one importer; its fields are told in its help."""
    needed = ", ".join(field.key for field in importer.fields if field.needed)
    others = ", ".join(field.key for field in importer.fields if not field.needed)

    @click.command(importer.key, help=HELP % {"needed": needed, "others": others})
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--station", "code", default="", help="Code of the office [default: the only one].")
    @click.option("--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="May be repeated.")
    @click.option("--datum", type=click.Choice(list(DATUMS)), default="wgs84", help="Of the positions.")
    @click.option("--encoding", default="", help="Of a CSV [default: found out].")
    @click.option("--dry-run", is_flag=True, help="Read and tell; write nothing but the messages.")
    @click.option("--language", default="en", show_default=True, help="Of the messages: en or zh-hans.")
    def command(
        file: Path,
        code: str,
        columns: tuple[str, ...],
        datum: str,
        encoding: str,
        dry_run: bool,
        language: str,
    ) -> None:
        with translation.override(language), working_at(station_of(code)):
            one = _mapped(importer.key, file, _told(columns), datum, encoding)
            one = _work(one, State.TRYING if dry_run else State.RUNNING)
            _report(one, file.with_name(file.name + MESSAGES))

    return command


HELP = """Load FILE, a CSV (also .gz) or a workbook, into the register.

Fields that are needed: %(needed)s. Others: %(others)s. What was mapped once is remembered for the office. It may be
stopped and run again: nothing is taken twice. What is wrong with a row is written to FILE.messages.csv; the exit code
is then 1. Undo: on the page of imports at the desk."""


def _by() -> Actor:
    return Actor("administrator", label=f"shell:{getpass.getuser()}"[:80])


def _mapped(kind: str, file: Path, columns: Mapping[str, str], datum: str, encoding: str) -> Import:
    told: Any = {"by": _by(), "at": timezone.now()}
    stopped = Import.objects.filter(
        kind=kind, name=file.name[-120:], state__in=[State.RUNNING, State.FAILED]
    ).order_by("-at")
    with file.open("rb") as source:
        one = actions.begin(kind, file.name, source, encoding=encoding, **told)
    for earlier in stopped.filter(sha256=one.sha256)[:1]:
        return earlier  # goes on behind its last batch
    return actions.map_columns(one, {**one.columns, **columns}, datum=datum, **told)


def _work(one: Import, state: str) -> Import:
    told: Any = {"by": _by(), "at": timezone.now()}
    if one.state != state:
        one = actions.set_going(one, state, **told)
    with Progress(*BAR, transient=True) as bar:
        task = bar.add_task(one.name[:28], total=None, rows=0)
        return actions.work(
            one,
            progress=lambda so_far: bar.update(
                task, completed=so_far.read, total=so_far.size, rows=so_far.done
            ),
            **told,
        )


def _report(one: Import, messages: Path) -> None:
    if one.state == State.FAILED:
        raise Refused(str(spoken(one.stopped)))
    told = TRIED if one.state == State.TRIED else DONE
    click.echo(told % {"taken": one.taken, "known": one.known, "refused": one.refused})
    with messages.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_("Row"), _("Column"), _("Message"), _("Outcome")])
        for row in ImportRow.objects.filter(of=one).order_by("number").iterator(chunk_size=2000):
            writer.writerows(_line(row, said) for said in row.said)
    click.echo(_("Messages: %s") % messages)
    if one.refused:
        sys.exit(1)


def _line(row: ImportRow, said: dict[str, Any]) -> list[Any]:
    return [row.number, harmless(said["column"]), harmless(sentence_of(said)), row.get_outcome_display()]


def _told(pairs: tuple[str, ...]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if wrong := [name for name, is_pair, column in split if not is_pair or not column]:
        raise click.UsageError(f"{wrong[0]!r} is not of the form FIELD=COLUMN.")
    return {name.strip(): column.strip() for name, _is_pair, column in split}


def station_of(code: str) -> Station:
    """The office with this code, or the only one. Raises a UsageError that names those that there are."""
    offices = Station.objects.filter(kind=Station.Kind.OFFICE)
    found = list(offices.filter(code=code) if code else offices[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(offices.values_list("code", flat=True)) or "none"
    raise click.UsageError(f"Say which office: --station CODE. There are: {known}.")


def add_to(group: click.Group) -> None:
    """Every kind of table that the registers take."""
    for importer in IMPORTERS.values():
        group.add_command(command_of(importer))
