"""`koban town` and `koban import`."""

from __future__ import annotations

import signal
import threading
from datetime import datetime
from typing import Any

import click
from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from koban.town import live as reports
from koban.town import load as loading

HERE = "http://127.0.0.1:8000"
COLUMNS = (
    TextColumn("{task.description:28}"),
    BarColumn(),
    TextColumn("{task.percentage:>3.0f} %"),
    TimeElapsedColumn(),
)

STEPS = {
    "district": "streets, houses and people",
    "registers": "registers",
    "history": "what happened so far",
    "map": "base map",
    "done": "done",
}


def instant(_context: click.Context, _option: click.Parameter, given: str | None) -> datetime | None:
    """An ISO 8601 instant; without a zone it is the town's wall clock."""
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter("write it like 2026-05-04T12:00 or 2026-05-04T04:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=loading.ZONE)


@click.command()
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same town.")
@click.option(
    "--years",
    type=click.FloatRange(0.01, 10),
    default=3.0,
    show_default=True,
    help="How long its history is.",
)
@click.option(
    "--residents",
    type=click.IntRange(0, 100_000),
    default=10_000,
    show_default=True,
    help="Of the first office.",
)
@click.option(
    "--names",
    type=click.Choice(["invented", "map"]),
    default="invented",
    show_default=True,
    help="Of the streets.",
)
@click.option(
    "--matters", type=click.IntRange(1, 200_000), help="About how many matters the first office has."
)
@click.option("--now", callback=instant, help="Last moment of the history [default: this minute].")
@click.option("--live", is_flag=True, help="Make nothing; send new reports to a town that is being served.")
@click.option("--url", default=HERE, show_default=True, help="With --live: where it is served.")
@click.option(
    "--rate",
    type=click.FloatRange(0.1, 3600),
    default=30.0,
    show_default=True,
    help="With --live: reports an hour.",
)
@click.option("--count", type=click.IntRange(1), help="With --live: end after so many.")
@click.option("--minutes", type=click.FloatRange(0.01), help="With --live: end after so long.")
def town(seed: int, live: bool, **told: Any) -> None:
    """Make the generated district in an empty database, or let it live with --live.

    It says of itself that it is invented, and is never made beside a real office.
    """
    if live:
        _live(seed, told["url"], told["rate"], told["count"], told["minutes"])
    else:
        _make(seed, told["years"], told["residents"], told["names"], told["matters"], told["now"])


def _make(
    seed: int, years: float, residents: int, names: str, matters: int | None, now: datetime | None
) -> None:
    per_day = loading.wish_for(matters, years) if matters else loading.PER_DAY
    moment = (now or timezone.now()).replace(second=0, microsecond=0)
    wish = loading.Wish(moment, seed, years, residents, names, per_day)
    with Progress(*COLUMNS, transient=True) as bar:
        task = bar.add_task("town", total=1.0)
        made = loading.load(
            wish, lambda step, share: bar.update(task, description=STEPS[step], completed=share)
        )
    click.echo(f"{made.title} · {made.title_en}")
    for code, count in made.matters.items():
        click.echo(f"  {code}: {count} matters")


def _live(seed: int, url: str, per_hour: float, count: int | None, minutes: float | None) -> None:
    """Until Ctrl-C, or as long as was wished for."""
    stop = threading.Event()
    drawn = timezone.now().toordinal() * 86_400 + timezone.now().second
    click.echo(f"Reports go to {url}, about {per_hour:g} an hour. Ctrl-C ends it.")
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        taken = reports.live(
            url, reports.some_calls(seed, drawn), per_hour=per_hour, count=count, minutes=minutes, tell=_tell,
            stop=stop, chance=reports.waits(seed, drawn),
        )  # fmt: skip
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    click.echo(f"{taken} reports were taken.")


def _tell(sent: reports.Sent) -> None:
    said = sent.number or f"not taken: {sent.why}"
    click.echo(f"{timezone.localtime(timezone=loading.ZONE):%H:%M:%S}  {sent.call.type:18} {said}")
