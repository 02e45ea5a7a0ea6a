"""`koban duties`: which kinds of work this office does. A folder under koban/duties is a duty."""

import json
from typing import Any

import click
from django.utils import translation

from koban.matters.duty import Duty, all_duties


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--language", default="en", show_default=True, help="Of the labels: en or zh-hans.")
def duties(as_json: bool, language: str) -> None:
    """List the kinds of work that this office does, with their states."""
    with translation.override(language):
        found = [_described(duty) for duty in all_duties().values()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for duty in found:
        click.echo(f"{duty['key']:16}{duty['label']}\n{'':16}{' · '.join(duty['states'])}")


def _described(duty: Duty) -> dict[str, Any]:
    states = [str(state.label) for state in duty.flow.states]
    return {"key": duty.key, "label": str(duty.label), "states": states}
