"""`koban doctor`: a look over the machine, the database and what lies beside it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click
from django.db import Error as DatabaseError

from koban.operations import machine, store

FAILED = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. mend: what to do, "" where all is well."""

    name: str
    detail: str
    mend: str = ""


# name, question: each question returns (detail, what to do or "").
QUESTIONS: tuple[tuple[str, Callable[[], tuple[str, str]]], ...] = (
    ("Python", machine.python),
    ("folder", machine.folder),
    ("disk", machine.disk),
    ("clock", machine.clock),
    ("settings", machine.switches),
    ("keys", store.keys),
    ("database", store.engine),
    ("migrations", store.migrations),
    ("ledger", store.ledger),
    ("beats", store.beats),
    ("translations", machine.translations),
    ("fonts", machine.fonts),
    ("page files", machine.vendored),
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look over this machine and say what to mend. Ends with 1 if anything is to be mended."""
    found = []
    for finding in findings():
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    if any(finding.mend for finding in found):
        context.exit(FAILED)


def findings() -> Iterator[Finding]:
    """Answer every question, also where an earlier one went badly."""
    for name, question in QUESTIONS:
        try:
            yield Finding(name, *question())
        except (DatabaseError, OSError) as trouble:
            yield Finding(
                name, f"{type(trouble).__name__}: {trouble}", "Mend the lines above first, then ask again."
            )


def _show(finding: Finding) -> None:
    mark = click.style("mend", fg="red", bold=True) if finding.mend else click.style("ok  ", fg="green")
    click.echo(f"{mark}  {finding.name:14}{finding.detail}")
    if finding.mend:
        click.echo(f"{'':6}{'':14}-> {finding.mend}")
