"""Records as columns of numbers: a million of them in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koban.lib.linkage.addresses import Address
from koban.lib.linkage.features import Comparison, Feature
from koban.lib.linkage.lexicon import Levels, Lexicon
from koban.lib.linkage.names import PersonName, Words
from koban.lib.linkage.numbers import Birth, Identity, Phone, Sex
from koban.lib.linkage.records import Record

# How far people of one household agree in a field of words as if they were one.
WORDS_SHARED = {
    "street": 1.0,
    "number": 1.0,
    "locality": 1.0,
    "town": 1.0,
    "region": 1.0,
    "postcode": 1.0,
    "email": 0.1,
}
CHUNK = 50_000


def features(fields: Iterable[str]) -> tuple[Feature, ...]:
    """What can be compared of records that have these fields, in one fixed order."""
    known: tuple[Feature, ...] = (PersonName(), Sex(), Birth(), Identity(), Phone(), Address())
    words = tuple(Words(name, shared) for name, shared in WORDS_SHARED.items())
    given = set(fields)
    return tuple(feature for feature in (*known, *words) if given.intersection(feature.reads))


class Columns:
    """Columns that grow in chunks; `[name]` is the whole column."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[NDArray[Any]]] = {}

    def append(self, name: str, values: NDArray[Any]) -> None:
        self._chunks.setdefault(name, []).append(values)

    def __contains__(self, name: str) -> bool:
        return name in self._chunks

    def __getitem__(self, name: str) -> NDArray[Any]:
        chunks = self._chunks[name]
        if len(chunks) > 1:
            self._chunks[name] = chunks = [np.concatenate(chunks)]
        return chunks[0]


class Table:
    """Encoded records. Two tables can be compared if they share the lexicon."""

    def __init__(self, described: Sequence[Feature], lexicon: Lexicon) -> None:
        self.features, self.lexicon = described, lexicon
        self.columns = Columns()
        self._keys: list[tuple[bytes, NDArray[np.int64]]] = []
        self._ends: list[int] = [0]

    def __len__(self) -> int:
        return self._ends[-1]

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(comparison for feature in self.features for comparison in feature.comparisons)

    def add(self, records: Iterable[Record]) -> None:
        batch: list[Record] = []
        for record in records:
            batch.append(record)
            if len(batch) == CHUNK:
                self._add(batch)
                batch = []
        if batch:
            self._add(batch)

    def _add(self, batch: Sequence[Record]) -> None:
        for feature in self.features:
            rows = [feature.read(record.fields, self.lexicon) for record in batch]
            whole = np.array(rows, dtype=np.int64)
            for at, (name, dtype) in enumerate(feature.columns.items()):
                self.columns.append(name, whole[:, at].astype(dtype))
        encoded = [record.key.encode() for record in batch]
        self._keys.append((b"".join(encoded), np.cumsum([0, *map(len, encoded)], dtype=np.int64)))
        self._ends.append(len(self) + len(batch))

    def key(self, row: int) -> str:
        """The caller's key of a row."""
        chunk = int(np.searchsorted(self._ends, row, side="right")) - 1
        text, ends = self._keys[chunk]
        at = row - self._ends[chunk]
        return text[ends[at] : ends[at + 1]].decode()

    def rows(self, feature: Feature, at: NDArray[np.int64]) -> Mapping[str, NDArray[Any]]:
        return {name: self.columns[name][at] for name in feature.columns}


def compare(left: Table, right: Table, at: NDArray[np.int64], to: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The level of each comparison (columns) for each pair of rows."""
    levels: list[Levels] = []
    for feature in left.features:
        found = feature.compare(left.rows(feature, at), right.rows(feature, to), left.lexicon)
        levels += [found[comparison.name] for comparison in feature.comparisons]
    return np.stack(levels, axis=1) if levels else np.zeros((len(at), 0), np.uint8)
