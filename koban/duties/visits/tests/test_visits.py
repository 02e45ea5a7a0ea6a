"""From the plan to what was read and corrected; the wish for none; the card; the month."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from koban.duties.visits import actions, cards, keeping, queries, rules, wishes
from koban.duties.visits.cards import Contact
from koban.duties.visits.flow import FLOW
from koban.duties.visits.models import DoorTime, Noted, Rest
from koban.kernel.access.testing import actor_of
from koban.kernel.flow import diagram, diagram_in
from koban.kernel.ledger import PUBLIC, Actor
from koban.kernel.notices.models import Notice
from koban.lib.errors import Denied, Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.places import Place
from koban.registers.residents.models import ContactPerson

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 9, tzinfo=ZONE)
DAY = timedelta(days=1)


@pytest.fixture
def by(people):
    return actor_of(people.li)


@pytest.fixture
def planned(doors, office, by):
    return actions.plan(doors[0], "round", AT + 3 * DAY, by=by, at=AT, station=office)


@pytest.fixture
def announced(planned, by):
    return actions.announce(planned, "slip", by=by, at=AT)[0]


def refreshed(matter):
    return queries.numbered(matter.year, matter.number)


def test_nobody_goes_before_it_was_announced(planned, office, by):
    with pytest.raises(Refused, match="Announce it first"):
        actions.meet(planned, "谈了门锁", by=by, at=AT + 3 * DAY, station=office)
    matter, _secret = actions.announce(planned, "slip", by=by, at=AT + 3 * DAY)
    with pytest.raises(Refused, match="24 hours"):
        actions.meet(matter, "谈了门锁", by=by, at=AT + 3 * DAY + timedelta(hours=1), station=office)


def test_the_slip_opens_what_was_written(planned, office, by):
    matter, secret = actions.announce(planned, "slip", by=by, at=AT)
    actions.meet(matter, "楼道灯坏了。", kinds=["lamp"], by=by, at=AT + 3 * DAY, station=office)
    found = receipts.find(matter.printed, secret)
    assert [note.text for note in found.notes.filter(direction="out")] == ["楼道灯坏了。"]


def test_an_address_rests_after_a_visit_and_after_the_wish_for_none_alike(announced, doors, office, by):
    actions.meet(announced, "谈了防骗。", by=by, at=AT + 3 * DAY, station=office)
    other = actions.plan(doors[1], "round", AT + 4 * DAY, by=by, at=AT, station=office)
    actions.rest(other, by=PUBLIC, at=AT + 3 * DAY, station=office)
    visited, unwanted = (Rest.objects.get(address=door) for door in doors[:2])
    columns = [
        field.attname for field in Rest._meta.fields if field.attname not in ("id", "salt", "address_id")
    ]
    assert [getattr(visited, name) for name in columns] == [getattr(unwanted, name) for name in columns]
    with pytest.raises(Refused, match="Only somebody there"):
        actions.plan(doors[1], "round", AT + 9 * DAY, by=by, at=AT + 5 * DAY, station=office)
    asked = actions.plan(doors[1], "asked", AT + 9 * DAY, by=PUBLIC, at=AT + 5 * DAY, station=office)
    assert asked.state == "planned"


WORDS = {
    "refused",
    "refusal",
    "refusals",
    "declined",
    "unwilling",
    "uncooperative",
    "attitude",
    "mood",
    "trust",
}


def test_no_table_keeps_a_refusal_of_anybody():
    """No column of visits says it, and no row of a person points at the rest of an address."""
    models = list(apps.get_app_config("visits").get_models())
    names = [f"{model.__name__}.{field.name}" for model in models for field in model._meta.get_fields()]
    assert not [name for name in names if set(name.lower().replace(".", "_").split("_")) & WORDS]
    persons = [m for m in models if any(f.name == "person" for f in m._meta.fields)]
    assert [model.__name__ for model in persons] == ["Card"]
    assert not {f.name for f in Rest._meta.fields} & {"person", "reason", "why", "count", "matter"}
    assert not {f.name for f in DoorTime._meta.fields} & {"person", "post", "matter", "count"}


def test_nobody_at_home_is_learned_by_the_address_alone_and_forgotten(announced, doors, office, by):
    at = AT + 3 * DAY
    actions.nobody_opened(announced, by=by, at=at, station=office)
    with pytest.raises(Refused, match="today already"):
        actions.nobody_opened(refreshed(announced), by=by, at=at + timedelta(hours=3), station=office)
    actions.nobody_opened(refreshed(announced), by=by, at=at + DAY, station=office)
    DoorTime.objects.create(address=doors[0], at=at + timedelta(hours=10), answered=True)
    assert queries.best_slot(doors[0].pk, office) == "evening"
    assert keeping.forget(office, at + 89 * DAY) == 0
    assert keeping.forget(office, at + 95 * DAY) == 3
    assert queries.best_slot(doors[0].pk, office) == ""


def test_after_three_knocks_a_slip_ends_it(announced, office, by):
    with pytest.raises(Refused, match="Knock first"):
        actions.leave_slip(announced, by=by, at=AT + 3 * DAY, station=office)
    for day in (3, 4, 5):
        actions.nobody_opened(refreshed(announced), by=by, at=AT + day * DAY, station=office)
    with pytest.raises(Refused, match="Leave a slip"):
        actions.nobody_opened(refreshed(announced), by=by, at=AT + 6 * DAY, station=office)
    done = actions.leave_slip(refreshed(announced), by=by, at=AT + 6 * DAY, station=office)
    assert (done.state, done.is_open) == ("not_met", False)


def test_a_need_is_referred_once_to_a_duty_of_the_house(announced, office, by):
    actions.meet(
        announced, "楼道灯坏了。", kinds=["lamp", "nonsense"], by=by, at=AT + 3 * DAY, station=office
    )
    noted = Noted.objects.get()
    to = actions.takers("lamp")[0][0]
    opened = actions.refer(noted, to, "三单元路灯", by=by, at=AT + 3 * DAY, station=office)
    assert opened.kind == to
    with pytest.raises(Refused, match="already"):
        actions.refer(noted, to, "三单元路灯", by=by, at=AT + 3 * DAY, station=office)


def test_who_lives_there_corrects_what_was_written_and_the_office_owes_a_reply(announced, office, by):
    actions.meet(announced, "有两条狗。", by=by, at=AT + 3 * DAY, station=office)
    matter = refreshed(announced)
    wishes.correct(matter, "只有一条。", by=PUBLIC, at=AT + 3 * DAY, station=office)
    assert matter.deadlines.get(key="reply").clause == "OFFICE-REPLY-1"
    actions.write_more(refreshed(announced), "已更正。", by=by, at=AT + 3 * DAY)
    assert matter.deadlines.get(key="reply").met_at is not None


def test_the_plan_leaves_out_what_rests_and_what_is_planned(planned, doors, office, by):
    actions.rest_at(doors[1], by=PUBLIC, at=AT, station=office)
    found = queries.planned_doors(AT.date(), office)
    assert [door.label for door, _why in found] == [str(doors[2])]


def test_what_another_duty_refers_becomes_a_visit(doors, office, by):
    source = matters.open_matter(
        "incidents", by=by, at=AT, station=office, type="noise", place=Place.at(doors[0])
    )
    matter = wishes.receive(source, summary="回访", type="", by=by, at=AT, station=office)
    assert queries.visit(matter).starts_at == datetime(2026, 3, 4, 10, tzinfo=ZONE)


CONTACTS = [
    Contact("self", "", "00011112222"),
    Contact("family", "孙二", "00033334444"),
    Contact("friend", "x", ""),
]


def test_a_card_is_kept_until_its_term_and_its_owner_is_asked(sun, doors, office):
    by = Actor("resident", office.pk, label="resident")
    card = cards.give(sun.person, doors[0], CONTACTS, ["lost"], by=by, at=AT, station=office)
    assert (card.ends_on, ContactPerson.objects.filter(ended_at=None).count()) == (date(2027, 3, 2), 2)
    later = AT + 340 * DAY
    assert keeping.ask(office, later) == 1
    assert keeping.ask(office, later) == 0
    assert Notice.objects.get().key == "visits.still_right"
    again = cards.still_right(card, by=by, at=later, station=office)
    assert again.ends_on == date(2028, 2, 5)
    assert keeping.end(office, later + 366 * DAY) == 1
    assert ContactPerson.objects.filter(ended_at=None).count() == 0


def test_a_new_card_takes_the_place_of_the_old_one(sun, office):
    by = Actor("resident", office.pk, label="resident")
    cards.give(sun.person, None, CONTACTS[:1], ["lost"], by=by, at=AT, station=office)
    card = cards.give(sun.person, None, CONTACTS[:2], ["accident"], by=by, at=AT + DAY, station=office)
    assert queries.card_of(sun.person.pk, date(2026, 4, 1)) == card
    assert ContactPerson.objects.filter(ended_at=None).count() == 2


def test_the_month_is_numbers_and_the_chief_confirms_it(announced, office, by, people):
    actions.meet(announced, "谈了防骗。", kinds=["fraud"], by=by, at=AT + 3 * DAY, station=office)
    totals = queries.month_of(date(2026, 3, 1), office)
    assert (totals["visits"], totals["by_state"], totals["needs"]) == (1, {"done": 1}, {"fraud": 1})
    with pytest.raises(Denied):
        wishes.month_seen(date(2026, 3, 1), totals, by=by, at=AT)
    chief = Actor("chief", office.pk, label="chief")
    seen = wishes.month_seen(date(2026, 3, 1), totals, by=chief, at=AT)
    assert seen.totals == totals
    with pytest.raises(Refused, match="already"):
        wishes.month_seen(date(2026, 3, 1), totals, by=chief, at=AT)


def test_the_diagram_in_the_readme_is_the_flow():
    readme = Path(rules.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert diagram_in(readme) == diagram(FLOW)
