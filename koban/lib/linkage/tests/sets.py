"""The public sets, with their truth."""

import csv
import gzip
import io
from itertools import combinations
from pathlib import Path

from koban.lib.linkage.files import read_records
from koban.lib.linkage.truth import against_entities

DATA = Path(__file__).parent / "data"


def read(name):
    """(records, entity of each key) of one file."""
    content = gzip.decompress((DATA / f"{name}.csv.gz").read_bytes())
    rows = [*csv.DictReader(io.StringIO(content.decode()))]
    return read_records(content), dict(map(_entity, rows))


def _entity(row):
    if "cluster" in row:
        return row["unique_id"], row["cluster"]
    key = row["rec_id"]
    return key, row.get("entity") or key.split("-")[1]


def agreement(pairs, left, right=None):
    return against_entities([(pair.left_key, pair.right_key) for pair in pairs], left, right)


def closed(groups, entities):
    return against_entities([pair for keys in groups for pair in combinations(keys, 2)], entities)
