"""`koban town` and `koban import`."""

from __future__ import annotations

from datetime import datetime

import click
from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from koban.town import load as loading

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
def town(
    seed: int, years: float, residents: int, names: str, matters: int | None, now: datetime | None
) -> None:
    """Make the generated district in an empty database, or let it live."""
    per_day = loading.wish_for(matters, years) if matters else loading.PER_DAY
    moment = (now or timezone.now()).replace(second=0, microsecond=0)
    wish = loading.Wish(moment, seed, years, residents, names, per_day)
    columns = (
        TextColumn("{task.description:28}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("town", total=1.0)
        made = loading.load(
            wish, lambda step, share: bar.update(task, description=STEPS[step], completed=share)
        )
    click.echo(f"{made.title} · {made.title_en}")
    for code, count in made.matters.items():
        click.echo(f"  {code}: {count} matters")
