"""`koban form`: what the desk says about a form, on the command line."""

import sys
from pathlib import Path

import click
from django.utils import translation

from koban.matters.forms import xlsforms


@click.group()
def form() -> None:
    """Work with XLSForms."""


@form.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["en", "zh-hans"]), default="en", show_default=True)
def check(file: Path, language: str) -> None:
    """Say whether the XLSForm FILE loads, and what is to be mended where. 0 it loads, 1 it does not."""
    with translation.override(language):
        read = xlsforms.read(file.read_bytes(), file.name)
        for finding in (*read.errors, *read.warnings):
            click.echo(f"{finding.level}: {finding}")
        if read.errors:
            sys.exit(1)
        click.echo(
            f"{read.form_id} {read.version or '-'}: {len(read.fields)} fields, {len(read.warnings)} warnings"
        )
