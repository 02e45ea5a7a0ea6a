"""Three places on a street: a hotel, a place of entertainment, a scrap yard; and a home."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from koban.duties.inspections import checklists, filing, queries, rules
from koban.duties.inspections.recording import Record
from koban.kernel.access.testing import actor_of
from koban.kernel.ledger import SYSTEM
from koban.kernel.stations.models import Station
from koban.registers.premises import actions as premises
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Address, Street, Unit


@pytest.fixture
def doors(office: Station) -> list[Address]:
    street = Street(name="灯湖路", name_en="Lake Road")
    rows = [
        premises.prepared(
            Address(
                street=street, door=str(n), label=f"灯湖路{n}号", label_en=f"Lake Road {n}", lon=120.15, lat=30.25
            )
        )
        for n in (1, 2, 3, 4)
    ]  # fmt: skip
    premises.enter([street, *rows], by=SYSTEM, at=timezone.now())
    return rows


@pytest.fixture
def venues(doors: list[Address], office: Station, people: SimpleNamespace) -> SimpleNamespace:
    by, at = actor_of(people.li), timezone.now()
    made = {}
    for door, kind in zip(doors, ("hotel", "entertainment", "scrap"), strict=False):
        unit = Unit(name=f"{kind}店", name_en=f"The {kind}", kind=kind, address=door)
        unit_actions.open_unit(unit, by=by, at=at)
        key = "scrap_metal" if kind == "scrap" else kind
        made[key] = filing.open_file(unit, key, by=by, at=at, station=office)
    return SimpleNamespace(**made)


@pytest.fixture
def answered(office: Station):
    """A record of a kind in which all is in order, but for `wrong`: item → words."""

    def made(kind, wrong=None, *, only=None, **told):
        sheet = checklists.of_kind(kind, office, queries.day_of(timezone.now(), office), only)
        answers = {}
        for point in sheet.points:
            bad = (wrong or {}).get(point.key)
            if point.allows is not None:
                good = next(n for n in (0, 30, 90, 5000) if point.allows(n))
                answers[point.key] = rules.Answer(value=bad if isinstance(bad, int) else good)
            else:
                answers[point.key] = rules.Answer("no" if bad else "yes", words=str(bad or ""))
        return Record(answers, **{"crew": rules.Crew(2), "theirs": "responsible", **told})

    return made
