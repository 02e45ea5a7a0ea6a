"""`koban verify`, `koban sign`: for the inspector who trusts nobody."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from koban.kernel.ledger import checkpoints, proofs, reading
from koban.kernel.ledger.verify import Verdict
from koban.kernel.ledger.verify import verify as verify_station
from koban.kernel.stations.models import Station
from koban.lib import signed_note


@click.command()
@click.option("--station", "code", default="", help="Only this station (its code).")
@click.option(
    "--proof",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check one proof file instead.",
)
@click.option("--key", default="", help="With --proof: the published key that you trust.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a station.")
def verify(code: str, proof: Path | None, key: str, as_json: bool) -> None:
    """Check every page, every signed root and every row that a page sealed.

    Exit code 1 names the first broken page.
    """
    if proof:
        sys.exit(0 if _proof(proof, key) else 1)
    stations = Station.objects.filter(code=code) if code else Station.objects.all()
    if code and not stations:
        raise click.UsageError(f"There is no station {code}.")
    verdicts = [_verified(station, quiet=as_json) for station in stations]
    for verdict in verdicts:
        click.echo(json.dumps(_plain(verdict)) if as_json else _line(verdict))
    sys.exit(0 if all(verdict.ok for verdict in verdicts) else 1)


@click.command()
def sign() -> None:
    """Sign the roots of all stations now and anchor them outside the database."""
    for station in Station.objects.all():
        made = checkpoints.sign_root(station, at=datetime.now(UTC))
        click.echo(f"{station.code}: " + (f"signed {made.size} pages" if made else "nothing new"))


def _verified(station: Station, *, quiet: bool) -> Verdict:
    with Progress(disable=quiet or not sys.stderr.isatty(), transient=True) as bar:
        pages = bar.add_task(f"{station.code} pages", total=reading.size(station.pk))
        rows = bar.add_task(f"{station.code} rows", total=None)
        return verify_station(station, lambda step, n: bar.advance(pages if step == "pages" else rows, n))


def _line(verdict: Verdict) -> str:
    counted = f"{verdict.pages} pages, {verdict.roots} signed roots, {verdict.rows} rows"
    if verdict.ok:
        return f"{verdict.station}: in order ({counted})"
    where = "" if verdict.page is None else f" at page {verdict.page}"
    return f"{verdict.station}: BROKEN{where}: {verdict.fault} ({counted} checked)"


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        name: getattr(verdict, name) for name in ("station", "pages", "rows", "roots", "page", "fault")
    } | {"ok": verdict.ok}


def _proof(path: Path, key: str) -> bool:
    try:
        told = json.loads(path.read_text())
        good = proofs.holds(told, signed_note.Verifier.from_text(key) if key else None)
    except (ValueError, KeyError, TypeError) as wrong:
        click.echo(f"This is not a proof: {wrong}")
        return False
    click.echo("The page is in the signed ledger." if good else "The proof does NOT lead to the signed root.")
    return good
