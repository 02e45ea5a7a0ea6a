"""Signed roots: once a day each station's ledger is closed with a signature, and the note is kept outside the database."""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from koban.kernel.ledger.models import Checkpoint, Head
from koban.kernel.stations import scoping
from koban.kernel.stations.models import Station
from koban.lib import signed_note
from koban.lib.merkle import Frontier

KEY_FILE = "ledger.key"
VERIFIER_FILE = "ledger.verifier"


@lru_cache(maxsize=1)
def signer() -> signed_note.Signer:
    """The key that signs roots; made on first use, with its public half beside the anchored notes."""
    path = Path(settings.KOBAN_KEYS) / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(signed_note.Signer.generate("koban-ledger").to_text())
    except FileExistsError:
        pass
    key = signed_note.Signer.from_text(path.read_text())
    roots = Path(settings.KOBAN_ROOTS)
    roots.mkdir(parents=True, exist_ok=True)
    (roots / VERIFIER_FILE).write_text(key.verifier.to_text() + "\n")
    return key


def origin(station: Station) -> str:
    """The name of a station's ledger in its notes."""
    return f"koban/{station.code}"


def sign_root(station: Station, *, at: datetime) -> Checkpoint | None:
    """Sign the root of a station's ledger as it stands; None where nothing came since the last one."""
    key = signer()
    with scoping.scope(station.pk):
        with transaction.atomic():
            made = _signed(station, key, at)
        anchor(station)
    return made


def _signed(station: Station, key: signed_note.Signer, at: datetime) -> Checkpoint | None:
    head = Head.objects.select_for_update().filter(pk=station.pk).first()
    if head is None or Checkpoint.objects.filter(station=station, size=head.size).exists():
        return None
    root = Frontier.from_bytes(bytes(head.frontier)).root()
    note = signed_note.sign(signed_note.Checkpoint(origin(station), head.size, root).to_text(), key)
    return Checkpoint.objects.create(station=station, at=at, size=head.size, root=root, note=note)


def anchor_file(station: Station) -> Path:
    return Path(settings.KOBAN_ROOTS) / f"{station.code}.notes"


def anchored(station: Station) -> dict[int, str]:
    """Notes outside the database: size -> note."""
    path = anchor_file(station)
    if not path.exists():
        return {}
    notes = [note for note in path.read_text().split("\f\n") if note]
    return {signed_note.Checkpoint.from_text(signed_note.parse(note)[0]).size: note for note in notes}


def anchor(station: Station) -> int:
    """Append the notes that are not yet outside the database; how many. Safe to run again after a crash."""
    known = anchored(station)
    fresh = [c for c in Checkpoint.objects.filter(station=station).order_by("size") if c.size not in known]
    if fresh:
        with anchor_file(station).open("a") as file:
            file.writelines(checkpoint.note + "\f\n" for checkpoint in fresh)
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def newest(station: Station, holding: int = 0) -> Checkpoint | None:
    """The newest checkpoint that covers page number `holding`."""
    return Checkpoint.objects.filter(station=station, size__gt=holding).order_by("-size").first()
