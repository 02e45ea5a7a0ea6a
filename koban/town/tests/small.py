"""A small town for tests, made and undone again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

from django.db import transaction

from koban.kernel.ledger import checkpoints
from koban.kernel.stations.models import Station
from koban.town import load

NOW = datetime(2026, 5, 4, 3, 30, tzinfo=UTC)
SMALL = load.Wish(NOW, seed=7, years=0.1, residents=200, per_day=5.0, tiles=False)
TINY = replace(SMALL, years=0.03, residents=60, per_day=4.0)


@contextmanager
def loaded(wish: load.Wish) -> Iterator[SimpleNamespace]:
    """A town, and undone again."""
    checkpoints.signer.cache_clear()
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as Django's own: what must be durable is so within it
    with around:
        yield SimpleNamespace(told=load.load(wish), **{s.code: s for s in Station.objects.all()})
        transaction.set_rollback(True)
