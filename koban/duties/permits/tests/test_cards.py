"""The years of a permit: endorsed, late, suspended, restored, changed, replaced, given back."""

from datetime import UTC, date, datetime

import pytest

from koban.duties.permits import told
from koban.duties.permits.actions import applications, cards, nights
from koban.duties.permits.certificates import PERMIT
from koban.duties.permits.models import Application, Endorsement, Pause, Permit, Reminder
from koban.duties.permits.tests.made import NOON, address, wish
from koban.kernel.ledger import PUBLIC, SYSTEM
from koban.kernel.ledger.verify import verify
from koban.kernel.notices.models import Notice
from koban.lib.errors import Denied, Refused
from koban.matters.documents.models import Certificate
from koban.matters.places import Place

ALL = ("identity", "picture", "address", "job")


def day(year, month, of_month):
    return datetime(year, month, of_month, 4, tzinfo=UTC)


@pytest.fixture
def permit(at_desk):
    """Issued on 2 November 2026; its first year ends on 2 November 2027."""
    reply = told.Reply(phone="00013800000000", by="sms")
    matter = applications.apply(
        wish(at_desk.home, reply=reply), by=PUBLIC, at=NOON, station=at_desk.station
    ).matter
    applications.judge(matter, dict.fromkeys(ALL, ""), by=at_desk.li, at=NOON)
    applications.accept(matter, by=at_desk.li, at=NOON, station=at_desk.station)
    return cards.issue(matter, by=at_desk.li, at=NOON, station=at_desk.station)


def done(desk, permit, type, at, holds=True, **more):
    permit.refresh_from_db()
    asked = cards.ask(permit, type, way="desk", by=desk.li, at=at, station=desk.station, **more)
    return cards.finish(asked.matter, by=desk.li, at=at, station=desk.station, ground_holds=holds)


def lapsed(desk, on):
    return nights.lapse(on, by=SYSTEM, at=day(on.year, on.month, on.day))


@pytest.mark.parametrize("at", [day(2027, 10, 2), day(2027, 10, 20), day(2027, 11, 2)])
def test_endorsed_in_the_month_before_the_year_is_full(at_desk, permit, at):
    found = done(at_desk, permit, "endorsement", at)
    assert (found.state, found.due_on, found.counts_from_on, found.years_done) == (
        "valid", date(2028, 11, 2), date(2026, 11, 2), 1,
    )  # fmt: skip
    assert not Endorsement.objects.get().is_late


def test_not_before_that_month(at_desk, permit):
    with pytest.raises(Refused, match="2027-10-02") as why:
        done(at_desk, permit, "endorsement", day(2027, 10, 1))
    assert why.value.clause == "CN-RES-7A"
    assert Endorsement.objects.count() == 0


def test_a_year_is_endorsed_once(at_desk, permit):
    done(at_desk, permit, "endorsement", day(2027, 10, 10))
    with pytest.raises(Refused, match="2028-10-02"):
        done(at_desk, permit, "endorsement", day(2027, 10, 11))


def test_late_it_is_suspended_by_itself_and_restored_by_a_late_endorsement(at_desk, permit):
    assert lapsed(at_desk, date(2027, 11, 2)) == 0  # the last day
    assert lapsed(at_desk, date(2027, 11, 3)) == 1
    assert lapsed(at_desk, date(2027, 11, 4)) == 0  # once
    permit.refresh_from_db()
    assert permit.state == "suspended"
    found = done(at_desk, permit, "endorsement", day(2028, 1, 15))
    assert (found.state, found.counts_from_on, found.years_done, found.due_on) == (
        "valid", date(2028, 1, 15), 0, date(2029, 1, 15),
    )  # fmt: skip
    pause = Pause.objects.get()
    assert (pause.clause, pause.from_on, pause.to_on) == ("CN-RES-7B", date(2027, 11, 3), date(2028, 1, 15))
    assert Endorsement.objects.get().is_late
    assert verify(at_desk.station).ok


def test_nobody_but_the_clock_suspends(at_desk, permit):
    with pytest.raises(Denied):
        nights.lapse(date(2028, 1, 1), by=at_desk.li, at=NOON)


def test_in_zhejiang_nothing_is_endorsed_without_a_ground(at_desk, permit):
    assert done(at_desk, permit, "endorsement", day(2027, 10, 10), holds=False).years_done == 1
    at_desk.station.pack = "cn-zj"
    with pytest.raises(Refused) as why:
        done(at_desk, permit, "endorsement", day(2028, 10, 10), holds=False)
    assert why.value.clause == "ZJ-RES-2"


def test_reminders_when_the_month_opens_and_a_week_before_it_ends_each_once(at_desk, permit):
    days = [date(2027, 10, n) for n in (1, 2, 3, 26, 27)]
    found = [
        nights.remind(on, by=SYSTEM, at=day(*on.timetuple()[:3]), station=at_desk.station) for on in days
    ]
    assert found == [0, 1, 0, 1, 0]
    assert list(Reminder.objects.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2]
    assert Notice.objects.filter(key="permits.due").count() == 2


def test_a_change_of_address_and_ground(at_desk, permit):
    other = address("14", by=at_desk.li)
    found = done(at_desk, permit, "change", day(2027, 1, 5), place=Place.at(other), ground="study")
    assert (found.address_id, found.ground, found.due_on) == (other.pk, "study", date(2027, 11, 2))


def test_a_new_card_keeps_the_years_and_the_old_one_ends(at_desk, permit):
    fresh = done(at_desk, permit, "replacement", day(2027, 1, 5), why="lost")
    permit.refresh_from_db()
    assert (permit.state, permit.ended_on) == ("replaced", date(2027, 1, 5))
    assert (fresh.state, fresh.due_on, fresh.counts_from_on, fresh.replaces_id) == (
        "valid", date(2027, 11, 2), date(2026, 11, 2), permit.pk,
    )  # fmt: skip
    assert fresh.printed != permit.printed
    assert verify(at_desk.station).ok


def test_a_new_card_of_a_suspended_permit_is_suspended_too(at_desk, permit):
    lapsed(at_desk, date(2027, 11, 3))
    fresh = done(at_desk, permit, "replacement", day(2027, 12, 1), why="damaged")
    assert fresh.state == "suspended"
    assert done(at_desk, fresh, "endorsement", day(2027, 12, 2)).state == "valid"


def test_given_back_it_ends_and_can_be_asked_for_again(at_desk, permit):
    assert done(at_desk, permit, "cancellation", day(2027, 1, 5)).state == "cancelled"
    permit.refresh_from_db()
    with pytest.raises(Refused, match="ended"):
        done(at_desk, permit, "endorsement", day(2027, 10, 10))
    assert Permit.objects.running().count() == 0


def test_what_is_asked_for_already_is_not_asked_for_twice(at_desk, permit):
    cards.ask(permit, "endorsement", way="portal", by=PUBLIC, at=day(2027, 10, 10), station=at_desk.station)
    with pytest.raises(Refused, match="already"):
        cards.ask(
            permit, "endorsement", way="portal", by=PUBLIC, at=day(2027, 10, 11), station=at_desk.station
        )


def test_a_proxy_leaves_the_clause_and_nothing_about_the_person(at_desk, permit):
    proxy = told.Proxy("relative", "张三", cannot_come=True)
    done(at_desk, permit, "endorsement", day(2027, 10, 10), proxy=proxy)
    kept = Application.objects.get(matter__type="endorsement")
    assert (kept.is_proxy, kept.proxy_clause) == (True, "CN-RES-6")


VALUES = {
    "name": "张三",
    "sex": "m",
    "birth_on": "1990-01-01",
    "id_number": "110105199001010019",
    "origin": "",
}


def test_the_paper_follows_the_permit(at_desk, settings, tmp_path):
    """Issued, suspended when nobody endorsed, restored when somebody did, revoked when it is given back."""
    settings.KOBAN_FILES = tmp_path
    matter = applications.apply(wish(at_desk.home), by=PUBLIC, at=NOON, station=at_desk.station).matter
    applications.judge(matter, dict.fromkeys(ALL, ""), by=at_desk.li, at=NOON)
    applications.accept(matter, by=at_desk.li, at=NOON, station=at_desk.station)
    permit = cards.issue(matter, by=at_desk.li, at=NOON, station=at_desk.station, values=VALUES)
    paper = Certificate.objects.get()

    def said(at):
        paper.refresh_from_db()
        return paper.state_at(at).name.lower()

    assert said(NOON) in ("good", "valid")
    lapsed(at_desk, date(2027, 11, 3))
    assert said(day(2027, 11, 4)) == "suspended"
    done(at_desk, permit, "endorsement", day(2027, 12, 1))
    assert said(day(2027, 12, 2)) in ("good", "valid")
    done(at_desk, permit, "cancellation", day(2028, 1, 1))
    assert said(day(2028, 1, 2)) == "revoked"
    assert verify(at_desk.station).ok


def test_the_code_tells_the_name_and_the_number_and_nothing_else():
    assert [line.key for line in PERMIT.lines if line.signed] == ["permit", "name"]
    assert {line.key for line in PERMIT.lines} - {"permit"} == {
        "name", "sex", "birth_on", "id_number", "origin", "address", "issued_on",
    }  # fmt: skip
