"""`koban restore`."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import connection, connections

from koban.kernel.ledger.commands import verify
from koban.lib.errors import Refused
from koban.operations import archive, dump
from koban.operations.backup import places
from koban.operations.schema import bring_up_to_date


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Put aside the office that is here; nothing of it is deleted.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the office's keys.",
)
@click.pass_context
def restore(context: click.Context, file: Path, force: bool, keys: Path | None) -> None:
    """Bring an office back from a backup FILE: check every hash, put it in place, verify its ledger.

    The office must not be serving. With --force the present database and files go to a folder beside them.
    """
    manifest = _checked(file)
    if dump.holds_an_office() and not force:
        raise Refused("There is an office here already. Say --force to put it aside.")
    _give_keys(manifest, keys)
    click.echo(
        f"Backup of {manifest.made_at}, release {manifest.version}: {len(manifest.hashes)} parts, all whole."
    )
    put_back(file)
    bring_up_to_date(quiet=True)
    context.invoke(verify)


def put_back(file: Path) -> None:
    """Put what is here aside, and what `file` holds in its place. Call after `archive.checked`."""
    settings.VAR.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        archive.unpack(file, Path(folder))
        _put_aside()
        dump.load(Path(folder) / "database" / dump.NAMES[connection.vendor])
        for name, place in places().items():
            _move(Path(folder) / name, place)


def _checked(file: Path) -> archive.Manifest:
    try:
        manifest = archive.checked(file)
    except archive.Unsound as unsound:
        raise Refused(f"Nothing was changed: {unsound}.") from None
    if manifest.engine != connection.vendor:
        raise Refused(f"This backup is of {manifest.engine}; this office runs on {connection.vendor}.")
    return manifest


def _give_keys(manifest: archive.Manifest, source: Path | None) -> None:
    """Copy keys from `source`, and refuse unless every key that the backup needs is then here."""
    here: Path = settings.KOBAN_KEYS
    given = archive.fingerprints(source) if source else archive.fingerprints(here)
    if missing := sorted(name for name, mark in manifest.keys.items() if given.get(name) != mark):
        raise Refused(
            f"These keys are missing or others: {', '.join(missing)}. Say where they are: --keys FOLDER. "
            "Nothing was changed."
        )
    if source and source.resolve() != here.resolve():
        _put_keys(source, here, sorted(manifest.keys))


def _put_keys(source: Path, here: Path, names: list[str]) -> None:
    if here.exists():
        here.rename(_aside(here))
    here.mkdir(parents=True, mode=0o700)
    for name in names:
        shutil.copyfile(source / name, here / name)
        (here / name).chmod(0o600)


def _put_aside() -> None:
    if connection.vendor == "postgresql" and dump.holds_an_office():
        dump.dump(_aside(settings.VAR / dump.NAMES["postgresql"]), lambda _done, _of: None)
    connections.close_all()
    found = list(places().values())
    if connection.vendor == "sqlite":
        main = dump.sqlite_path()
        found += [main, main.with_name(main.name + "-wal"), main.with_name(main.name + "-shm")]
    for path in found:
        if path.exists():
            path.rename(_aside(path))


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")


def _move(source: Path, place: Path) -> None:
    if not source.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A single file (the map) travels in a folder of its own.
    inner = source / place.name
    shutil.move(inner if inner.is_file() else source, place)
