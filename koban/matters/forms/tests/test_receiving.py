"""A submission is there once, whole, in whatever parts and order it came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from koban.kernel.files.models import Attachment
from koban.kernel.ledger.verify import verify
from koban.lib.errors import Absent, Conflict, Denied, Refused
from koban.matters import duty as duties
from koban.matters.forms import actions, receiving, rules
from koban.matters.forms.models import Submission
from koban.matters.forms.tests.conftest import NOON
from koban.matters.forms.tests.samples import answered, picture
from koban.matters.forms.tests.samples import stairs as stairs_of

State = Submission.State


@pytest.fixture
def send(team):
    def sent(xml, files=None, at=NOON, **told):
        incoming = receiving.read(xml, files)
        return actions.receive(incoming, by=told.pop("by", team.aux), at=at, **told)

    return sent


def test_a_submission_is_kept_as_it_came_and_its_answers_are_read(send, stairs, office):
    xml = answered(lamp="灭 · 𠮷", where="60.17 24.94 3 5", floors=["201", "202"])
    done = send(xml)
    row = Submission.objects.get()
    assert done.is_new
    assert row.xml.encode() == xml
    assert row.answers == {
        "lamp": "灭 · 𠮷",
        "where": "60.17 24.94 3 5",
        "floor": [{"floor/door": "201"}, {"floor/door": "202"}],
    }
    assert (row.lon, row.lat, row.state, row.flags) == (24.94, 60.17, State.COMPLETE, [])
    assert b"\xe7\x81\xad" not in bytes(row.sealed_xml) + bytes(row.sealed_answers)
    assert verify(office).ok


def test_the_same_again_is_the_same_row(send, stairs):
    first, second = send(answered(lamp="on")), send(answered(lamp="on"))
    assert (second.is_new, second.submission.pk) == (False, first.submission.pk)
    assert Submission.objects.get().repeats == 1


def test_the_same_name_with_other_answers_is_refused(send, stairs):
    send(answered(lamp="on"))
    with pytest.raises(Conflict, match="new instanceID"):
        send(answered(lamp="off"))
    assert Submission.objects.get().answers == {"lamp": "on"}


def test_files_come_in_parts_and_in_any_order(send, stairs, office):
    xml = answered(photo="a.jpg", second="b.jpg")
    assert send(xml).submission.waits_for == ["a.jpg", "b.jpg"]
    assert send(xml, {"b.jpg": picture("b.jpg")}).submission.state == State.WAITING
    row = send(xml, {"a.jpg": picture(colour="blue"), "b.jpg": picture("b.jpg")}).submission
    assert (row.state, row.waits_for, row.files.count()) == (State.COMPLETE, [], 2)
    assert Attachment.objects.of_matter(row.pk).count() == 2
    assert verify(office).ok


def test_another_file_under_a_name_that_is_there_is_refused(send, stairs):
    xml = answered(photo="a.jpg", second="b.jpg")
    send(xml, {"a.jpg": picture()})
    with pytest.raises(Conflict, match=r"a\.jpg"):
        send(xml, {"a.jpg": picture(colour="green")})


def test_a_file_that_no_answer_tells_of_is_kept_and_flagged(send, stairs):
    row = send(answered(), {"odd.jpg": picture("odd.jpg")}).submission
    assert (row.flags, row.files.get().name, row.state) == ([rules.EXTRA_FILES], "odd.jpg", State.COMPLETE)


def test_who_decides_may_let_a_submission_count_whose_files_never_come(send, stairs, team):
    row = send(answered(photo="a.jpg")).submission
    with pytest.raises(Denied):
        actions.take_as_is(row, by=team.aux, at=NOON)
    assert actions.take_as_is(row, by=team.li, at=NOON).flags == [rules.INCOMPLETE]
    with pytest.raises(Refused, match="waits for nothing"):
        actions.take_as_is(row, by=team.li, at=NOON)


EDIT = answered("uuid:2", deprecated="uuid:1", lamp="off")
EDIT_OF_EDIT = answered("uuid:3", deprecated="uuid:2", lamp="gone")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0), (0, 2, 1), (2, 0, 1)])
def test_editions_in_any_order_leave_the_last_one_standing(order, send, stairs, office):
    parts = [answered(lamp="on"), EDIT, EDIT_OF_EDIT]
    for number in order:
        send(parts[number])
    rows = {row.instance_id: row for row in Submission.objects.all()}
    assert [rows[name].state for name in ("uuid:1", "uuid:2", "uuid:3")] == [
        State.REPLACED,
        State.REPLACED,
        State.COMPLETE,
    ]
    assert {row.root for row in rows.values()} == {"uuid:1"}
    assert verify(office).ok


def test_two_editions_of_one_record_are_both_kept_and_flagged(send, stairs):
    for xml in (answered(lamp="on"), EDIT, answered("uuid:4", deprecated="uuid:1", lamp="dim")):
        send(xml)
    assert Submission.objects.get(instance_id="uuid:4").state == State.CONFLICT
    assert Submission.objects.standing().count() == 2


@pytest.mark.parametrize("told, flags", [
    ({"end": "2026-03-02T11:50:00+08:00"}, []),
    ({"end": "2031-03-02T11:50:00+08:00"}, [rules.CLOCK]),
    ({"start": "1970-01-01T00:00:05Z"}, [rules.CLOCK]),
    ({"end": "0001-01-01T00:00:00+08:00"}, [rules.CLOCK]),
    ({"end": "2026-02-30T00:00:00Z"}, [rules.CLOCK]),
    ({"where": "0 0 0 0"}, [rules.POSITION]),
    ({"where": "95 200"}, [rules.POSITION]),
    ({"where": "here"}, [rules.POSITION]),
    ({"version": "0"}, [rules.OLD_VERSION]),
])  # fmt: skip
def test_what_stands_out_is_flagged_and_kept(told, flags, send, stairs):
    stairs_of("0", is_open=False)
    row = send(answered(**told)).submission
    assert (row.flags, row.state) == (flags, State.COMPLETE)
    assert row.received_at == NOON  # our own clock orders


BOMB = (b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<data id="stairs" version="1"><lamp>&b;</lamp><meta><instanceID>uuid:1</instanceID></meta></data>')  # fmt: skip
OUTSIDE = (b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
           b'<data id="stairs" version="1"><lamp>&a;</lamp><meta><instanceID>uuid:1</instanceID></meta></data>')  # fmt: skip


@pytest.mark.parametrize("xml, why", [
    (BOMB, "document type"),
    (OUTSIDE, "document type"),
    (answered()[:-9], "cut off"),
    (b"", "cut off"),
    (b"{}", "cut off"),
    (b"\xff\xfe\x00", "cut off"),
    (answered("no scheme"), "instanceID"),
    (answered("uuid:" + "x" * 250), "instanceID"),
    (answered("uuid:1", deprecated="uuid:1"), "deprecatedID"),
    (answered(form=""), "which form"),
    (answered(lamp="<a>" * 60 + "</a>" * 60), "nested"),
    (answered(lamp="x" * 5_000_001), "larger"),
])  # fmt: skip
def test_what_is_no_submission_is_refused_with_a_sentence(xml, why, send, stairs):
    with pytest.raises(Refused, match=why):
        send(xml)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("told", [{"form": "other"}, {"version": "9"}])
def test_a_form_that_the_office_does_not_have_is_absent(told, send, stairs):
    with pytest.raises(Absent, match="no form"):
        send(answered(**told))


def test_a_file_of_a_wrong_kind_is_named(stairs):
    bad = picture()
    bad.file.seek(0)
    bad.file.write(b"<html>")
    with pytest.raises(Refused, match=r"a\.jpg"):
        receiving.read(answered(photo="a.jpg"), {"a.jpg": bad})


@pytest.fixture
def owned(office, monkeypatch):
    """The stairwell form belongs to a duty that notes what it took."""
    taken = []

    def take(submission, *, by, at):
        if submission.answers.get("lamp") == "wrong":
            raise Refused("this lamp is not ours")
        taken.append(submission.instance_id)

    every = dict(duties.all_duties())
    every["incidents"] = replace(every["incidents"], forms={"stairs": take})
    monkeypatch.setattr(actions, "all_duties", lambda: every)
    stairs_of(duty="incidents")
    return taken


def test_the_duty_takes_a_submission_once_and_only_when_it_is_complete(owned, send):
    xml = answered(photo="a.jpg")
    send(xml)
    assert owned == []
    for _turn in range(3):
        send(xml, {"a.jpg": picture()})
    assert owned == ["uuid:1"]
    assert Submission.objects.get().handed_at == NOON


def test_what_the_duty_refuses_is_kept_and_says_why(owned, send, team, office):
    row = send(answered(lamp="wrong")).submission
    assert (row.flags, row.trouble, row.handed_at) == ([rules.UNTAKEN], "this lamp is not ours", None)
    assert verify(office).ok


def test_an_original_that_comes_after_its_edition_is_not_handed_over(owned, send):
    send(EDIT)
    send(answered(lamp="on"))
    assert owned == ["uuid:2"]


def test_the_public_sends_nothing(send, stairs, team):
    with pytest.raises(Denied):
        send(answered(), by=replace(team.aux, role="public"))


def test_instants_of_devices_are_read_or_left_out():
    assert rules.instant("2026-03-02T12:00:00.5+08:00") == datetime(2026, 3, 2, 4, 0, 0, 500000, tzinfo=UTC)
    assert rules.instant("2026-03-02T12:00:00") is None
    assert not rules.clock_is_off(None, NOON, NOON)
    assert rules.clock_is_off(NOON + timedelta(hours=2), NOON, None)
