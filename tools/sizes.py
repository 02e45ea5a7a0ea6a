"""Files stay small enough to be read in one go. An exemption is a comment `# size: reason` in the file."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REASON = re.compile(r"(#|\{#|<!--)\s*size:\s*\w")
NOT_OURS = ("/vendor/", "/migrations/")


def limit(path: str) -> int:
    """How many lines this file may have; 0 for no limit."""
    if any(part in f"/{path}" for part in NOT_OURS):
        return 0
    if path.endswith(".py"):
        return 500 if "tests/" in path else 300
    return 120 if "/templates/" in path and path.endswith(".html") else 0


def too_long(paths: list[str], root: Path = ROOT) -> list[str]:
    """One line for each file that is over its limit and gives no reason."""
    return [fault for path in paths if (most := limit(path)) and (fault := _fault(root / path, path, most))]


def _fault(file: Path, path: str, most: int) -> str:
    text = file.read_text(encoding="utf-8")
    lines = text.count("\n")
    return f"{path}: {lines} lines, {most} allowed" if lines > most and not REASON.search(text) else ""


def tracked() -> list[str]:
    """Every file of the work tree that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in listed.split("\0") if path and (ROOT / path).is_file())


if __name__ == "__main__":
    faults = too_long(tracked())
    print("\n".join(faults) or "well")
    sys.exit(1 if faults else 0)
