"""`koban work`: jobs in a process of their own."""

import click

from koban.kernel.jobs import commands


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, 16), default=1, show_default=True, help="Jobs at the same time."
)
@click.option("--until-idle", is_flag=True, help="End as soon as nothing waits.")
@click.pass_context
def work(context: click.Context, threads: int, until_idle: bool) -> None:
    """Do the waiting and the periodic jobs until told to stop; those in hand are finished first."""
    context.exit(commands.work(threads=threads, until_idle=until_idle))
