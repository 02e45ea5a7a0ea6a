"""`koban backup`."""

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
from django.conf import settings
from django.db import connection
from rich.progress import Progress

from koban import __version__
from koban.operations import archive, dump


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write the office into one FILE, while it works: database, attachments, signed roots, and every hash.

    The keys are not in it. Keep a copy of the folder `keys` apart from the backups: without it nothing that is
    sealed can be read again.
    """
    if file.exists() and not force:
        raise click.UsageError(f"{file} is there already; choose another name, or say --force.")
    digest = write(file)
    click.echo(f"{digest}  {file}\nKeep the keys apart from it: {settings.KOBAN_KEYS}")


def write(file: Path) -> str:
    """Make the backup and return its SHA-256. `file` appears whole, or not at all."""
    part = file.with_name(file.name + ".part")
    with Progress(transient=True) as progress, tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / dump.NAMES[connection.vendor]
        task = progress.add_task("database", total=None)
        dump.dump(copy, lambda done, of: progress.update(task, completed=done, total=of))
        # The files come after the database: whatever it names is there, because files are never changed.
        with _private(part) as out:
            _fill(out, copy, progress)
            out.flush()
            os.fsync(out.fileno())
    with part.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    part.replace(file)
    return digest


def _private(part: Path) -> BinaryIO:
    # O_TRUNC: a part that an earlier, broken run left behind is of no use to anybody.
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _fill(out: BinaryIO, copy: Path, progress: Progress) -> None:
    hashes = {}
    members = [(copy, f"database/{copy.name}"), *_beside()]
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path, name in progress.track(members, description="files"):
            hashes[name] = archive.add_file(tar, path, name)
        archive.add_manifest(tar, _manifest(hashes))


def _manifest(hashes: dict[str, str]) -> archive.Manifest:
    return archive.Manifest(
        version=__version__,
        engine=connection.vendor,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        hashes=hashes,
        keys=archive.fingerprints(settings.KOBAN_KEYS),
    )


def places() -> dict[str, Path]:
    """What lies beside the database and belongs to the office, by its name in the backup."""
    return {
        "files": settings.KOBAN_FILES,
        "archive": settings.KOBAN_ARCHIVE,
        "roots": settings.KOBAN_ROOTS,
        "map": settings.KOBAN_TILES,
        "streets": settings.KOBAN_STREETS,
    }


def _beside() -> Iterator[tuple[Path, str]]:
    for name, place in places().items():
        if place.is_file():
            yield place, f"{name}/{place.name}"
        for path in sorted(place.rglob("*") if place.is_dir() else ()):
            if path.is_file() and not path.name.endswith(".part"):
                yield path, f"{name}/{path.relative_to(place).as_posix()}"
