"""`koban manage`: Django's own commands, for those who know them."""

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def manage(command: tuple[str, ...]) -> None:
    """Give a command to Django itself, as `koban manage showmigrations`; alone, it lists them all."""
    execute_from_command_line(["koban manage", *(command or ("help",))])
