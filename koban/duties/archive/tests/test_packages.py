"""A file closes with its matter: a package that any BagIt tool takes, and that proves the ledger with nothing but itself."""

import json
import tarfile
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree as ET

import bagit
import pytest
from click.testing import CliRunner
from django.db import transaction

from koban.duties.archive import filing, proving, retention, shelf, tasks, transferring
from koban.duties.archive.models import Dossier
from koban.duties.archive.premis import SPACE
from koban.duties.archive.tests.conftest import NAME, NOON, PHONE, attached, closed, opened, packaged
from koban.kernel import stations
from koban.kernel.files import store
from koban.kernel.ledger import SYSTEM, book, checkpoints, reading
from koban.kernel.ledger.verify import verify as verify_ledger
from koban.kernel.stations.models import Station
from koban.lib import ledger_proof
from koban.lib.bag import verify
from koban.lib.sealing import SealBroken
from koban.matters import actions as matters
from koban.matters.models import Matter
from koban.operations.bag import bag

LATER = NOON + timedelta(hours=1)


def place(dossier):
    return shelf.place_of(dossier)


def everything(dossier):
    return b"".join(path.read_bytes() for path in place(dossier).rglob("*") if path.is_file())


def test_the_package_is_valid_here_and_in_the_library_of_congress_tool(dossier):
    verdict = verify(place(dossier))
    assert (verdict.reasons, verdict.warnings) == ((), ())
    assert bagit.Bag(str(place(dossier))).is_valid()
    assert {path.name for path in place(dossier).glob("manifest-*")} == {
        "manifest-sha256.txt",
        "manifest-sha512.txt",
    }


def test_it_holds_entries_attachments_proof_page_and_premis(dossier):
    names = {
        path.relative_to(place(dossier)).as_posix() for path in place(dossier).rglob("*") if path.is_file()
    }
    assert {
        "index.html", "index.css", "contents.json", "premis.xml", "data/ledger.jsonl", "data/rows.jsonl.sealed",
        "data/people.jsonl.sealed", "data/reading.html.sealed", "data/files/0001.pdf.sealed", "data/files/0002.pdf.sealed",
    } <= names  # fmt: skip


def test_nothing_personal_is_readable_on_the_shelf(dossier):
    held = everything(dossier)
    for word in (NAME, PHONE, "楼上深夜装修", "无法联系报警人"):
        assert word.encode() not in held


def test_the_index_speaks_both_languages_and_names_term_and_clause(dossier):
    page = (place(dossier) / "index.html").read_text()
    for words in ("灯湖社区警务室", "Lamp Lake office", "OFFICE-ARC-3", "2036-12-31", "koban bag verify"):
        assert words in page


def test_every_page_of_the_ledger_leads_to_the_signed_root(dossier, matter):
    with (place(dossier) / "data/ledger.jsonl").open("rb") as file:
        found = ledger_proof.check(ledger_proof.lines_of(file))
    assert found.holds
    assert found.origin == "koban/lamp"
    assert found.pages == reading.of_matter(matter.pk).exclude(verb="archive.file").count()


@pytest.mark.parametrize("change", ["verb", "number", "path", "note", "line"])
def test_a_changed_proof_does_not_hold(dossier, change):
    lines = (place(dossier) / "data/ledger.jsonl").read_bytes().splitlines(keepends=True)
    head, page = json.loads(lines[0]), json.loads(lines[1])
    if change == "verb":
        page["page"]["verb"] = "incidents.other"
    elif change == "number":
        page["page"]["number"] += 1
    elif change == "path":
        page["path"] = page["path"][:-1]
    elif change == "note":
        head["note"] = head["note"].replace("koban/lamp", "koban/lamb")
    else:
        lines[1] = b"{\n"
    if change != "line":
        lines[:2] = [json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in (head, page)]
    assert not ledger_proof.check(lines).holds


def test_an_opened_package_proves_each_entry_against_the_ledger(dossier, office, tmp_path):
    target = transferring.write_opened(
        dossier, tmp_path / "out", at=LATER, station=office, with_people=True, why="transfer"
    )
    assert verify(target).is_valid
    assert bagit.Bag(str(target)).is_valid()
    with (target / "data/ledger.jsonl").open("rb") as file:
        found = ledger_proof.check(ledger_proof.lines_of(file))
    with (target / "data/rows.jsonl").open("rb") as file:
        ledger_proof.check_rows(ledger_proof.lines_of(file), found)
    assert found.holds
    assert found.rows >= 6
    assert NAME in (target / "data/people.jsonl").read_text()
    assert "楼上深夜装修" in (target / "data/reading.html").read_text()
    assert (target / "data/files/0001.pdf").read_bytes() == b"%PDF-1.7 one"
    assert ".sealed" not in (target / "index.html").read_text()


def test_an_entry_changed_in_an_opened_package_is_named(dossier, office, tmp_path):
    target = transferring.write_opened(
        dossier, tmp_path / "out", at=LATER, station=office, with_people=True, why="transfer"
    )
    with (target / "data/ledger.jsonl").open("rb") as file:
        found = ledger_proof.check(ledger_proof.lines_of(file))
    rows = (target / "data/rows.jsonl").read_bytes().replace("楼上".encode(), "楼下".encode())
    ledger_proof.check_rows(rows.splitlines(keepends=True), found)
    assert "matters.matter" in str(found.faults[0])


def test_a_reading_copy_has_no_sealed_names(dossier, office, tmp_path):
    target = transferring.write_opened(
        dossier, tmp_path / "out", at=LATER, station=office, with_people=False, why="dissemination"
    )
    assert verify(target).is_valid
    assert not (target / "data/people.jsonl").exists()
    assert NAME.encode() not in b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())


def test_the_packed_package_is_valid_too(dossier, tmp_path):
    whole = tmp_path / "one.tar"
    whole.write_bytes(b"".join(shelf.tar(place(dossier), "2026-000001", LATER)))
    assert verify(whole).is_valid
    with tarfile.open(whole) as tar:
        assert tar.getnames()[0].startswith("2026-000001/")


def test_premis_says_what_was_done_by_whom_and_why_it_is_kept(dossier):
    told = ET.parse(place(dossier) / "premis.xml").getroot()
    space = {"p": SPACE}
    order = [one.tag.rpartition("}")[2] for one in told]
    assert order == sorted(order, key=["object", "event", "agent", "rights"].index)
    assert told.get("version") == "3.0"
    assert [one.text for one in told.iterfind("p:event/p:eventType", space)] == [
        "capture", "ingestion", "message digest calculation", "encryption", "fixity check"]  # fmt: skip
    agents = {one.text for one in told.iterfind("p:agent/p:agentIdentifier/p:agentIdentifierValue", space)}
    linked = {one.text for one in told.iterfind(".//p:linkingAgentIdentifierValue", space)}
    assert linked <= agents == {"koban", "lamp"}
    assert told.findtext(".//p:otherRightsBasis", "", space) == "OFFICE-ARC-3"
    sums = {one.text for one in told.iterfind(".//p:messageDigest", space)}
    assert {
        one["sha256"] for one in json.loads((place(dossier) / "contents.json").read_text())["members"]
    } == sums


PARTS = {
    "event": ["eventIdentifier", "eventType", "eventDateTime", "eventDetailInformation", "eventOutcomeInformation",
              "linkingAgentIdentifier", "linkingObjectIdentifier"],
    "objectCharacteristics": ["compositionLevel", "fixity", "size", "format", "creatingApplication", "inhibitors"],
    "agent": ["agentIdentifier", "agentName", "agentType", "agentVersion"],
    "rightsStatement": ["rightsStatementIdentifier", "rightsBasis", "otherRightsInformation", "rightsGranted",
                        "linkingObjectIdentifier"],
}  # fmt: skip


@pytest.mark.parametrize("element, order", PARTS.items())
def test_premis_elements_stand_in_the_order_of_the_schema(dossier, element, order):
    for one in ET.parse(place(dossier) / "premis.xml").getroot().iter(f"{{{SPACE}}}{element}"):
        names = [child.tag.rpartition("}")[2] for child in one]
        assert names == sorted(names, key=order.index)


def test_the_sweep_files_every_closed_matter_once(office, team):
    for _each in range(3):
        closed(opened(office, team), team)
    opened(office, team)
    assert tasks.file_some(office, LATER) == 3
    assert tasks.file_some(office, LATER) == 0
    assert Dossier.objects.packaged().count() == 3
    assert verify_ledger(office).ok


def test_what_is_opened_and_closed_again_is_filed_anew_and_the_old_package_goes(
    dossier, matter, office, team, django_capture_on_commit_callbacks
):
    before = place(dossier)
    matters.move(matter, "reopen", by=team.li, at=LATER, reason="又响了")
    assert not filing.waiting().exists()
    again = closed(Matter.objects.get(pk=matter.pk), team, LATER)
    with django_capture_on_commit_callbacks(execute=True):
        made = packaged(again, office, LATER + timedelta(hours=1))
    assert (made.pk, made.version) == (dossier.pk, 2)
    assert verify(place(made)).is_valid
    assert not before.exists()


def test_a_package_that_a_killed_run_left_is_swept_and_one_with_a_row_stays(dossier, office):
    lost = shelf.new_place(office, 2026, "2026-000009")
    lost.mkdir()
    half = lost.with_name(".2026-000010.abc.part")
    half.mkdir()
    assert tasks.sweep(NOON + timedelta(days=36500)) == 2
    assert place(dossier).exists()
    assert not lost.exists()
    assert not half.exists()


@pytest.mark.parametrize("spoil, why", [
    (lambda path: path.unlink(), "missing"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x"), "changed"),
])  # fmt: skip
def test_an_attachment_that_changed_on_the_disk_is_named_and_nothing_is_half_filed(office, team, spoil, why):
    matter = opened(office, team)
    file = attached(matter, b"%PDF-1.7 evidence", team)
    closed(matter, team)
    spoil(store.path_of(file.sha256))
    made = packaged(Matter.objects.get(pk=matter.pk), office)
    assert (made.trouble, made.package) == (why, "")
    assert [path for path in shelf.root().rglob("*") if path.is_file()] == []
    pages = reading.of_matter(matter.pk).filter(verb="archive.trouble").count()
    packaged(Matter.objects.get(pk=matter.pk), office, LATER)
    assert reading.of_matter(matter.pk).filter(verb="archive.trouble").count() == pages == 1
    assert (
        verify_ledger(office).ok is False
    )  # the attachment itself is broken, and the ledger's own check says so


def test_it_is_filed_as_soon_as_the_attachment_is_back(office, team):
    matter = opened(office, team)
    file = attached(matter, b"%PDF-1.7 evidence", team)
    closed(matter, team)
    path = store.path_of(file.sha256)
    kept = path.read_bytes()
    path.unlink()
    assert packaged(Matter.objects.get(pk=matter.pk), office).trouble == "missing"
    path.write_bytes(kept)
    made = packaged(Matter.objects.get(pk=matter.pk), office, LATER)
    assert (made.trouble, made.version) == ("", 1)
    assert verify_ledger(office).ok


def test_nothing_is_packaged_when_the_key_of_the_ledger_is_gone(matter, office, house):
    proving.sign(office, LATER)
    (house / "keys" / "ledger.key").unlink()
    with pytest.raises(proving.KeyGone):
        tasks.file_some(office, LATER)
    assert not (house / "keys" / "ledger.key").exists()
    assert not Dossier.objects.exists()


def test_nothing_is_packaged_by_a_clock_that_stands_before_the_last_root(matter, office):
    proving.sign(office, LATER)
    with pytest.raises(proving.ClockBack):
        proving.sign(office, NOON - timedelta(days=1))


def test_a_member_that_was_changed_does_not_open(dossier):
    path = place(dossier) / "data/files/0001.pdf.sealed"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(SealBroken):
        b"".join(shelf.member(dossier, "files/0001.pdf"))
    assert [one.rule for one in verify(place(dossier)).reasons] == ["checksum", "checksum"]


@pytest.mark.parametrize(
    "path", ["../../../keys/index.key", "/etc/hostname", "files/../../bagit.txt/../../x"]
)
def test_no_path_leads_out_of_a_package(dossier, path):
    with pytest.raises(FileNotFoundError):
        b"".join(shelf.member(dossier, path))


def test_pieces_are_read_in_any_size():
    for size in (1, 3, 7, 100, -1):
        reader, found = shelf.Pieces(iter([b"abc", b"defgh", b"i"])), BytesIO()
        while piece := reader.read(size):
            found.write(piece)
        assert found.getvalue() == b"abcdefghi"


def test_the_term_of_a_file_is_of_the_pack_on_the_day_of_closing(dossier, office):
    assert (dossier.retention, dossier.clause, dossier.start_rule) == ("short", "OFFICE-ARC-3", "year_end")
    assert dossier.ends_on.isoformat() == "2036-12-31"
    assert dossier.hand_over_on is None
    assert dossier.opens_on.isoformat() == "2051-03-02"
    assert retention.day(NOON, office) == dossier.closed_on


def test_the_auxiliary_may_file_but_only_the_team(dossier, matter, office, team):
    assert filing.file(matter, by=team.aux, at=LATER, station=office).version == 2
    assert SYSTEM.role == "system"


def run(*arguments):
    return CliRunner().invoke(bag, ["verify", *map(str, arguments)])


def test_the_command_checks_the_ledger_too_and_names_a_fault(dossier, office, tmp_path):
    sealed = run(place(dossier))
    assert sealed.exit_code == 0, sealed.output
    assert "koban/lamp" in sealed.output
    target = transferring.write_opened(
        dossier, tmp_path / "2026-000001", at=LATER, station=office, with_people=True, why="transfer"
    )
    whole = tmp_path / "one.tar"
    whole.write_bytes(b"".join(shelf.tar(target, "2026-000001", LATER)))
    assert "0 entries" not in run(whole).output
    assert run(whole).exit_code == 0
    other = checkpoints.signer().generate("koban-ledger").verifier.to_text()
    wrong = run(whole, "--key", other)
    assert (wrong.exit_code, "root" in wrong.output) == (1, True)
    assert run(whole, "--key", "nonsense").exit_code == 2


def test_two_offices_with_long_ledgers_do_not_mix_their_trees(office, team):
    other = Station.objects.create(code="hill", name="坡", kind="office", path="hill/", pack="cn")
    for station in (other, office):
        with stations.scope(station.pk), transaction.atomic():
            book.write_many([book.Entry("matters.note", SYSTEM, NOON) for _each in range(300)])
    made = packaged(closed(opened(office, team), team), office)
    with (place(made) / "data/ledger.jsonl").open("rb") as file:
        assert ledger_proof.check(ledger_proof.lines_of(file)).holds
