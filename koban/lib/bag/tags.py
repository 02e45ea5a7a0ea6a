"""The tag files of a bag as text: declaration, manifests, bag-info, fetch. Each says what is wrong with it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from koban.lib.bag.paths import NEWEST, PAYLOAD, leads_out, unescaped
from koban.lib.bag.reasons import Unfit, reason

VERSIONS = ((0, 93), (0, 94), (0, 95), (0, 96), (0, 97), NEWEST)
BREAK = re.compile(r"\r\n|\n|\r")
VERSION, ENCODING = "BagIt-Version", "Tag-File-Character-Encoding"
MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
LISTED = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(.+)", re.DOTALL)
FETCHED = re.compile(r"(\S+)[ \t]+(\d+|-)[ \t]+(.+)", re.DOTALL)
OXUM = re.compile(r"(\d+)\.(\d+)")
MARK = b"\xef\xbb\xbf"
# By the name in a manifest's own name, levelled. What the standard library cannot do proves nothing.
ALGORITHMS = {
    name.replace("_", ""): name
    for name in sorted(hashlib.algorithms_guaranteed)
    if not name.startswith("shake")
}

Tell = Callable[..., None]  # tell(rule, file, **values)


@dataclass(frozen=True, slots=True)
class Declaration:
    version: tuple[int, int]
    encoding: str

    @property
    def is_newest(self) -> bool:
        return self.version >= NEWEST


@dataclass(slots=True)
class Manifest:
    """algorithm: of hashlib, "" if it is not known. listed: path -> checksum in small letters."""

    name: str
    algorithm: str
    is_tag: bool
    listed: dict[str, str] = field(default_factory=dict)


def declaration(file: str, content: bytes, no: Tell, warn: Tell) -> Declaration:
    """What bagit.txt says. Raises Unfit where nothing else could be read after it."""
    if content.startswith(MARK):
        no("declaration mark", file)
    lines = BREAK.split(_text(file, content.removeprefix(MARK), "UTF-8"))
    while lines and not lines[-1]:
        lines.pop()
    version = _version(file, _value(file, lines, 0, VERSION))
    encoding = _value(file, lines, 1, ENCODING).strip()
    strict = no if version >= NEWEST else warn
    for number, name in enumerate((VERSION, ENCODING)):
        if not re.fullmatch(rf"{name}: \S+", lines[number]):
            strict("declaration", file, line=number + 1)
    if len(lines) > 2:
        strict("declaration", file, line=3)
    _known(file, encoding)
    return Declaration(version, encoding)


def _value(file: str, lines: list[str], number: int, name: str) -> str:
    label, colon, value = lines[number].partition(":") if number < len(lines) else ("", "", "")
    if label.strip() != name or not colon:
        raise Unfit(reason("declaration", file, line=number + 1))
    return value


def _version(file: str, said: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,3})\.([0-9]{1,3})", said.strip())
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version not in VERSIONS:
        raise Unfit(reason("version", file, version=said.strip()))
    return version


def _known(file: str, encoding: str) -> None:
    try:
        b"text".decode(encoding)  # of no bytes at all it would not even look for the name
    except UnicodeError:
        return
    except (LookupError, ValueError):
        raise Unfit(reason("encoding", file, encoding=encoding)) from None


def _text(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError:
        raise Unfit(reason("text", file, encoding=encoding)) from None


def manifest_at(path: str) -> Manifest | None:
    """An empty manifest, if that is what a file of this name would be."""
    named = MANIFEST.fullmatch(path)
    if named is None:
        return None
    algorithm = ALGORITHMS.get(re.sub("[^a-z0-9]", "", named[2].lower()), "")
    return Manifest(path, algorithm, named[1] is not None)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the tag files after bagit.txt. no and warn tell what is wrong; `strict` is no in 1.0 and warn before."""

    said: Declaration
    no: Tell
    warn: Tell

    def strict(self, rule: str, file: str, **values: Any) -> None:
        (self.no if self.said.is_newest else self.warn)(rule, file, **values)

    def lines(self, file: str, content: bytes) -> Iterator[tuple[int, str]]:
        text = _text(file, content, self.said.encoding)
        yield from ((number, line) for number, line in enumerate(BREAK.split(text), start=1) if line)

    def fill(self, manifest: Manifest, content: bytes) -> None:
        digits = hashlib.new(manifest.algorithm).digest_size * 2 if manifest.algorithm else 0
        for number, line in self.lines(manifest.name, content):
            found = LISTED.fullmatch(line)
            if not found or (digits and len(found[1]) != digits):
                self.no("line", manifest.name, line=number)
                continue
            if found[2]:
                self.warn("asterisk", manifest.name, line=number, path=found[3])
            path = self._path(manifest.name, number, found[3])
            if path and self._belongs(manifest, number, path):
                self._list(manifest, number, path, found[1].lower())

    def _path(self, file: str, number: int, written: str) -> str:
        """The path that a line means, "" after saying why it may not."""
        plain = written
        while plain.startswith("./"):
            plain = plain[2:]
        if plain != written:
            self.warn("dot", file, line=number, path=plain)
        path = unescaped(plain, self.said.version)
        if not leads_out(path):
            return path
        self.no("escape", file, line=number, path=path)
        return ""

    def _belongs(self, manifest: Manifest, number: int, path: str) -> bool:
        if not manifest.is_tag:
            if not path.startswith(PAYLOAD):
                self.no("outside payload", manifest.name, line=number, path=path)
            return path.startswith(PAYLOAD)
        listed = manifest_at(path)
        if path.startswith(PAYLOAD) or (listed and listed.is_tag):
            self.strict("inside payload", manifest.name, line=number, path=path)
        return True

    def _list(self, manifest: Manifest, number: int, path: str, checksum: str) -> None:
        before = manifest.listed.get(path)
        if before is None:
            manifest.listed[path] = checksum
        elif before == checksum:
            self.strict("listed twice", manifest.name, line=number, path=path)
        else:
            self.no("listed twice, differently", manifest.name, line=number, path=path)

    def fetched(self, file: str, content: bytes) -> set[str]:
        """The paths that fetch.txt says are to be fetched."""
        paths = set()
        for number, line in self.lines(file, content):
            found = FETCHED.fullmatch(line)
            if not found:
                self.no("fetch line", file, line=number)
            elif path := self._path(file, number, found[3]):
                paths.add(path)
                if not path.startswith(PAYLOAD):
                    self.no("outside payload", file, line=number, path=path)
        return paths

    def oxum(self, file: str, content: bytes) -> tuple[int, int] | None:
        """Bytes and files that bag-info.txt says the payload has, None if it says nothing that can be used."""
        said = [value.strip() for label, value in self.info(file, content) if label.lower() == "payload-oxum"]
        if len(said) > 1:
            (self.warn if len(set(said)) == 1 and not self.said.is_newest else self.no)(
                "Payload-Oxum twice", file
            )
        found = OXUM.fullmatch(said[0]) if said else None
        if said and not found:
            self.no("Payload-Oxum form", file, said=said[0])
        return (int(found[1]), int(found[2])) if found else None

    def info(self, file: str, content: bytes) -> list[tuple[str, str]]:
        """Labels and values of bag-info.txt; a line that begins with a space goes on with the last value."""
        found: list[tuple[str, str]] = []
        for number, line in self.lines(file, content):
            label, colon, value = line.partition(":")
            if line[0] in " \t" and found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            elif colon and label.strip():
                found.append((label.strip(), value.strip()))
            else:
                self.strict("info line", file, line=number)
        return found
