"""The Python environment in .venv: made once, renewed when a lock file changes."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.house import steps
from tools.house.steps import BIN, PYTHON, ROOT, VENV, Trouble, quietly, say

LOCKS = ROOT / "requirements"
ONLINE = "Is the package registry reachable? Run the same command again; what was fetched is kept."


def ready(kind: str) -> None:
    """Have an environment with everything of `kind`: "run" (the office) or "dev" (tests and checks too).

    Raises Trouble where it cannot be made, with what to do.
    """
    if not _stamped(kind):
        say(f"Preparing .venv ({kind}); the first time takes a minute or two.")
        _make()
        _install(kind)
        _stamp(kind)
    _compile_translations()


def lock(rest: list[str]) -> int:
    """Pin every package with its hashes; `rest` may hold --upgrade. Returns the exit code of uv."""
    uv = _uv() or _fetched_uv()
    for kind, also in (("run", []), ("dev", ["-c", "requirements/run.txt"])):
        group = "build" if kind == "run" else "dev"
        command = [
            uv, "pip", "compile", "pyproject.toml", "--group", group, "-c", "requirements/limits.in", *also,
            "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet",
            "--no-config", "--no-emit-index-url", "--no-emit-find-links", *rest,
            "--output-file", f"requirements/{kind}.txt",
        ]  # fmt: skip
        if status := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return status
        say(f"requirements/{kind}.txt is written.")
    return 0


def clean() -> int:
    """Remove the environment, caches and compiled translations; keep var/."""
    for name in (".venv", "build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache", "test-results",
                 ".import_linter_cache", ".hypothesis"):  # fmt: skip
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for built in (ROOT / "koban").rglob("*.mo"):
        built.unlink()
    return 0


def _wanted(kind: str) -> str:
    parts = [sys.version.split()[0].encode(), (ROOT / "pyproject.toml").read_bytes()]
    parts.append((LOCKS / f"{kind}.txt").read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _stamped(kind: str) -> bool:
    stamp = VENV / f".koban-{kind}"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _wanted(kind)


def _stamp(kind: str) -> None:
    # What tests need holds what running needs, at the same versions.
    for each in {kind, "run"}:
        (VENV / f".koban-{each}").write_text(_wanted(each))


def _make() -> None:
    if PYTHON.exists() and steps.first_that_runs([[str(PYTHON), "-c", "pass"]]):
        return
    if uv := _uv():
        quietly([uv, "venv", "--no-config", "--clear", "--python", sys.executable, str(VENV)],
                what="environment", help="Remove .venv and try again.")  # fmt: skip
        return
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, OSError):
        _make_with_debians_venv()


def _make_with_debians_venv() -> None:
    """Debian keeps `venv` in a package of its own; where we may, we install it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    say(f"  this Python lacks venv; trying to install {version}")
    if not apt_install(version):
        raise Trouble(
            f"This Python cannot make environments. Install uv, or as root: apt-get install {version}"
        )
    quietly(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], what="environment", help="Install uv instead."
    )


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this machine has apt and we may use it; tells whether it worked."""
    if not shutil.which("apt-get"):
        return False
    front = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*front, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    steps.first_that_runs([[*apt, "update"]])
    return steps.first_that_runs([[*apt, "install", "-y", "--no-install-recommends", *packages]])


def _install(kind: str) -> None:
    lock_file = str((LOCKS / f"{kind}.txt").relative_to(ROOT))
    if uv := _uv():
        front = [uv, "pip", "install", "--no-config", "--python", str(PYTHON)]
        extra: list[str] = []
    else:
        front = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        extra = ["--no-index"]
    quietly([*front, "--require-hashes", "-r", lock_file], what="packages", help=ONLINE)
    quietly([*front, *extra, "--no-deps", "--no-build-isolation", "--editable", "."],
            what="koban", help="The lines above say why.")  # fmt: skip


def _uv() -> str | None:
    return shutil.which("uv")


def _fetched_uv() -> str:
    """A uv of our own in .venv: only the lock files need it."""
    _make()
    name = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not name.exists():
        quietly([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], what="uv", help=ONLINE)
    return str(name)


def _compile_translations() -> None:
    if any(_stale(path) for path in (ROOT / "koban").rglob("locale/*/LC_MESSAGES/*.po")):
        quietly([str(PYTHON), "-m", "tools.translations", "compile"],
                what="translations", help="The .po file named above is broken.")  # fmt: skip


def _stale(source: Path) -> bool:
    built = source.with_suffix(".mo")
    return not built.exists() or built.stat().st_mtime < source.stat().st_mtime
