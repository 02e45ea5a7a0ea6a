"""Names of files inside a bag: how they are written down, which lead out of it, how they are shown."""

import re
import unicodedata

PAYLOAD = "data/"
NEWEST = (1, 0)
DRIVE = re.compile(r"[A-Za-z]:")
ESCAPED = re.compile(r"%(0[AaDd]|25)")
ESCAPED_BREAKS = re.compile(r"%(0[AaDd])")
# Files that systems put beside others, and take away again, unasked.
SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini"}


def escaped(path: str) -> str:
    """As it stands in a manifest: %, CR and LF, and only these, percent-encoded (RFC 8493 section 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescaped(written: str, version: tuple[int, int]) -> str:
    """The name behind `written`; before 1.0 a percent sign stood for itself."""
    pattern = ESCAPED if version >= NEWEST else ESCAPED_BREAKS
    return pattern.sub(lambda found: chr(int(found[1], 16)), written)


def leads_out(path: str) -> bool:
    """Whether `path` names, on any system, something that is not below the folder it is taken from."""
    parts = re.split(r"[/\\]", path)
    return (
        path.startswith(("/", "\\", "~"))
        or DRIVE.match(path) is not None
        or any(part in ("", ".", "..") for part in parts)
        or "\0" in path
    )


def normal(path: str) -> str:
    """One form for names that look the same: some systems take accents apart when they store a name."""
    return unicodedata.normalize("NFC", path)


def levelled(path: str) -> str:
    """One form for names that are the same file on a system that does not tell capitals."""
    return normal(normal(path).casefold())


def is_system_file(path: str) -> bool:
    return path.rsplit("/", 1)[-1].lower() in SYSTEM_FILES


def shown(path: str) -> str:
    """Fit for one line of a terminal: no control characters, no halves of characters."""
    return "".join(_shown(letter) for letter in path)


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return letter.encode("unicode_escape").decode("ascii")
