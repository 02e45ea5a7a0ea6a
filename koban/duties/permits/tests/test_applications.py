"""An application: papers told once and completely, the half year, the proxy, the fifteen days."""

from datetime import date, timedelta

import pytest

from koban.duties.permits import telling, told
from koban.duties.permits.actions import applications, cards, registrations
from koban.duties.permits.actions.applications import accept, bring, judge, tell_missing
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Application, Occupant, Paper, Permit, Telling
from koban.duties.permits.tests.made import NOON, TODAY, entry, someone, stay, wish
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify
from koban.kernel.notices.models import Notice
from koban.lib.errors import Denied, Refused
from koban.matters.models import Matter, Note, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register

ALL = ("identity", "picture", "address", "job")


def applied(desk, *args, by=PUBLIC, **more):
    return applications.apply(wish(desk.home, *args, **more), by=by, at=NOON, station=desk.station).matter


def right(desk, matter, *keys):
    return judge(matter, dict.fromkeys(keys, ""), by=desk.aux, at=NOON)


def keyed(matter):
    return dict(Paper.objects.filter(matter=matter).values_list("key", "state"))


def after(days):
    return NOON + timedelta(days=days)


def test_from_application_over_a_missing_paper_to_a_permit(at_desk):
    matter = applied(at_desk, reply=told.Reply(phone="00013800000000", by="sms"))
    assert set(keyed(matter)) == set(ALL)
    right(at_desk, matter, "identity", "picture", "address")
    with pytest.raises(Refused, match="missing"):
        accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    tell_missing(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    matter.refresh_from_db()
    assert (matter.state, matter.due_clause) == ("incomplete", "OFFICE-PERMIT-2")
    matter = bring(matter, {"job": told.Brought("contract")}, by=PUBLIC, at=after(1), station=at_desk.station)
    right(at_desk, matter, "job")
    matter = accept(matter, by=at_desk.aux, at=after(1), station=at_desk.station)
    assert (matter.due_clause, matter.due_at.date()) == ("CN-RES-5", date(2026, 11, 18))
    permit = cards.issue(matter, by=at_desk.li, at=after(2), station=at_desk.station)
    assert (permit.state, permit.issued_on, permit.due_on) == ("valid", date(2026, 11, 4), date(2027, 11, 4))
    assert register.person(permit.person_id).confirmed_at
    assert [notice.key for notice in Notice.objects.order_by("written_at")] == [
        "permits.missing", "permits.accepted", "permits.issued",
    ]  # fmt: skip
    assert verify(at_desk.station).ok


def test_the_notice_names_every_missing_paper_and_what_proves_it(at_desk):
    matter = applied(at_desk, reply=told.Reply(language="en"))
    right(at_desk, matter, "identity", "picture")
    judge(matter, {"address": "the lease has no signature"}, by=at_desk.aux, at=NOON)
    notice = tell_missing(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    assert notice.keys == ["address", "job"]
    text = Note.objects.get(matter=matter, direction="out").text
    for words in (
        "Proof of the address",
        "Lease",
        "the lease has no signature",
        "Labour contract",
        "complete",
    ):
        assert words in text


def test_a_second_notice_is_not_possible(at_desk):
    matter = applied(at_desk)
    right(at_desk, matter, "identity", "picture", "address")
    tell_missing(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    bring(matter, {"job": told.Brought("contract")}, by=PUBLIC, at=after(1), station=at_desk.station)
    right(at_desk, matter, "job")
    # somebody finds that another paper, which was right, should have been another one
    judge(matter, {"address": "too old"}, by=at_desk.aux, at=after(2))
    with pytest.raises(Refused) as why:
        tell_missing(matter, by=at_desk.aux, at=after(2), station=at_desk.station)
    assert why.value.clause == "CN-RES-5B"
    assert Telling.objects.filter(matter=matter).count() == 1


def test_but_what_was_brought_anew_and_is_wrong_may_be_told(at_desk):
    matter = applied(at_desk)
    right(at_desk, matter, "identity", "picture", "address")
    tell_missing(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    bring(matter, {"job": told.Brought("contract")}, by=PUBLIC, at=after(1), station=at_desk.station)
    judge(matter, {"job": "of another person"}, by=at_desk.aux, at=after(1))
    notice = tell_missing(matter, by=at_desk.aux, at=after(2), station=at_desk.station)
    assert (notice.ordinal, notice.keys) == (2, ["job"])


def test_papers_that_nobody_looked_at_keep_the_notice_back(at_desk):
    matter = applied(at_desk, brought={"job": told.Brought("contract")})
    with pytest.raises(Refused, match="Look at every paper"):
        tell_missing(matter, by=at_desk.aux, at=NOON, station=at_desk.station)


def test_a_paper_that_is_right_cannot_be_brought_again(at_desk):
    matter = applied(at_desk)
    right(at_desk, matter, "job")
    with pytest.raises(Refused, match="None of these"):
        bring(matter, {"job": told.Brought()}, by=PUBLIC, at=NOON, station=at_desk.station)


def test_half_a_year_by_ones_own_words_is_asked_for_at_once(at_desk):
    with pytest.raises(Refused, match="2026-12-01") as why:
        applied(at_desk, since=date(2026, 6, 1))
    assert why.value.clause == "CN-RES-3"
    with pytest.raises(Refused):
        applied(at_desk, ground="visit")
    assert Matter.objects.count() == 0


def registered(desk, days_ago):
    """Declared so many days ago, and confirmed."""
    at = NOON - timedelta(days=days_ago)
    told_ = stay(desk.home, days_ago=days_ago)
    matter = registrations.declare(told_, by=PUBLIC, at=at, station=desk.station).matter
    registrations.confirm(matter, by=desk.li, at=at)
    return register.person(Occupant.objects.get(matter=matter).person_id)


@pytest.mark.parametrize("days_ago, clause", [(200, ""), (184, ""), (150, "ZJ-RES-1"), (None, "ZJ-RES-1")])
def test_in_zhejiang_the_register_says_when_the_half_year_began(at_desk, days_ago, clause):
    at_desk.station.pack = "cn-zj"
    person = told.Someone(person_id=registered(at_desk, days_ago).pk) if days_ago else someone()
    matter = applied(at_desk, person)
    right(at_desk, matter, *ALL)
    if not clause:
        assert accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station).state == "accepted"
        return
    with pytest.raises(Refused) as why:
        accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    assert why.value.clause == clause


def test_a_public_page_tells_nobody_who_is_registered(at_desk):
    """The same answer for somebody in the register and for somebody who is not."""
    at_desk.station.pack = "cn-zj"
    registered(at_desk, 10)
    assert (
        applied(at_desk, someone()).state == applied(at_desk, someone("没有", order=77)).state == "declared"
    )


def test_a_pack_that_gives_itself_more_than_thirty_days_is_refused(at_desk, tmp_path, monkeypatch):
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "pack.toml").write_text('extends = ["cn"]\ntitle = { en = "Slow", zh = "慢" }\n')
    (folder / "own.toml").write_text(
        '[[clause]]\nid = "CN-RES-5"\noverrides = true\ntitle = { en = "Slow", zh = "慢" }\n'
        'text.en = "x"\ntext.zh = "x"\nsource = { en = "x", zh = "x" }\nconfidence = "P"\nfrom = 2016-01-01\n'
        'value = 31\nunit = "days"\nbound = "at_most"\n'
        "cases = [{ given = 31, holds = true }, { given = 32, holds = false }, { on = 2026-01-01, in_force = true }]\n"
    )
    monkeypatch.setenv("KOBAN_PACKS", str(tmp_path))
    at_desk.station.pack = "slow"
    matter = applied(at_desk)
    right(at_desk, matter, *ALL)
    with pytest.raises(Refused) as why:
        accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    assert why.value.clause == "CN-RES-5A"


@pytest.mark.parametrize(
    "birth, proxy, clause",
    [
        ("20200505", told.Proxy("guardian", "张三"), None),
        ("19400505", told.Proxy("relative", "张三"), "CN-RES-6A"),
        ("19400505", told.Proxy("relative", "张三", cannot_come=True), None),
        ("20200505", told.Proxy("friend", "张三"), "CN-RES-6"),
    ],
)
def test_who_may_apply_for_somebody(at_desk, birth, proxy, clause):
    person = told.Someone(entry("张小", birth, birth_on=f"{birth[:4]}-{birth[4:6]}-{birth[6:]}"))
    if clause:
        with pytest.raises(Refused) as why:
            applied(at_desk, person, proxy=proxy)
        assert why.value.clause == clause
        return
    matter = applied(at_desk, person, proxy=proxy)
    kept = Application.objects.get(matter=matter)
    assert (kept.is_proxy, kept.proxy_clause) == (True, "CN-RES-6")
    assert "proxy_identity" in keyed(matter)  # the papers of both
    assert Party.objects.filter(matter=matter, role="guardian").count() == 1


def test_nothing_keeps_why_it_is_hard_to_come(at_desk):
    person = told.Someone(entry("老人", "19400505", birth_on="1940-05-05"))
    matter = applied(at_desk, person, proxy=told.Proxy("relative", "张三", cannot_come=True))
    columns = {field.name for field in Application._meta.concrete_fields}
    assert not columns & {"cannot_come", "under_age", "kin", "reason"}
    assert "cannot" not in str(Application.objects.filter(matter=matter).values().get())


def test_the_same_document_becomes_one_person_when_the_permit_is_issued(at_desk):
    known = residents.enter([entry()], by=at_desk.li, at=NOON)[0]
    matter = applied(at_desk)
    right(at_desk, matter, *ALL)
    accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    permit = cards.issue(matter, by=at_desk.li, at=NOON, station=at_desk.station)
    assert permit.person_id == known.pk
    assert Application.objects.get(matter=matter).person_id == known.pk
    assert verify(at_desk.station).ok


def test_nobody_has_two_permits(at_desk):
    first, second = applied(at_desk), applied(at_desk)
    for matter in (first, second):
        right(at_desk, matter, *ALL)
        accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    cards.issue(first, by=at_desk.li, at=NOON, station=at_desk.station)
    with pytest.raises(Refused, match="already"):
        cards.issue(second, by=at_desk.li, at=NOON, station=at_desk.station)
    assert Permit.objects.count() == 1


def test_auxiliaries_look_through_papers_and_decide_nothing(at_desk):
    matter = applied(at_desk)
    right(at_desk, matter, *ALL)
    accept(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    with pytest.raises(Denied):
        cards.issue(matter, by=at_desk.aux, at=NOON, station=at_desk.station)
    with pytest.raises(Denied):
        registrations.refuse(matter, reason="no", by=at_desk.aux, at=NOON)
    assert registrations.refuse(matter, reason="no ground", by=at_desk.li, at=NOON).state == "refused"


def test_papers_are_called_by_their_list_in_both_languages(at_desk):
    book = Law(at_desk.station.pack, TODAY)
    named = {
        key: telling.paper_label(key, book, "en") for key in ("identity", "address", "job", "proxy_identity")
    }
    assert named == {
        "identity": "Identity card", "address": "Proof of the address", "job": "Lawful and stable work",
        "proxy_identity": "Of the proxy",
    }  # fmt: skip
    assert telling.paper_label("identity", book, "zh-hans") == "本人居民身份证"
    assert [key for key, _label in telling.proofs("study", book, "en")] == ["card", "school"]
    assert telling.proofs("identity", book, "en") == []
