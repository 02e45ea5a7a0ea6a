"""The files of the pages, laid out once for serving, each also compressed: a slow phone loads a third of the bytes."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.compress import Compressor

STAMP = "complete"  # settings.py looks for it


def lay_out() -> None:
    """Collect and compress the files into STATIC_ROOT, unless that was done for just these files."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp, wanted = root / STAMP, _fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        _compress(root)
        stamp.write_text(wanted)
    settings.WHITENOISE_USE_FINDERS = False


def _compress(root: Path) -> None:
    compressor = Compressor(quiet=True)
    for path in sorted(root.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            list(compressor.compress(str(path)))


def _fingerprint() -> str:
    """Names, sizes and times of every file that the rooms bring."""
    told = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            told.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return told.hexdigest()
