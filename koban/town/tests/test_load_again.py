"""The same town again, another one, and where no town is made."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click
import pytest
from click.testing import CliRunner
from django.test import override_settings

from koban.cli import koban
from koban.duties.incidents.models import Incident
from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.models import Matter
from koban.registers.premises.models import Address
from koban.town import commands, load
from koban.town.tests.small import TINY, loaded

pytestmark = pytest.mark.django_db

STABLE = ("number", "type", "state", "summary", "place", "opened_at", "closed_at", "due_at")


def stable() -> list[Any]:
    """What two towns are compared by. Rows of the last hours come from the real actions, with identifiers of their own."""
    with stations.everywhere("comparing two towns"):
        order = ("station__code", "year", "number")
        matters = Matter.objects.order_by(*order)
        drawn = {"opened_at__lt": TINY.now - load.PLAYED_FOR_REAL, "opened_at__year__gte": TINY.now.year}
        early = matters.filter(kind="incidents", **drawn)  # what the old paper told came through actions too
        incidents = Incident.objects.order_by(*(f"matter__{name}" for name in order))
        doors = Address.objects.order_by("plate")
        return [
            list(early.values_list("id", flat=True)), list(matters.values_list(*STABLE)),
            list(incidents.values_list("channel", "answered_at", "outcome")), list(doors.values_list("id", "plate", "label")),
        ]  # fmt: skip


def test_the_same_seed_gives_the_same_town_again(tmp_path):
    with override_settings(KOBAN_ROOTS=tmp_path / "one"), loaded(TINY):
        first = stable()
    with override_settings(KOBAN_ROOTS=tmp_path / "two"), loaded(TINY):
        assert stable() == first
    with override_settings(KOBAN_ROOTS=tmp_path / "three"), loaded(replace(TINY, seed=8)):
        assert stable() != first


def test_a_town_is_never_put_beside_a_real_office(tmp_path):
    Station.objects.create(code="real", name="真", kind="office", path="real/")
    with pytest.raises(Refused, match="real office"):
        load.load(TINY)
    said = CliRunner().invoke(koban, ["town", "--years", "0.02"])
    assert isinstance(said.exception, Refused)
    assert Station.objects.count() == 1


def test_a_second_town_is_refused(tmp_path):
    with override_settings(KOBAN_ROOTS=tmp_path), loaded(TINY), pytest.raises(Refused, match="already"):
        load.load(TINY)


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "12:00"])
def test_a_moment_that_is_none_is_wrong_use(given):
    said = CliRunner().invoke(koban, ["town", "--now", given])
    assert said.exit_code == 2
    assert "2026-05-04T12:00" in said.output


@pytest.mark.parametrize(
    "given, utc_hour", [("2026-05-04T12:00", 4), ("2026-05-04T12:00Z", 12), ("2026-05-04T12:00+02:00", 10)]
)
def test_a_moment_without_a_zone_is_the_wall_clock_of_the_town(given, utc_hour):
    found = commands.instant(click.Context(commands.town), commands.town.params[0], given)
    assert found.astimezone(UTC) == datetime(2026, 5, 4, utc_hour, tzinfo=UTC)


def test_so_many_matters_as_wished_for():
    wished = load.wish_for(1_000, 1.0)
    assert 2.4 < wished < 2.8


def test_more_calls_than_a_day_can_hold_are_refused():
    said = CliRunner().invoke(koban, ["town", "--years", "0.1", "--matters", "100000"])
    assert said.exit_code == 2
    assert "choose more years" in said.output
