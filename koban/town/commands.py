"""`koban town` and `koban import`."""

from __future__ import annotations

import getpass
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from django.conf import settings
from django.utils import timezone
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from koban.kernel.ledger import Actor
from koban.registers.importing import commands as registers
from koban.registers.importing.commands import station_of
from koban.town import live as reports
from koban.town import load as loading
from koban.town.importing import importing
from koban.town.importing.columns import DATUMS, ORDERS, Memory, Plan
from koban.town.importing.columns import told as pairs
from koban.town.importing.storing import Count

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
    if per_day > loading.MOST_PER_DAY:
        raise click.UsageError(
            f"That is {per_day:,.0f} a day, at most {loading.MOST_PER_DAY:.0f} are: choose more years."
        )
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


@click.group(name="import")
def import_() -> None:
    """Load what an office brings along."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--station", "code", default="", help="Code of the office [default: the only one].")
@click.option(
    "--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column says what; may be repeated."
)
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="VALUE=CODE",
    help="What a value of the type column is; '*' for all others.",
)
@click.option("--zone", default="", help="Time zone of times that name none [default: the station's].")
@click.option(
    "--order", type=click.Choice(ORDERS), default=None, help="Of days such as 02/03/2024 [default: ymd]."
)
@click.option("--datum", type=click.Choice(DATUMS), default=None, help="Of the positions [default: wgs84].")
@click.option("--encoding", default="", help="Of a CSV [default: found out].")
@click.option(
    "--source",
    default="",
    help="Name of the table, under which its rows are known [default: the file's name].",
)
@click.option("--dry-run", is_flag=True, help="Read and tell; write nothing but the messages.")
def incidents(file: Path, code: str, dry_run: bool, **told: Any) -> None:
    """Load FILE, a CSV (also .gz) or a workbook, as closed matters of an office.

    Fields: number, opened or date with time or hour, closed, type, summary, place, lon, lat. What was mapped once is
    remembered for the station. It may be stopped and run again: nothing is taken twice. What is wrong with a row is
    written to FILE.messages.csv; the exit code is then 1.
    """
    station = station_of(code)
    plan = Plan(
        pairs(told["columns"], "FIELD=COLUMN"), pairs(told["types"], "VALUE=CODE"), _zone(told["zone"]),
        told["order"] or "", told["datum"] or "",
    )  # fmt: skip
    order = importing.Order(file, station, plan, told["source"], told["encoding"], dry_run)
    by = Actor("administrator", label=f"shell:{getpass.getuser()}"[:80])
    with Progress(*COLUMNS, TextColumn("{task.fields[rows]} rows"), transient=True) as bar:
        task = bar.add_task(file.name[:28], total=None, rows=0)
        count = importing.run(
            order, Memory(settings.VAR, station.code), by=by, at=timezone.now(),
            progress=lambda read, size, so_far: bar.update(task, completed=read, total=size, rows=so_far.rows),
        )  # fmt: skip
    _report(order, count)


def _report(order: importing.Order, count: Count) -> None:
    done = "would be taken" if order.is_trial else "taken"
    click.echo(
        f"{count.rows} rows: {count.taken} {done}, {count.known} were there already, {count.refused} refused."
    )
    for code, number in count.by_type.most_common():
        click.echo(f"  {code:20} {number}")
    click.echo(f"Messages: {order.messages}")
    if count.refused:
        sys.exit(1)


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        raise click.UsageError(f"There is no time zone {name}: write it like Asia/Shanghai.") from None


registers.add_to(import_)
