"""`koban index`: the search index, which follows from other rows and can be made anew from them."""

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from koban.kernel.search import rebuilding

BAR = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


@click.group()
def index() -> None:
    """Keep the search index."""


@index.command()
def rebuild() -> None:
    """Make the search index anew, for every station. Stop the office first; if this is stopped, run it again."""
    done = 0
    with Progress(*BAR, transient=True) as bar:
        task = bar.add_task("Rows", total=None)
        for done, total in rebuilding.rebuild():
            bar.update(task, completed=done, total=total)
    click.echo(f"{done} rows are found again.")
