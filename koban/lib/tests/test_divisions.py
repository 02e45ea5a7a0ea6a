"""Division codes, also those that are retired (CN-GEO-1, CN-ID-3)."""

import pytest

from koban.lib.mistakes import Mistake
from koban.lib.places import divisions


@pytest.mark.parametrize(
    "code, path",
    [
        ("110000", ["北京市"]),
        ("370102", ["山东省", "济南市", "历下区"]),
        ("110101001", ["北京市", "东城区", "东华门街道"]),
        ("110101001005", ["北京市", "东城区", "东华门街道"]),
    ],
)
def test_a_code_says_where_it_is(code, path):
    assert [name for name in divisions.path(code) if name != "市辖区"] == path
    assert divisions.division(code) == code


def test_a_retired_code_keeps_its_name():
    assert divisions.names("110103")[-1].name == "崇文区"  # merged into Dongcheng in 2010
    assert not divisions.names("110103")[-1].is_current
    assert divisions.division("110103") == "110103"


def test_names_that_changed_are_all_known():
    changed = [names for names in map(divisions.names, ("110221", "500000", "340500")) if names]
    assert all(one.name for names in changed for one in names)


@pytest.mark.parametrize(
    "code, why",
    [("", "form"), ("37010", "form"), ("37010a", "form"), ("３７０１０２", "form"), ("999999", "unknown")],
)
def test_what_is_no_code_is_said_to_be_none(code, why):
    with pytest.raises(Mistake) as refused:
        divisions.division(code)
    assert refused.value.code == why
