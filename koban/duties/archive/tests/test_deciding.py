"""Kept as long as the pack says, held with a reason and an end, disposed of by two, handed over against a receipt."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from koban.duties.archive import keeping, rolls, rules, shelf, tasks, transferring
from koban.duties.archive.erasing import SHEET
from koban.duties.archive.models import Appraisal, Dossier, Hold, Reading, Roll
from koban.duties.archive.tests.conftest import NAME, NOON, closed, opened, packaged
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import SYSTEM, reading
from koban.kernel.ledger.verify import verify as verify_ledger
from koban.kernel.stations.schema import station_models
from koban.lib.bag import verify
from koban.lib.errors import Absent, Denied, Refused
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter, Note, Party

FREE = rules.Standing("2026-000001", rules.KEPT, rules.SHORT, date(2036, 12, 31))
OVER = date(2037, 1, 1)
AFTER = datetime(2037, 1, 4, 4, tzinfo=UTC)


@pytest.mark.parametrize("kind, found", [
    ("oversight", rules.PERMANENT), ("archive", rules.PERMANENT), ("mediation", rules.LONG), ("permits", rules.LONG),
    ("incidents", rules.SHORT), ("unheard_of", rules.SHORT),
])  # fmt: skip
def test_the_class_of_a_kind(kind, found):
    assert rules.class_of(kind, {"oversight", "archive"}, {"mediation", "permits"}) == found


@pytest.mark.parametrize("rule, granted, starts", [
    (rules.CLOSING, None, date(2026, 3, 2)),
    (rules.YEAR_END, None, date(2026, 12, 31)),
    (rules.GRANTED, date(2027, 3, 1), date(2027, 3, 1)),
    (rules.GRANTED, date(2026, 1, 1), date(2026, 3, 2)),  # over before it was closed
    (rules.GRANTED, None, date(2026, 3, 2)),
    (rules.YEAR_END, date(2030, 1, 1), date(2026, 12, 31)),
])  # fmt: skip
def test_from_when_a_term_runs(rule, granted, starts):
    assert rules.starts_on(rule, date(2026, 3, 2), granted) == starts


@pytest.mark.parametrize("change, today, clause", [
    ({}, OVER, None),
    ({}, date(2036, 12, 31), ""),
    ({"hold": "court"}, OVER, rules.HOLD),
    ({"ends_on": None}, OVER, rules.GOOD_FOR_EVER),
    ({"hand_over_on": date(2036, 3, 2)}, OVER, rules.HAND_OVER),
    ({"is_packaged": False}, OVER, ""),
    ({"state": rules.DISPOSED}, OVER, ""),
])  # fmt: skip
def test_what_may_be_disposed_of(change, today, clause):
    verdict = rules.unfit_to_dispose(replace(FREE, **change), today)
    assert (verdict.clause if verdict else None) == clause


@pytest.mark.parametrize("change, today, fits", [
    ({}, date(2036, 3, 3), True),
    ({}, date(2036, 3, 2), False),
    ({"hold": "court"}, date(2036, 3, 3), False),
    ({"hand_over_on": None}, date(2036, 3, 3), False),
])  # fmt: skip
def test_what_may_be_handed_over(change, today, fits):
    base = replace(FREE, keeps_class=rules.LONG, hand_over_on=date(2036, 3, 2))
    assert (rules.unfit_to_hand_over(replace(base, **change), today) is None) == fits


@pytest.mark.parametrize("reason, until, clause", [
    ("court", date(2026, 9, 1), None),
    (" ", date(2026, 9, 1), ""),
    ("court", date(2026, 3, 2), rules.HOLD),
    ("court", date(2027, 3, 3), rules.HOLD),
])  # fmt: skip
def test_a_hold_has_a_reason_and_an_end(reason, until, clause):
    verdict = rules.unfit_hold(reason, until, date(2026, 3, 2), date(2027, 3, 2))
    assert (verdict.clause if verdict else None) == clause


@pytest.mark.parametrize("reason, until, ends, clause", [
    ("history", date(2040, 1, 1), date(2036, 12, 31), None),
    ("", date(2040, 1, 1), date(2036, 12, 31), ""),
    ("history", date(2036, 12, 31), date(2036, 12, 31), rules.APPRAISE),
    ("history", date(2050, 1, 1), date(2036, 12, 31), rules.LONGER),
    ("history", date(2040, 1, 1), None, rules.GOOD_FOR_EVER),
])  # fmt: skip
def test_a_term_is_only_put_off_with_a_reason(reason, until, ends, clause):
    verdict = rules.unfit_longer(reason, until, ends, date(2047, 1, 4))
    assert (verdict.clause if verdict else None) == clause


def listed(office, team, *files, kind=Roll.Kind.DISPOSAL, at=AFTER, **more):
    made = rolls.begin(kind, list(files), by=team.he, at=at, station=office, **more)
    rolls.propose(made, by=team.he, at=at, station=office)
    return made


def again(roll):
    return Roll.objects.select_related("matter").get(pk=roll.pk)


def test_a_disposal_by_two_leaves_the_number_and_a_certificate(
    dossier, matter, office, team, django_capture_on_commit_callbacks
):
    files = list(Attachment.objects.filter(matter_id=matter.pk))
    place = shelf.place_of(dossier)
    roll = listed(office, team, dossier)
    with django_capture_on_commit_callbacks(execute=True):
        rolls.approve(roll, by=team.wang, at=AFTER, station=office)
    gone = Dossier.objects.get(pk=dossier.pk)
    assert (gone.state, gone.package, bytes(gone.sealed_key)) == ("disposed", "", b"")
    assert not place.exists()
    assert [path for path in shelf.root().rglob("*") if path.is_file()] == []
    left = Matter.objects.get(pk=matter.pk)
    assert (left.printed, {name: getattr(left, name) for name in SHEET}) == (matter.printed, dict(SHEET))
    for model in (Note, Party):
        assert not model.objects.filter(matter=matter).exists()
    assert not Attachment.objects.filter(matter_id=matter.pk).exists()
    assert files
    certificate = Certificate.objects.get(pk=again(roll).certificate_id)
    assert certificate.kind == "disposal"
    told = store.read(Attachment.objects.get(pk=certificate.attachment_id).sha256)
    assert b"%PDF" in b"".join(told)
    assert again(roll).matter.state == "done"
    assert verify_ledger(office).ok


def test_after_a_disposal_nothing_of_the_person_is_left_in_the_database(dossier, matter, office, team):

    rolls.approve(listed(office, team, dossier), by=team.wang, at=AFTER, station=office)
    words = [str(value) for model in station_models() for row in model.objects.values_list() for value in row]
    assert not any("楼上深夜装修" in word or "无法联系报警人" in word or NAME in word for word in words)


def test_who_proposed_does_not_approve(dossier, office, team):
    roll = listed(office, team, dossier)
    with pytest.raises(Refused) as refused:
        rolls.approve(roll, by=team.he, at=AFTER, station=office)
    assert refused.value.clause == rules.TWO
    assert Dossier.objects.get(pk=dossier.pk).state == "kept"


def test_an_auxiliary_neither_proposes_nor_approves(dossier, office, team):
    with pytest.raises(Denied):
        rolls.begin("disposal", [dossier], by=team.aux, at=AFTER, station=office)
    roll = listed(office, team, dossier)
    with pytest.raises(Denied):
        rolls.approve(roll, by=team.aux, at=AFTER, station=office)


def test_the_second_of_two_approvals_finds_it_done(dossier, office, team):
    roll = listed(office, team, dossier)
    stale = again(roll)
    rolls.approve(roll, by=team.wang, at=AFTER, station=office)
    with pytest.raises(Refused):
        rolls.approve(stale, by=team.li, at=AFTER, station=office)
    assert Certificate.objects.filter(kind="disposal").count() == 1


def test_a_hold_after_the_proposal_stops_the_disposal_whole(office, team):
    files = [packaged(closed(opened(office, team), team), office) for _each in range(2)]
    roll = listed(office, team, *files)
    keeping.hold(
        files[1], "法院调取", date(2037, 6, 1), asked_by="法院", by=team.li, at=AFTER, station=office
    )
    with pytest.raises(Refused, match="法院调取"):
        rolls.approve(roll, by=team.wang, at=AFTER, station=office)
    assert set(Dossier.objects.values_list("state", flat=True)) == {"kept"}
    assert all(shelf.place_of(one).exists() for one in files)


def test_a_hold_ends_by_itself_and_by_hand(dossier, office, team):
    held = keeping.hold(dossier, "复议", date(2026, 6, 1), asked_by="", by=team.li, at=NOON, station=office)
    assert Hold.objects.running(date(2026, 6, 1)).exists()
    assert not Hold.objects.running(date(2026, 6, 2)).exists()
    keeping.end_hold(held, by=team.li, at=NOON + timedelta(days=1), station=office)
    keeping.end_hold(held, by=team.li, at=NOON + timedelta(days=2), station=office)
    assert not Hold.objects.running(date(2026, 4, 1)).exists()
    assert reading.of_matter(dossier.matter_id).filter(verb="archive.end_hold").count() == 1


def test_kept_longer_with_a_reason_it_is_no_longer_due(dossier, office, team):
    keeping.keep_longer(dossier, "社区史料", date(2046, 12, 31), by=team.li, at=AFTER, station=office)
    assert Appraisal.objects.get().was_on == date(2036, 12, 31)
    assert not Dossier.objects.over(date(2037, 2, 1)).exists()
    with pytest.raises(Refused, match="2046-12-31"):
        rolls.begin("disposal", [Dossier.objects.get()], by=team.he, at=AFTER, station=office)


def test_a_file_stands_on_one_list_alone(dossier, office, team):
    roll = listed(office, team, dossier)
    with pytest.raises(Refused, match="another open list"):
        listed(office, team, dossier)
    with pytest.raises(Refused, match=roll.matter.printed):
        keeping.keep_longer(dossier, "x", date(2046, 1, 1), by=team.li, at=AFTER, station=office)
    rolls.drop(roll, "重新鉴定", by=team.he, at=AFTER)
    listed(office, team, dossier)


def test_a_list_that_was_sent_back_can_be_proposed_by_another(dossier, office, team):
    roll = listed(office, team, dossier)
    rolls.send_back(roll, "缺少说明", by=team.wang, at=AFTER)
    rolls.propose(again(roll), by=team.wang, at=AFTER, station=office)
    with pytest.raises(Refused):
        rolls.approve(again(roll), by=team.wang, at=AFTER, station=office)
    rolls.approve(again(roll), by=team.he, at=AFTER, station=office)


@pytest.mark.parametrize("told", [{"kind": "transfer"}, {"kind": "transfer", "body": " "}])
def test_a_transfer_names_its_archive(dossier, office, team, told):
    with pytest.raises(Refused, match="which archive"):
        rolls.begin(told["kind"], [dossier], by=team.he, at=AFTER, station=office, body=told.get("body", ""))


def test_an_empty_list_is_refused(office, team):
    with pytest.raises(Refused, match="at least one"):
        rolls.begin("disposal", [], by=team.he, at=AFTER, station=office)


@pytest.fixture
def long(dossier):
    """The same file, of a class that the next archive takes."""
    Dossier.objects.filter(pk=dossier.pk).update(
        retention="long", ends_on=date(2056, 12, 31), hand_over_on=date(2036, 3, 2)
    )
    return Dossier.objects.select_related("matter").get(pk=dossier.pk)


def test_a_transfer_is_written_received_and_then_gone_here(
    long, office, team, django_capture_on_commit_callbacks
):
    roll = listed(office, team, long, kind=Roll.Kind.TRANSFER, body="县档案馆")
    rolls.approve(roll, by=team.wang, at=AFTER, station=office)
    with pytest.raises(Refused, match="ready"):
        rolls.receipt(again(roll), "2037-15", by=team.he, at=AFTER, station=office)
    roll = again(roll)
    assert list(transferring.write_all(roll, at=AFTER, station=office)) == [1]
    assert list(transferring.write_all(roll, at=AFTER, station=office)) == [1]  # run again, it goes on
    transferring.say_ready(roll, 1, by=SYSTEM, at=AFTER)
    sent = transferring.folder_of(roll, office) / long.matter.printed
    assert verify(sent).is_valid
    with django_capture_on_commit_callbacks(execute=True):
        rolls.receipt(again(roll), "2037-15", by=team.he, at=AFTER, station=office)
    gone = Dossier.objects.get(pk=long.pk)
    assert (gone.state, gone.package, gone.ended_by) == ("transferred", "", roll.matter.printed)
    assert verify(sent).is_valid
    transferring.clear(roll, office)
    assert not sent.exists()


def test_a_package_that_was_spoiled_is_not_handed_over(long, office, team):
    (shelf.place_of(long) / "data/extra").write_text("x")
    roll = listed(office, team, long, kind=Roll.Kind.TRANSFER, body="县档案馆")
    rolls.approve(roll, by=team.wang, at=AFTER, station=office)
    with pytest.raises(ValueError, match="not valid any more"):
        list(transferring.write_all(again(roll), at=AFTER, station=office))
    assert not (transferring.folder_of(roll, office) / long.matter.printed).exists()


def test_the_catalogue_opens_when_it_is_due(dossier, office, team):
    with pytest.raises(Refused):
        keeping.open_up(dossier, by=team.he, at=AFTER, station=office)
    assert tasks.open_due(office, datetime(2051, 3, 2, 4, tzinfo=UTC)) == 0
    assert tasks.open_due(office, datetime(2051, 3, 3, 4, tzinfo=UTC)) == 1
    assert tasks.open_due(office, datetime(2051, 3, 4, 4, tzinfo=UTC)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_reading_room_asks_for_a_matter_in_hand_and_writes_its_page_first(dossier, office, team):
    with pytest.raises(Denied):
        keeping.read(dossier, "旁证", None, by=team.li, at=NOON)
    with pytest.raises(Denied):
        keeping.read(dossier, "旁证", dossier.matter, by=team.li, at=NOON)
    with pytest.raises(Denied):
        keeping.read(dossier, "旁证", None, by=team.aux, at=NOON)
    assert not Reading.objects.exists()
    ground = opened(office, team)
    with pytest.raises(Refused):
        keeping.read(dossier, " ", ground, by=team.li, at=NOON)
    made = keeping.read(dossier, "旁证", ground, by=team.li, at=NOON)
    page = reading.looks_in(dossier.matter_id).first()
    assert (page.verb, page.facts["ground"]) == ("archive.look", ground.printed)
    today = date(2026, 3, 2)
    assert keeping.reading_of(dossier, made.pk, by=team.li, today=today, station=office) == made
    for by, day in ((team.wang, today), (team.li, today + timedelta(days=1))):
        with pytest.raises(Absent):
            keeping.reading_of(dossier, made.pk, by=by, today=day, station=office)
    assert verify_ledger(office).ok
