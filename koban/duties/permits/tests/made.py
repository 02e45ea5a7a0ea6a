"""Invented people and what they tell, for the tests of this duty."""

from datetime import UTC, date, datetime, timedelta

from koban.duties.permits import told
from koban.lib.identity import CHECKS, WEIGHTS
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents.actions import Entry

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)  # noon of a Monday
TODAY = date(2026, 11, 2)


def number(birth="19900101", order=1, division="110105"):
    """A number with its check digit, of nobody: a day of birth and a sequence."""
    digits = f"{division}{birth}{order:03d}"
    return digits + CHECKS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def entry(name="张三", birth="19900101", order=1, **more):
    return Entry(name, id_kind="id_card", id_number=number(birth, order), **more)


def someone(*args, **more):
    return told.Someone(entry(*args, **more))


def address(door="12", by=None, at=NOON):
    street = Street.objects.filter(name="灯湖路").first() or Street(name="灯湖路", name_en="Lamp Road")
    place = {"label": f"灯湖路 {door} 号", "label_en": f"{door} Lamp Road", "lon": 120.15, "lat": 30.25}
    row = premises.prepared(Address(street=street, door=door, **place))
    premises.enter([street, row] if street._state.adding else [row], by=by, at=at)
    return row


def stay(home, *people, source="landlord", way="web", days_ago=1, to_on=None, **more):
    return told.Residence(
        people or [someone()],
        Place.at(home),
        source,
        way,
        TODAY - timedelta(days=days_ago),
        to_on=to_on,
        **more,
    )


def wish(home, person=None, ground="job", since=date(2026, 1, 5), way="web", **more):
    return told.Wish(person or someone(), way, ground, since, Place.at(home), **more)
