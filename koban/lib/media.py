"""What a file is, told from its bytes, and pictures made harmless in a child process.

Nothing here trusts a name or a declared type. Pictures are decoded by `media_child` alone, which runs with limits on
memory, time, size and open files (so without network), reads bytes from a pipe and gives bytes back.
"""

import json
import mimetypes
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

CHILD = Path(__file__).with_name("media_child.py")
HEAD_BYTES = 4096
"""How much of a file `sniff` wants to see."""

PHOTO, DOCUMENT, AUDIO, VIDEO = "photo", "document", "audio", "video"

KINDS = {
    "image/jpeg": PHOTO,
    "image/png": PHOTO,
    "image/webp": PHOTO,
    "image/gif": PHOTO,
    "image/heic": PHOTO,
    "application/pdf": DOCUMENT,
    "text/plain": DOCUMENT,
    "audio/mp4": AUDIO,
    "audio/mpeg": AUDIO,
    "audio/wav": AUDIO,
    "audio/ogg": AUDIO,
    "video/mp4": VIDEO,
    "video/quicktime": VIDEO,
    "video/webm": VIDEO,
}
"""The types that are taken at all, and what an officer calls them."""

SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "image/heic": ".heic",
    "application/pdf": ".pdf", "text/plain": ".txt", "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/wav": ".wav",
    "audio/ogg": ".ogg", "video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm",
}  # fmt: skip

_ALIASES = {
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/heif": "image/heic", "image/x-png": "image/png",
    "audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4", "audio/aac": "audio/mp4", "audio/mp4a-latm": "audio/mp4",
    "audio/mp3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav", "audio/opus": "audio/ogg", "application/ogg": "audio/ogg", "video/ogg": "audio/ogg",
    "application/x-pdf": "application/pdf", "text/csv": "text/plain", "text/markdown": "text/plain",
    "audio/webm": "video/webm", "video/x-m4v": "video/mp4", "video/3gpp": "video/mp4", "audio/3gpp": "video/mp4",
}  # fmt: skip

# One container carries sound alone or pictures too; its first bytes do not tell which.
_SAME_CONTAINER = frozenset({"audio/mp4", "video/mp4", "video/quicktime"})
_NO_CLAIM = frozenset({"", "application/octet-stream", "binary/octet-stream"})

_MAGIC = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
]
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"mif1": "image/heic",
    b"hevc": "image/heic", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
    b"isom": "video/mp4", b"iso2": "video/mp4", b"iso4": "video/mp4", b"iso5": "video/mp4", b"iso6": "video/mp4",
    b"mp41": "video/mp4", b"mp42": "video/mp4", b"avc1": "video/mp4", b"M4V ": "video/mp4", b"3gp4": "video/mp4",
    b"3gp5": "video/mp4", b"3gp6": "video/mp4", b"dash": "video/mp4", b"MSNV": "video/mp4",
}  # fmt: skip
_MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"<body", b"<iframe", b"#!/", b"<?php")


def sniff(head: bytes) -> str:
    """The media type that the first bytes (up to HEAD_BYTES) show, "" for a type that is not taken.

    Text that a browser could run (markup, scripts) is not taken.
    """
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # MPEG frame, layer III
        return "audio/mpeg"
    return "text/plain" if _is_plain_text(head) else ""


def _is_plain_text(head: bytes) -> bool:
    if not head or any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head):
        return False
    if any(mark in head.lower() for mark in _MARKUP):
        return False
    return _decodes(head, "utf-8") or _decodes(head, "gb18030")


def _decodes(head: bytes, encoding: str) -> bool:
    for cut in range(4):  # the head may end inside a character
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def agrees(sniffed: str, *, declared: str, name: str) -> bool:
    """Whether a file is what it says: neither its declared type nor its name's ending claims another type."""
    return all(
        _fits(claim, sniffed) for claim in (declared, mimetypes.guess_type(name, strict=False)[0] or "")
    )


def _fits(claim: str, sniffed: str) -> bool:
    base = claim.partition(";")[0].strip().lower()
    claimed = _ALIASES.get(base, base)
    return claimed in _NO_CLAIM or claimed == sniffed or {claimed, sniffed} <= _SAME_CONTAINER


class Unfit(Exception):
    """The picture cannot be shown. reason: "damaged", "pixels" (too many), "memory" or "time"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Busy(Exception):
    """All children are at work: try again later."""


class ChildBroken(RuntimeError):
    """The child could not even start its work: this installation is broken, not the picture."""


@dataclass(frozen=True, slots=True)
class Limits:
    """pixels: of the picture as sent. …_bytes: in memory or in the pipe. …_s: seconds. …_px: longest edge."""

    pixels: int = 64_000_000
    source_bytes: int = 40_000_000
    memory_bytes: int = 1_200_000_000
    cpu_s: int = 20
    wall_s: float = 30.0
    view_px: int = 2560
    thumb_px: int = 320


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture drawn anew: JPEG, sRGB, upright, without any metadata; what the original said about itself beside it.

    metadata: of taken_at (ISO, with zone only where the camera knew one), lon, lat (degrees, WGS 84), heading (degrees
    from north), camera, width, height (px of the original).
    """

    view: bytes
    thumb: bytes
    width: int
    height: int
    metadata: dict[str, Any]


_slots = threading.BoundedSemaphore(2)


def clean_image(source: BinaryIO, limits: Limits = Limits(), *, wait_s: float = 10.0) -> Cleaned:
    """Draw a picture anew in a child process. At most two run at once, so that the server stays small.

    Raises Unfit with its reason; Busy if no child was free for `wait_s` seconds; ChildBroken.
    """
    if not _slots.acquire(timeout=wait_s):
        raise Busy
    try:
        return _answer(*_run(source.read(limits.source_bytes + 1), limits))
    finally:
        _slots.release()


def _run(picture: bytes, limits: Limits) -> tuple[int, bytes]:
    if len(picture) > limits.source_bytes:
        raise Unfit("memory")
    told = json.dumps({"type": sniff(picture[:HEAD_BYTES]), **asdict(limits)})
    # -I: nothing from the environment or the working directory reaches the child.
    with subprocess.Popen(  # noqa: S603 our own file; `told` holds numbers and one of our own words
        [sys.executable, "-I", str(CHILD), told],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", close_fds=True,
    ) as child:  # fmt: skip
        try:
            out, _none = child.communicate(picture, timeout=limits.wall_s)
        except subprocess.TimeoutExpired:
            child.kill()
            raise Unfit("time") from None
    return child.returncode, out


def _answer(code: int, out: bytes) -> Cleaned:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unfit("time")
    if code > 0:
        raise ChildBroken(f"{CHILD.name} ended with {code}: run it by hand to see why")
    head, gap, body = out.partition(b"\n")
    if code or not gap:
        raise Unfit("damaged")
    said = json.loads(head)
    if "unfit" in said:
        raise Unfit(said["unfit"])
    size = said["view_bytes"]
    return Cleaned(body[:size], body[size:], said["width"], said["height"], said["metadata"])
