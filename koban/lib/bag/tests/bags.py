"""Small bags for tests, whole and spoilt."""

import hashlib
import io
import tarfile
from datetime import date
from pathlib import Path

from koban.lib.bag import Entry, write

DAY = date(2026, 3, 2)
FILES = {
    "index.html": b"<p>one</p>",
    "papers/order.pdf": b"%PDF" + b"x" * 300,
    "papers/收据.txt": "收到".encode(),
}
SUITE = Path(__file__).parent / "data" / "bagit-conformance-suite.tar.gz"


def entry(path, content, sha256=""):
    return Entry(path, lambda: io.BytesIO(content), sha256)


def written(target, files=FILES, **options):
    write(target, [entry(path, content) for path, content in files.items()], on=DAY, **options)
    return target


def by_hand(target, *, version="1.0", files=None, manifests=None, **others):
    """A bag of which every word is given. others: name with _ for . -> content."""
    (target / "data").mkdir(parents=True)
    (target / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")
    for path, content in (files or {"data/a": b"a"}).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
    manifests = manifests if manifests is not None else {"sha256": f"{sha256(b'a')}  data/a\n"}
    for algorithm, text in manifests.items():
        (target / f"manifest-{algorithm}.txt").write_bytes(text.encode())
    for name, text in others.items():
        (target / name.replace("__", "-").replace("_txt", ".txt")).write_text(text)
    return target


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def sealed(bag):
    """Write the tag manifests anew, as somebody would who changes a manifest on purpose."""
    for old in bag.glob("tagmanifest-*.txt"):
        old.unlink()
    lines = (
        f"{sha256(file.read_bytes())}  {file.name}\n" for file in sorted(bag.iterdir()) if file.is_file()
    )
    text = "".join(lines)
    (bag / "tagmanifest-sha256.txt").write_text(text)
    return bag


def suite(folder):
    """The public suite, unpacked; folders of bags as (version, kind, name)."""
    with tarfile.open(SUITE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def rules(verdict):
    return [(one.rule, one.file) for one in verdict.reasons]
