from itertools import pairwise
from uuid import UUID

from koban.lib.ids import uuid7


def test_ids_sort_by_when_they_were_made() -> None:
    made = [uuid7() for _ in range(1000)]
    assert all(first < second for first, second in pairwise(made))
    assert {(type(each), each.version) for each in made} == {(UUID, 7)}
