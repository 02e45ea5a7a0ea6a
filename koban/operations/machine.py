"""What the doctor asks about the machine and the files of the release. Each answer: (detail, what to do or "")."""

import hashlib
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from koban.operations.store import newest_page_at

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 2 * 1024**3
VENDOR = Path("desk/static/vendor")


def python() -> tuple[str, str]:
    """Old Pythons lack what the code uses."""
    mend = "" if sys.version_info >= LEAST_PYTHON else "Install Python 3.11 or newer."
    return sys.version.split()[0], mend


def folder() -> tuple[str, str]:
    """var/ must be ours to write, and nobody else's to read."""
    var: Path = settings.VAR
    if not os.access(var, os.W_OK):
        return str(var), "This account cannot write there: set KOBAN_VAR, or give the folder to this account."
    if os.name == "posix" and var.stat().st_mode & 0o007:
        return f"{var} (open to every account of this machine)", f"chmod o-rwx {var}"
    return str(var), ""


def disk() -> tuple[str, str]:
    """A full disk takes reports as surely as a fire."""
    free = shutil.disk_usage(settings.VAR).free
    mend = "" if free >= LEAST_FREE_BYTES else "Make room: less than 2 GiB are free."
    return f"{free / 1024**3:.1f} GiB free", mend


def clock() -> tuple[str, str]:
    """Terms are counted from this clock; it may never stand before what is already written."""
    now, newest = datetime.now(UTC), newest_page_at()
    if newest and newest > now:
        return f"{now:%Y-%m-%d %H:%M} UTC, but the ledger's newest page is of {newest:%Y-%m-%d %H:%M}", (
            "Set the machine's clock (and switch on time synchronisation) before anybody works."
        )
    return f"{now:%Y-%m-%d %H:%M} UTC", ""


def switches() -> tuple[str, str]:
    """Switches that are for building, not for an office."""
    wrong = [name for name, on in (("KOBAN_DEBUG", settings.DEBUG), ("KOBAN_DEMO", settings.DEMO)) if on]
    if wrong and settings.HTTPS:
        return f"{', '.join(wrong)} on a machine that serves HTTPS", f"Unset {' and '.join(wrong)}."
    return ("demo" if wrong else "office") + (
        ", HTTPS" if settings.HTTPS else ", plain HTTP on this machine"
    ), ""


def translations() -> tuple[str, str]:
    """The .mo files are built, not committed."""
    sources = sorted(settings.BASE.rglob("locale/*/LC_MESSAGES/*.po"))
    missing = [path for path in sources if not path.with_suffix(".mo").exists()]
    mend = "Run: make translations" if missing else ""
    return f"{len(sources) - len(missing)} of {len(sources)} files compiled", mend


def fonts() -> tuple[str, str]:
    """Chinese must show on a machine without any Chinese font."""
    found = list((settings.BASE / VENDOR).glob("noto-sans-sc/files/*.woff2"))
    return f"{len(found)} font files", "" if found else "Install this release again: its fonts are missing."


def vendored() -> tuple[str, str]:
    """Third-party scripts, styles and fonts against the hash list of the release."""
    home = settings.BASE / VENDOR
    lines = (line.split(maxsplit=1) for line in (home / "HASHES").read_text().splitlines() if line.strip())
    wrong = [name for wanted, name in lines if _sha256(home / name) != wanted]
    if wrong:
        return (
            f"changed or missing: {', '.join(wrong[:5])}",
            "Install this release again: these files are not its own.",
        )
    return "as released", ""


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
