"""`koban link`: which rows of one file or two are records of the same person."""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click
from django.utils import translation
from rich.console import Console
from rich.progress import Progress

from koban.lib.linkage import THRESHOLD, Model, Pair, Record
from koban.lib.linkage.clusters import grouped
from koban.lib.linkage.files import field_of, harmless, read_records, table_of
from koban.lib.linkage.linking import Found, linked, pairs, tables
from koban.lib.linkage.table import Table
from koban.lib.linkage.truth import Agreement, against_entities, against_pairs
from koban.lib.mistakes import Mistake

UNUSABLE = 1
BOTH = 2
PAIR_COLUMNS = ("left_key", "right_key")
ENTITY_COLUMNS = ("entity", "cluster", "person")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Linked:
    """Two tables (or one twice), the model that was used, and what was found."""

    left: Table
    right: Table
    model: Model
    found: Found

    @property
    def inside(self) -> bool:
        return self.left is self.right


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE [FILE]", type=FILE)
@click.option("--out", required=True, type=NEW, help="Where the pairs go, as CSV.")
@click.option(
    "--threshold",
    default=THRESHOLD,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Least probability.",
)
@click.option(
    "--clusters", type=NEW, help="With one FILE: write key and cluster of every record that has a double."
)
@click.option("--model", type=FILE, help="Use this model instead of learning one from the files.")
@click.option("--save-model", type=NEW, help="Keep the model that was used, as JSON.")
@click.option(
    "--truth",
    type=FILE,
    help="Print precision, recall and F1: a CSV of key and entity, or of left_key and right_key.",
)
@click.option("--language", default="en", show_default=True, help="Of the reasons: en or zh-hans.")
def link(files: Sequence[Path], out: Path, threshold: float, clusters: Path | None, model: Path | None,
         save_model: Path | None, truth: Path | None, language: str) -> None:  # fmt: skip
    """Find the rows of one CSV file, or of two, that are records of the same person.

    Columns are known by their headers, in Chinese or English: name, sex, birth, id no, phone, address and others; a
    column "key" names the rows, else their number does. UTF-8 and GB18030 are read. What agreement is worth is
    learnt from the files themselves. Nothing is stored, and nothing is said of a person: only that two rows are
    probably about the same one, and why.

    Exit code 1: a file cannot be used, and why.
    """
    _checked(files, clusters)
    try:
        records = [read_records(path.read_bytes()) for path in files]
        known = Model.from_json(model.read_text(encoding="utf-8")) if model else None
    except Mistake as mistake:
        _leave(str(mistake))
    except ValueError:
        _leave(f"{model} is not a model.")
    done = _linked(records, known, threshold)
    with translation.override(language):
        _write_pairs(out, pairs(done.left, done.right, done.found), language)
    if save_model:
        save_model.write_text(done.model.to_json() + "\n", encoding="utf-8")
    groups = _clustered(done, clusters, threshold) if clusters else []
    click.echo(f"{len(done.found.at)} pairs" + (f", {len(groups)} clusters" if clusters else ""))
    if truth:
        _judge(done, groups, truth)


def _checked(files: Sequence[Path], clusters: Path | None) -> None:
    if len(files) > BOTH:
        raise click.UsageError("One file or two, not more.")
    if clusters and len(files) == BOTH:
        raise click.UsageError("--clusters goes with one FILE.")


def _leave(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(UNUSABLE)


def _linked(records: Sequence[list[Record]], model: Model | None, threshold: float) -> Linked:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("linking", total=None)
        left, right = tables(records[0], records[1] if len(records) == BOTH else None)
        used, found = linked(
            left,
            right,
            model,
            threshold,
            lambda done, whole: progress.update(task, completed=done, total=whole),
        )
    return Linked(left, right, used, found)


def _write_pairs(out: Path, found: Any, language: str) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*PAIR_COLUMNS, "probability", "reasons"))
        writer.writerows(_row(pair, language) for pair in found)


def _row(pair: Pair, language: str) -> tuple[str, str, str, str]:
    reasons = "; ".join(reason.said(translation.gettext, language) for reason in pair.reasons)
    return harmless(pair.left_key), harmless(pair.right_key), f"{pair.probability:.4f}", reasons


def _clustered(done: Linked, out: Path, threshold: float) -> list[list[str]]:
    edges = list(zip(done.found.at.tolist(), done.found.to.tolist(), done.found.chance.tolist(), strict=True))
    groups = [
        [done.left.key(row) for row in rows] for rows in grouped(done.left, done.model, edges, threshold)
    ]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("key", "cluster"))
        writer.writerows(
            (harmless(key), number) for number, keys in enumerate(groups, start=1) for key in keys
        )
    return groups


# --- truth ------------------------------------------------------------------------------------------------------


def _judge(done: Linked, groups: Sequence[Sequence[str]], truth: Path) -> None:
    rows = table_of(truth.read_bytes())
    found = [
        (done.left.key(a), done.right.key(b))
        for a, b in zip(done.found.at.tolist(), done.found.to.tolist(), strict=True)
    ]
    _say("pairs", _agreement(done, found, rows))
    if groups:
        closed = [(a, b) for keys in groups for at, a in enumerate(keys) for b in keys[at + 1 :]]
        _say("clusters", _agreement(done, closed, rows))


def _say(what: str, agreement: Agreement) -> None:
    click.echo(
        f"{what}: precision {agreement.precision:.4f}, recall {agreement.recall:.4f}, F1 {agreement.f1:.4f}"
        f" ({agreement.right} right, {agreement.wrong} wrong, {agreement.missed} missed)"
    )


def _agreement(done: Linked, found: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> Agreement:
    header = [title.strip().lower() for title in rows[0]] if rows else []
    if set(PAIR_COLUMNS) <= set(header):
        at, to = (header.index(column) for column in PAIR_COLUMNS)
        return against_pairs(found, {(row[at], row[to]) for row in rows[1:]})
    entity_of = _entities(header, rows[1:])
    left = {key: entity_of[key] for key in _keys(done.left) if key in entity_of}
    right = None if done.inside else {key: entity_of[key] for key in _keys(done.right) if key in entity_of}
    return against_entities(found, left, right)


def _entities(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Mapping[str, str]:
    key = next((at for at, title in enumerate(header) if field_of(title) == "key"), None)
    entity = next((at for at, title in enumerate(header) if title in ENTITY_COLUMNS), None)
    if key is None or entity is None:
        raise click.UsageError("--truth needs the columns key and entity, or left_key and right_key.")
    return {row[key]: row[entity] for row in rows}


def _keys(table: Table) -> list[str]:
    return [table.key(row) for row in range(len(table))]
