"""Which reader stands out among colleagues."""

import pytest

from koban.matters.rules import middle, stands_out


@pytest.mark.parametrize("mine, colleagues, out", [
    (9, [3, 3, 3], False),  # three times as many, but few
    (10, [3, 3, 3], True),
    (10, [4, 4, 4], False),
    (12, [4, 4, 4], True),
    (12, [1, 4, 40], True),  # one busy colleague hides nobody
    (10, [], True),  # nobody else looked
    (0, [], False),
])  # fmt: skip
def test_who_stands_out(mine, colleagues, out):
    assert stands_out(mine, colleagues, percent=300, least=10) is out


@pytest.mark.parametrize("counts, expected", [([], 0), ([5], 5), ([1, 9], 1), ([1, 2, 9], 2)])
def test_the_middle_of_colleagues(counts, expected):
    assert middle(counts) == expected
