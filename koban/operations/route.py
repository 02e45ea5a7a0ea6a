"""`koban route`: the best round through the stops of a file."""

import json
from pathlib import Path
from typing import Any

import click
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from koban.lib.mistakes import Mistake
from koban.lib.routing import Plan, Route, plan
from koban.lib.routing.formats import Case, read

FAILED = 1
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LONGEST_SECONDS = 3600


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--seconds",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, LONGEST_SECONDS),
    help="To search for.",
)
@click.option(
    "--people", default=0, type=click.IntRange(0, 50), help="Who walk, one route each; else as FILE says."
)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Of the search."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--language", default="en", show_default=True, help="Of the reasons: en or zh-hans.")
def route(file: Path, seconds: float, people: int, seed: int, as_json: bool, language: str) -> None:
    """Print the best round through the stops of FILE: who calls where in which order, and what is left out and why.

    FILE is a round as JSON (office, people, stops with opening hours, minutes on the spot, prize; see
    koban/lib/routing/README.md), or a public case of team orienteering, with time windows or without.

    Exit code 1: FILE cannot be used or planned, or a stop that must be visited is not.
    """
    try:
        case = read(file, people)
        found = _searched(case, seconds, seed)
    except Mistake as mistake:
        with translation.override(language):
            raise SystemExit(_refused(mistake.sentence.said(translation.gettext, language))) from None
    with translation.override(language):
        click.echo(json.dumps(_told(case, found, language), ensure_ascii=False, indent=1) if as_json
                   else _written(case, found, language))  # fmt: skip
    if found.missed:
        raise SystemExit(FAILED)


def _refused(sentence: str) -> int:
    click.echo(sentence, err=True)
    return FAILED


def _searched(case: Case, seconds: float, seed: int) -> Plan:
    bar = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} s"),
    )
    with Progress(*bar, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("searching", total=seconds)
        problem = case.problem
        return plan(
            problem.stops,
            problem.matrix,
            problem.people,
            seconds=seconds,
            seed=seed,
            progress=lambda gone: progress.update(task, completed=gone),
        )


def _told(case: Case, found: Plan, language: str) -> dict[str, Any]:
    return {
        "name": case.name,
        "prize": found.prize,
        "routes": [_route(case, each) for each in found.routes],
        "unserved": [
            {"stop": left.stop.key, "required": left.stop.required, "why": left.why.said(translation.gettext, language)}
            for left in found.unserved
        ],
    }  # fmt: skip


def _route(case: Case, walked: Route) -> dict[str, Any]:
    return {
        "person": walked.person.key,
        "leaves": _time(case, walked.leaves),
        "returns": _time(case, walked.returns),
        "travelled": walked.travelled / case.unit,
        "visits": [
            {
                "stop": visit.stop.key,
                "arrives": _time(case, visit.arrives),
                "begins": _time(case, visit.begins),
                "leaves": _time(case, visit.leaves),
            }
            for visit in walked.visits
        ],
    }


def _time(case: Case, at: int) -> str | float:
    """A clock time in a round; in the unit of the file in a public case."""
    if case.kind != "round":
        return at / case.unit
    minutes = at // case.unit
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _written(case: Case, found: Plan, language: str) -> str:
    lines = [f"{case.name}: prize {found.prize}, {len(found.unserved)} of {len(case.problem.stops)} left out"]
    for walked in found.routes:
        lines.append(f"{walked.person.key}: {_time(case, walked.leaves)} to {_time(case, walked.returns)}, "
                     f"{walked.travelled / case.unit:.1f} on the way")  # fmt: skip
        lines += [
            f"  {_time(case, visit.begins)} - {_time(case, visit.leaves)}  {visit.stop.key}"
            for visit in walked.visits
        ]
    lines += [
        f"left out: {left.stop.key}: {left.why.said(translation.gettext, language)}"
        for left in found.unserved
    ]
    return "\n".join(lines)
