"""The proof that goes with a package: pages of a ledger with their paths to one signed root, checked without a network.

A proof is lines of JSON. The first: {"koban": "ledger proof", "form": 1, "note": …, "verifier": …}; each further one
{"page": …, "path": […]}: the page and base64 hashes, lowest first (RFC 9162, 2.1.3). note: a C2SP signed note.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from koban.lib import merkle, signed_note
from koban.lib.sentence import Sentence, gettext_noop

HEAD = {"koban": "ledger proof", "form": 1}
PATH = "data/ledger.jsonl"
ROWS = "data/rows.jsonl"
LONGEST = 1 << 22  # bytes of one line

NO_PROOF = gettext_noop("%(file)s is no proof of a ledger: line %(line)s cannot be read")
BAD_ROOT = gettext_noop("%(file)s: the root is not signed as it must be: %(why)s")
ASTRAY = gettext_noop("%(file)s: page %(page)s does not lead to the signed root")
ROW = gettext_noop("%(file)s: %(row)s is not as page %(page)s of the ledger left it")


@dataclass
class Proven:
    """What was found. seals: row -> digest and page of the last page that names it."""

    origin: str = ""
    size: int = 0
    key: str = ""
    pages: int = 0
    rows: int = 0
    faults: list[Sentence] = field(default_factory=list)
    seals: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.faults

    def no(self, text: str, **values: Any) -> None:
        self.faults.append(Sentence(text, values))


def check(lines: Iterable[bytes], trusted: signed_note.Verifier | None = None) -> Proven:
    """Whether every page leads to the signed root. trusted: the key one knows; without it, the one named inside."""
    found, told = Proven(), enumerate(lines, start=1)
    try:
        _number, first = next(told)
        checkpoint = _root(json.loads(first), trusted, found)
    except signed_note.BadNote as wrong:
        found.no(BAD_ROOT, file=PATH, why=str(wrong))
        return found
    except (StopIteration, ValueError, KeyError, TypeError):
        found.no(NO_PROOF, file=PATH, line=1)
        return found
    for number, line in told:
        try:
            _page(json.loads(line), checkpoint, found)
        except (ValueError, KeyError, TypeError):
            found.no(NO_PROOF, file=PATH, line=number)
    return found


def _root(
    head: Mapping[str, Any], trusted: signed_note.Verifier | None, found: Proven
) -> signed_note.Checkpoint:
    if {name: head.get(name) for name in HEAD} != HEAD:
        raise ValueError("another file")
    key = trusted or signed_note.Verifier.from_text(head["verifier"])
    text, _names = signed_note.verify(head["note"], [key])
    checkpoint = signed_note.Checkpoint.from_text(text)
    found.origin, found.size, found.key = checkpoint.origin, checkpoint.size, key.to_text()
    return checkpoint


def _page(told: Mapping[str, Any], checkpoint: signed_note.Checkpoint, found: Proven) -> None:
    page = told["page"]
    number = int(page["number"])
    path = [b64decode(node, validate=True) for node in told["path"]]
    leaf = merkle.leaf_hash(canonical(page))
    if not merkle.verify_inclusion(leaf, number, checkpoint.size, path, checkpoint.root):
        found.no(ASTRAY, file=PATH, page=number)
    found.pages += 1
    found.seals |= {name: (digest, number) for name, digest in page["seals"].items()}


def check_rows(lines: Iterable[bytes], found: Proven) -> None:
    """Whether the rows of an opened package are those that the pages sealed: {"row": name, "told": text, "proven": bool}."""
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            if row["proven"]:
                _row(row["row"], row["told"], found)
        except (ValueError, KeyError, TypeError, AttributeError):
            found.no(NO_PROOF, file=ROWS, line=number)


def _row(name: str, told: str, found: Proven) -> None:
    digest, page = found.seals.get(name, ("", -1))
    if hashlib.sha256(told.encode()).hexdigest() != digest:
        found.no(ROW, file=ROWS, row=name, page=page)
    found.rows += 1


def canonical(values: Mapping[str, Any]) -> bytes:
    """The bytes of a page that the tree hashes: keys sorted, no spaces, UTF-8."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def lines_of(file: Any) -> Iterator[bytes]:
    """Lines of a binary stream; one that is too long ends it with a ValueError."""
    while line := file.readline(LONGEST + 1):
        if len(line) > LONGEST:
            raise ValueError("a line is too long")
        yield line
