"""A register kept ready: many records in memory, against which files are linked batch by batch."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from koban.lib.linkage.blocks import Blocks
from koban.lib.linkage.lexicon import Lexicon
from koban.lib.linkage.linking import THRESHOLD, judged, pairs
from koban.lib.linkage.model import Frequencies, Model
from koban.lib.linkage.records import Pair, Record
from koban.lib.linkage.table import Table, features
from koban.lib.linkage.training import STEP, population

SHIPPED = Path(__file__).with_name("persons.json")
PERSON_FIELDS = ("name", "sex", "birth", "id", "phone", "address")


@cache
def shipped() -> Model:
    """The model for records of people in a Chinese district, learnt from invented ones."""
    return Model.from_json(SHIPPED.read_text(encoding="utf-8"))


class Index:
    """Records that others are linked against.

    model: the shipped one unless given. fields: what is compared; others of a record are ignored. A million records
    with the six usual fields take about 300 MB.
    """

    def __init__(self, model: Model | None = None, fields: Iterable[str] = PERSON_FIELDS) -> None:
        self.model = model or shipped()
        self._features, self._lexicon = features(fields), Lexicon()
        self._table = Table(self._features, self._lexicon)
        self._ready: tuple[Blocks, Frequencies] | None = None

    def __len__(self) -> int:
        return len(self._table)

    def add(self, records: Iterable[Record]) -> None:
        """Take in records; one by one is as good as all at once, but every look-up after it sorts anew."""
        self._table.add(records)
        self._ready = None

    def link(self, batch: Sequence[Record], *, threshold: float = THRESHOLD) -> Iterator[Pair]:
        """Pairs (key in the batch, key in the index, …), in the order of the batch; the answer for a record does not
        depend on what else is in the batch."""
        if not len(self._table):
            return
        left = Table(self._features, self._lexicon)
        left.add(batch)
        blocks, frequencies = self._made_ready()
        for start in range(0, len(left), STEP):
            at, to = blocks.candidates(left, start, min(start + STEP, len(left)))
            found = judged(left, self._table, self.model, frequencies, at, to, threshold)
            yield from pairs(left, self._table, found)

    def _made_ready(self) -> tuple[Blocks, Frequencies]:
        if self._ready is None:
            self._ready = Blocks(self._table), population(self._table, self._table)
        return self._ready
