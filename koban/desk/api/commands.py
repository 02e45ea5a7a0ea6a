"""`koban openapi`: the machine interface, described for those who write a client."""

import json

import click

from koban.desk.api.doors import api


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 description of the machine interface as JSON."""
    click.echo(json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, default=str))
