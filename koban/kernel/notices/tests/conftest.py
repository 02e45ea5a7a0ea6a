from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from koban.kernel import stations
from koban.kernel.stations.models import Station


@pytest.fixture
def station(db: None) -> Station:
    return Station.objects.create(code="yinhe", name="银河", kind="office", path="yinhe/")


@pytest.fixture
def scope(station: Station) -> Iterator[None]:
    with stations.scope(station.pk):
        yield


@pytest.fixture(autouse=True)
def outbox_folder(tmp_path: Path, settings: Settings) -> Path:
    """An outbox of the test's own, and the wordings of the tests."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    settings.KOBAN_OUTBOX = tmp_path / "outbox"
    return tmp_path / "outbox"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
