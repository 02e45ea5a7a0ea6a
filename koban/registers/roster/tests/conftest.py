"""An office with one officer and six auxiliaries on a Tuesday at noon."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from koban.kernel import stations
from koban.kernel.access.models import Post
from koban.kernel.access.testing import make_account
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture
def station(db: None) -> Iterator[Station]:
    made = Station.objects.create(code="lake", name="湖滨警务室", kind="office", path="lake/")
    with stations.scope(made.pk):
        yield made


@pytest.fixture
def team(station: Station) -> dict[str, Post]:
    keys = ["li", *(f"aux{n}" for n in range(1, 7))]
    accounts = [
        make_account(key, role="officer" if key == "li" else "auxiliary", station=station) for key in keys
    ]
    return {key: account.posts.get() for key, account in zip(keys, accounts, strict=True)}


def actor(post: Post) -> Actor:
    return Actor(post.role, post.station_id, post.account_id, post.pk, post.badge)
