"""`koban serve` and `koban run`: the office on one port."""

import os
import signal
import sys
from types import FrameType

import click
import uvicorn
from django.conf import settings
from django.db import connections

from koban.kernel.stations.models import Station
from koban.operations.page_files import lay_out
from koban.operations.schema import bring_up_to_date

# A board holds its stream open; on a restart it is given this long to be told, then it comes back by itself.
GRACE_S = 8

_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port.")
_workers = click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."
)


@click.command()
@_host
@_port
@_workers
@click.option("--demo", is_flag=True, help="Print the demo accounts and what to try.")
def serve(host: str, port: int, workers: int, demo: bool) -> None:
    """Serve the office on one port until it is told to stop (Ctrl-C, SIGTERM)."""
    if demo:
        _welcome(host, port)
    listen(host, port, workers)


@click.command()
@_host
@_port
@_workers
@click.option("--seed", default=7, show_default=True, help="Seed of the town, if one has to be made.")
@click.pass_context
def run(context: click.Context, host: str, port: int, workers: int, seed: int) -> None:
    """Migrate, make the town if the database is empty, and serve, with everything to try printed."""
    bring_up_to_date(quiet=True)
    if not Station.objects.exists():
        from koban.town.commands import town  # noqa: PLC0415  heavy, and needed once

        context.invoke(town, seed=seed)
    _welcome(host, port)
    listen(host, port, workers)


def listen(host: str, port: int, workers: int) -> None:
    """Hand the port to uvicorn. Requests are not logged: an address may name a person's matter."""
    lay_out()
    connections.close_all()
    # uvicorn finishes what it has in hand, and then raises the signal again for us.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _well)
    uvicorn.run(
        "koban.asgi:application",
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        proxy_headers=os.environ.get("KOBAN_BEHIND_PROXY") == "1",
    )


def _well(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _welcome(host: str, port: int) -> None:
    place = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104  a comparison
    click.echo(f"\nKoban is at {place}/  (Ctrl-C ends it)   data: {settings.VAR}\n")
    from koban.town.welcome import welcome  # noqa: PLC0415  nothing of the town in a real office

    click.echo(welcome(place))
