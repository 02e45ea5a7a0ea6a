"""The page style: nothing inline and nobody else's host, so that the CSP `default-src 'self'` holds everywhere."""

import re
import sys
from pathlib import Path

from tools.sizes import ROOT, tracked

SHOWN = (".html", ".svg", ".js", ".mjs", ".css")
RULES = (
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I), "inline script"),
    (re.compile(r"<style\b", re.I), "inline style sheet"),
    (re.compile(r"<[^>{%]*\sstyle\s*=", re.I), "style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I), "on… attribute"),
    (re.compile(r"(?:href|src|action)\s*=\s*[\"']javascript:", re.I), "javascript: address"),
)
HOST = re.compile(
    r"(?:src|href|action|url\(|import|fetch\()\s*[=(]?\s*[\"'(]?\s*(?:https?:)?//[\w.-]+\.\w+", re.I
)
# A reader may follow a link to a source; nothing may be loaded from there.
LINK = re.compile(r"<a\b[^>]*$", re.I)


def faults(path: str, text: str) -> list[str]:
    """What in this file breaks the style, as "path:line: what"."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if path.endswith((".html", ".svg")):
            found += [f"{path}:{number}: {what}" for rule, what in RULES if rule.search(line)]
        found += [
            f"{path}:{number}: third-party host" for hit in HOST.finditer(line) if not _is_link(line, hit)
        ]
    return found


def _is_link(line: str, hit: re.Match[str]) -> bool:
    return bool(LINK.search(line[: hit.start()]))


def ours(path: str) -> bool:
    """Templates and static files that we wrote."""
    shown = path.endswith(SHOWN) and ("/templates/" in path or "/static/" in path)
    return path.startswith("koban/") and shown and "/vendor/" not in path


if __name__ == "__main__":
    broken = [
        f for path in tracked() if ours(path) for f in faults(path, Path(ROOT, path).read_text("utf-8"))
    ]
    print("\n".join(broken) or "well")
    sys.exit(1 if broken else 0)
