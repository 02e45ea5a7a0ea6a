"""`koban streets`: give the house the street network that rounds are planned on."""

from pathlib import Path

import click
from django.conf import settings

from koban.lib.mistakes import Mistake
from koban.lib.streets import Network

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("extract", type=FILE)
def streets(extract: Path) -> None:
    """Read the streets of EXTRACT, a file of OpenStreetMap (.osm.pbf or .osm), for planning rounds.

    What is kept has no names in it. A generated town brings its own streets; running it again takes a newer map.
    """
    try:
        network = Network.read(extract)
    except Mistake as mistake:
        raise SystemExit(_refused(str(mistake))) from None
    except RuntimeError:
        raise SystemExit(_refused(f"{extract.name} is no extract of OpenStreetMap.")) from None
    network.write(settings.KOBAN_STREETS)
    click.echo(f"{len(network.start)} pieces of street, {len(network.lon)} corners and crossings.")


def _refused(sentence: str) -> int:
    click.echo(sentence, err=True)
    return 1
