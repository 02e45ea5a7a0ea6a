"""`koban checklist`: the checklists of a pack as XLSForms."""

from datetime import UTC, datetime
from pathlib import Path

import click

from koban.duties.inspections import regimes, sheets


@click.group()
def checklist() -> None:
    """Checklists of inspections as XLSForms."""


@checklist.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pack", default="cn", show_default=True)
def write(folder: Path, pack: str) -> None:
    """Write one XLSForm for each kind of place into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in regimes.regimes(pack, datetime.now(UTC).date()).values():
        if found := regimes.checklist(row.checklist, pack):
            target = folder / f"{sheets.form_id(row.kind)}.xlsx"
            target.write_bytes(sheets.workbook(sheets.build(row, found)))
            click.echo(f"{target.name}: {len(found.items)} points")
