"""`koban migrate`."""

import click
from django.conf import settings
from django.core.management import call_command

from koban.kernel.stations.vault import keyring


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--plan", is_flag=True, help="Only show what would be done.")
def migrate(quiet: bool, plan: bool) -> None:
    """Bring the database to this release. It may be run again at any time.

    Take a backup first: `koban backup`.
    """
    bring_up_to_date(quiet=quiet, plan=plan)


def bring_up_to_date(*, quiet: bool = False, plan: bool = False) -> None:
    """Make var/ and apply every migration that waits. Raises django.db.Error if the database refuses."""
    settings.VAR.mkdir(parents=True, exist_ok=True, mode=0o750)
    settings.VAR.chmod(0o750)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    keyring()  # an office has its keys before its first row
    call_command("migrate", interactive=False, verbosity=0 if quiet else 1, plan=plan)
