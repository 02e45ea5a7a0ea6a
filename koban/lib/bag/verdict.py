"""Is this bag complete and valid? Every reason why not, in one pass over its bytes."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koban.lib.bag.holder import Holder, Limits
from koban.lib.bag.packed import BROKEN, DECLARATION, opened
from koban.lib.bag.paths import PAYLOAD, is_system_file, levelled, normal
from koban.lib.bag.reasons import Reason, Unfit, reason
from koban.lib.bag.tags import Manifest, Reader, declaration, manifest_at

CHUNK = 1 << 20
INFOS = ("bag-info.txt", "package-info.txt")
FETCH = "fetch.txt"
# A locked zip answers with a RuntimeError.
UNREADABLE = (*BROKEN, RuntimeError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """version: as bagit.txt says it, "" if that was not to be read. files, bytes: of the payload."""

    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    version: str = ""
    files: int = 0
    bytes: int = 0

    @property
    def is_valid(self) -> bool:
        return not self.reasons


def verify(
    path: Path, *, limits: Limits | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Look at everything in the bag at `path`: a folder, a .tar or a .zip. Nothing is changed or unpacked.

    progress: told the bytes that were read, and how many there are.
    Raises OSError if `path` itself cannot be opened; what cannot be read inside is a reason.
    """
    try:
        with opened(path, limits or Limits()) as holder:
            return _Look(holder, progress).verdict()
    except Unfit as unfit:
        return Verdict(reasons=(unfit.why,))


class _Look:
    def __init__(self, holder: Holder, progress: Callable[[int, int], None] | None) -> None:
        self.holder, self.progress = holder, progress
        self.reasons, self.warnings = list(holder.wrong), list[Reason]()
        self.version = ""
        self.payload = {path for path in holder.sizes if path.startswith(PAYLOAD)}
        self.manifests: list[Manifest] = []
        self.stands_for: dict[str, str] = {}  # a listed name -> the file that was taken for it
        self.excused = 0  # listed system files that are not there

    def no(self, rule: str, file: str, **values: Any) -> None:
        self.reasons.append(reason(rule, file, **values))

    def warn(self, rule: str, file: str, **values: Any) -> None:
        self.warnings.append(reason(rule, file, **values))

    def verdict(self) -> Verdict:
        try:
            self._all()
        except Unfit as unfit:
            self.reasons.append(unfit.why)
        size = sum(self.holder.sizes[path] for path in self.payload)
        return Verdict(tuple(self.reasons), tuple(self.warnings), self.version, len(self.payload), size)

    def _all(self) -> None:
        reader = self._reader()
        self._manifests(reader)
        fetched = reader.fetched(FETCH, self._text(FETCH)) if FETCH in self.holder.sizes else set[str]()
        self._fetched(reader, fetched)
        self._missing(reader, fetched)
        self._unlisted(reader)
        self._tag_manifests(reader)
        self._oxum(reader)
        self._checksums()

    def _text(self, path: str) -> bytes:
        try:
            return self.holder.text(path)
        except UNREADABLE as error:
            raise Unfit(reason("unreadable", path, why=_why(error))) from None

    def _reader(self) -> Reader:
        if DECLARATION not in self.holder.sizes:
            raise Unfit(reason("declaration missing", DECLARATION))
        said = declaration(DECLARATION, self._text(DECLARATION), self.no, self.warn)
        self.version = ".".join(map(str, said.version))
        return Reader(said, self.no, self.warn)

    # --- which files there are ------------------------------------------------------------------------------------

    def _manifests(self, reader: Reader) -> None:
        self.manifests = [found for path in sorted(self.holder.sizes) if (found := manifest_at(path))]
        for manifest in self.manifests:
            reader.fill(manifest, self._text(manifest.name))
        if not self.holder.has_payload:
            self.no("payload folder", "data")
        of_payload = self._of_payload()
        if not of_payload:
            self.no("no manifest", "manifest-sha512.txt")
        proven = any(manifest.algorithm for manifest in of_payload)
        for manifest in self.manifests:
            if not manifest.algorithm:
                tell = self.warn if proven else self.no
                tell("algorithm", manifest.name, algorithm=manifest.name.partition("-")[2][:-4])

    def _of_payload(self) -> list[Manifest]:
        return [manifest for manifest in self.manifests if not manifest.is_tag]

    def _fetched(self, reader: Reader, fetched: set[str]) -> None:
        for manifest in self._of_payload():
            for path in sorted(fetched - manifest.listed.keys()):
                reader.strict("fetch unlisted", FETCH, path=path, manifest=manifest.name)

    def _missing(self, reader: Reader, fetched: set[str]) -> None:
        listed = {path for manifest in self.manifests for path in manifest.listed}
        there = self.holder.sizes.keys()
        look_alikes = {normal(path): path for path in self.payload - listed}
        level = {levelled(path): path for path in listed & there}
        for path in sorted(listed - there):
            if twin := look_alikes.get(normal(path)):
                self.stands_for[path] = twin
                self.warn("other accents", path, path=twin)
            elif not self._excused(reader, path, level.get(levelled(path))):
                self._say_missing(path, fetched)

    def _say_missing(self, path: str, fetched: set[str]) -> None:
        if path in fetched:
            self.no("not fetched", path)
        else:
            names = (manifest.name for manifest in self.manifests if path in manifest.listed)
            self.no("missing", path, manifest=", ".join(names))

    def _excused(self, reader: Reader, path: str, twin: str | None) -> bool:
        """Before 1.0 a bag holds although a system lost its own files, or made two names one."""
        if reader.said.is_newest or not path.startswith(PAYLOAD):
            return False
        if twin and all(
            manifest.listed.get(twin) == manifest.listed.get(path) for manifest in self._of_payload()
        ):
            self.warn("other capitals", path, path=twin)
        elif is_system_file(path):
            self.excused += 1
            self.warn("system file", path)
        else:
            return False
        return True

    def _unlisted(self, reader: Reader) -> None:
        """Since 1.0 every manifest lists every file; before, one of them was enough."""
        in_any: set[str] = set()
        for manifest in self._of_payload():
            there = {self.stands_for.get(path, path) for path in manifest.listed}
            in_any |= there
            if reader.said.is_newest:
                for path in sorted(self.payload - there):
                    self.no("unlisted", path, manifest=manifest.name)
        if not reader.said.is_newest:
            names = ", ".join(manifest.name for manifest in self._of_payload()) or "manifest-…"
            for path in sorted(self.payload - in_any):
                self.no("unlisted", path, manifest=names)

    def _tag_manifests(self, reader: Reader) -> None:
        for manifest in self.manifests:
            for other in self._of_payload() if manifest.is_tag else ():
                if other.name not in manifest.listed:
                    reader.strict("manifest unlisted", manifest.name, manifest=other.name)

    def _oxum(self, reader: Reader) -> None:
        file = next((name for name in INFOS if name in self.holder.sizes), None)
        said = reader.oxum(file, self._text(file)) if file else None
        if said is None or file is None:
            return
        size, count = sum(self.holder.sizes[path] for path in self.payload), len(self.payload)
        fits = said == (size, count) or (
            self.excused and said[0] >= size and count <= said[1] <= count + self.excused
        )
        if not fits:
            self.no("Payload-Oxum", file, said=f"{said[0]}.{said[1]}", found=f"{size}.{count}")

    # --- what is in them --------------------------------------------------------------------------------------------

    def _checksums(self) -> None:
        wanted: dict[str, list[tuple[Manifest, str]]] = defaultdict(list)
        for manifest in self.manifests:
            for path, checksum in manifest.listed.items() if manifest.algorithm else ():
                there = self.stands_for.get(path, path)
                if there in self.holder.sizes:
                    wanted[there].append((manifest, checksum))
        self._done, self._whole = 0, sum(self.holder.sizes[path] for path in wanted)
        for path in self.holder.in_order(set(wanted)):
            self._compare(path, wanted[path])

    def _compare(self, path: str, wanted: list[tuple[Manifest, str]]) -> None:
        try:
            found = self._sums(path, {manifest.algorithm for manifest, _checksum in wanted})
        except UNREADABLE as error:
            self.no("unreadable", path, why=_why(error))
            return
        for manifest, checksum in wanted:
            if found[manifest.algorithm] != checksum:
                self.no("checksum", path, algorithm=manifest.algorithm, manifest=manifest.name)

    def _sums(self, path: str, algorithms: set[str]) -> dict[str, str]:
        sums = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm in algorithms}
        with self.holder.open(path) as file:
            while piece := file.read(CHUNK):
                for each in sums.values():
                    each.update(piece)
                self._tell(len(piece))
        return {algorithm: each.hexdigest() for algorithm, each in sums.items()}

    def _tell(self, size: int) -> None:
        self._done += size
        if self.progress:
            self.progress(self._done, self._whole)


def _why(error: BaseException) -> str:
    """Without the path of the machine, which an OSError carries along."""
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
