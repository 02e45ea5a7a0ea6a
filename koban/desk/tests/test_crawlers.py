"""What crawlers may read, and the sign of the house."""

from urllib.robotparser import RobotFileParser

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image


@pytest.fixture
def rules(db):
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "public" in answer["Cache-Control"]
    return answer.text


@pytest.mark.parametrize("path", ["/", "/o/lake/", "/o/lake/notices/", "/about/rules", "/o/lake/report/"])
def test_the_front_of_an_office_may_be_read(rules, path):
    assert _may(rules, path)


@pytest.mark.parametrize(
    "path",
    ["/desk/", "/desk/board/", "/accounts/login/", "/api/v1/openapi.json", "/o/lake/follow/",
     "/o/lake/follow/mine/", "/o/lake/report/at/x7/", "/o/lake/places/"],
)  # fmt: skip
def test_work_and_receipts_may_not(rules, path):
    assert not _may(rules, path)


def _may(rules, path):
    """Python's reader knows no stars, which those of search engines do: the office is put in for them."""
    reader = RobotFileParser()
    reader.parse(rules.replace("/o/*/", "/o/lake/").splitlines())
    return reader.can_fetch("somebody", path)


def test_the_favicon_is_the_lamp(db):
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    path = answer["Location"].partition("/static/")[2]
    assert path.startswith("koban/lamp")
    assert path.endswith(".ico")
    with Image.open(str(finders.find("koban/lamp.ico"))) as lamp:
        assert (lamp.format, lamp.size) == ("ICO", (48, 48))
