"""Pages: numbered, provable, in the transaction of the change, and never again changed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from koban.kernel import stations
from koban.kernel.ledger import Actor, append_only, book, checkpoints, proofs, reading
from koban.kernel.ledger.canonical import name_of, page_bytes
from koban.kernel.ledger.models import Checkpoint, Head, Page
from koban.kernel.ledger.tasks import daily_root
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Beat, Station
from koban.lib import merkle

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
LI = Actor("officer", label="007")


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Station]:
    settings.KOBAN_KEYS, settings.KOBAN_ROOTS = tmp_path / "keys", tmp_path / "roots"
    checkpoints.signer.cache_clear()
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        yield station
    checkpoints.signer.cache_clear()


def told(verb: str = "beats.add") -> Beat:
    beat = Beat.objects.create(code=f"b{Beat.objects.count()}", name="北", polygon=[])
    book.write(verb, by=LI, at=NOON, subject=beat, rows=[beat], facts={"code": beat.code})
    return beat


def meddle(sql: str, values: list[Any]) -> None:
    """What somebody with the database's own key could do: past the triggers, straight into the table."""
    with connection.cursor() as cursor:
        for statement in append_only.drop(connection.vendor):
            cursor.execute(statement)
        cursor.execute(sql, values)


def test_pages_are_numbered_without_gap(office: Station) -> None:
    for _ in range(5):
        told()
    assert [page.number for page in reading.since(0)] == [0, 1, 2, 3, 4]
    assert reading.size(office.pk) == 5


def test_many_pages_at_once_are_the_same_as_one_by_one(office: Station) -> None:
    entries = [book.Entry("a.b", LI, NOON, facts={"n": n}) for n in range(600)]
    assert [page.number for page in book.write_many(entries)] == list(range(600))
    assert verify(office).ok


@pytest.mark.django_db(transaction=True)
def test_a_page_outside_a_transaction_is_refused(office: Station) -> None:
    with pytest.raises(book.OutsideTransaction):
        book.write("a.b", by=LI, at=NOON)
    assert reading.size(office.pk) == 0


def test_no_change_without_its_page(office: Station) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told()
        raise ZeroDivisionError
    assert not Beat.objects.exists()
    assert reading.size(office.pk) == 0


@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET station_id = station_id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_is_written(office: Station, table: str, statement: str) -> None:
    book.write_many([book.Entry("a.b", LI, NOON) for _ in range(256)])
    checkpoints.sign_root(office, at=NOON)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_a_refusal_is_a_page_too(office: Station) -> None:
    page = book.refusal("matters.look", by=LI, at=NOON, facts={"party": "reporter"})
    assert (page.verb, page.facts) == ("access.refused", {"action": "matters.look", "party": "reporter"})


@pytest.mark.django_db(transaction=True)
def test_a_look_is_committed_before_anything_is_handed_out(office: Station) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        book.look("matters.look", by=LI, at=NOON)
    assert book.look("matters.look", by=LI, at=NOON).number == 0


def test_rows_of_another_station_cannot_be_sealed(office: Station) -> None:
    other = Station.objects.create(code="there", name="邻所", kind="office", path="there/")
    with stations.scope(other.pk):
        theirs = Beat.objects.create(code="x", name="x", polygon=[])
    with pytest.raises(stations.OutsideScope):
        book.write("a.b", by=LI, at=NOON, rows=[theirs])


def test_verify_passes_on_what_the_book_wrote(office: Station) -> None:
    for _ in range(4):
        told()
    checkpoints.sign_root(office, at=NOON)
    told()
    verdict = verify(office)
    assert (verdict.ok, verdict.pages, verdict.roots, verdict.rows) == (True, 5, 1, 5), verdict.fault


CHANGED = {
    "the verb of a page": ("UPDATE ledger_page SET verb = 'x.y' WHERE number = 2", 2, "page 2 was changed"),
    "the facts of a page": (
        """UPDATE ledger_page SET facts = '{"code": "z"}' WHERE number = 1""",
        1,
        "page 1 was changed",
    ),
    "the actor": ("UPDATE ledger_page SET actor = '008' WHERE number = 0", 0, "page 0 was changed"),
    "a page taken out": ("DELETE FROM ledger_page WHERE number = 3", 3, "page 3 is missing"),
    "the last page taken out": ("DELETE FROM ledger_page WHERE number = 4", 4, "signed"),
    "a changed row": (
        "UPDATE stations_beat SET name = '南' WHERE code = 'b2'",
        2,
        "behind the ledger's back",
    ),
    "a removed row": ("DELETE FROM stations_beat WHERE code = 'b2'", 2, "was removed"),
    "the head": ("UPDATE ledger_head SET size = 9", 5, "its head says"),
}


@pytest.mark.parametrize(("sql", "page", "fault"), CHANGED.values(), ids=CHANGED.keys())
def test_verify_names_the_first_broken_page(office: Station, sql: str, page: int, fault: str) -> None:
    for _ in range(5):
        told()
    checkpoints.sign_root(office, at=NOON)
    meddle(sql, [])
    verdict = verify(office)
    assert not verdict.ok
    assert verdict.page == page
    assert fault in verdict.fault


def test_verify_finds_a_row_that_no_page_tells_of(office: Station) -> None:
    told()
    Beat.objects.create(code="smuggled", name="x", polygon=[])
    assert "no page tells of stations.beat" in verify(office).fault


def test_verify_finds_a_history_that_was_written_anew(office: Station) -> None:
    for _ in range(3):
        told()
    checkpoints.sign_root(office, at=NOON)
    page = Page.objects.get(number=1)
    page.verb = "x.y"
    leaves = [bytes(other.leaf) for other in reading.since(0)]
    leaves[1] = merkle.leaf_hash(page_bytes(page))
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    meddle("UPDATE ledger_page SET verb = 'x.y', leaf = %s WHERE number = 1", [leaves[1]])
    Head.objects.update(frontier=frontier.to_bytes())
    Checkpoint.objects.all()._raw_delete("default")
    verdict = verify(office)
    assert "not the one that was signed" in verdict.fault, verdict.fault


def test_verify_finds_a_forged_root(office: Station) -> None:
    told()
    checkpoints.sign_root(office, at=NOON)
    path = checkpoints.anchor_file(office)
    path.write_text(path.read_text().replace("\n1\n", "\n2\n"))
    assert "not valid" in verify(office).fault


def test_a_root_is_signed_once_and_anchored_outside(office: Station) -> None:
    told()
    assert checkpoints.sign_root(office, at=NOON) is not None
    assert checkpoints.sign_root(office, at=NOON) is None
    assert list(checkpoints.anchored(office)) == [1]
    told()
    checkpoints.sign_root(office, at=NOON)
    assert list(checkpoints.anchored(office)) == [1, 2]


def test_a_note_that_a_crash_kept_from_the_anchor_gets_there_next_time(office: Station) -> None:
    told()
    checkpoints.sign_root(office, at=NOON)
    checkpoints.anchor_file(office).unlink()
    assert checkpoints.anchor(office) == 1
    assert verify(office).ok


def test_anybody_can_check_a_proof_with_the_published_key(office: Station) -> None:
    book.write_many([book.Entry("a.b", LI, NOON, facts={"n": n, "字": "灯湖"}) for n in range(700)])
    page = reading.by_number(300)
    assert page is not None
    assert proofs.proof_of(page, office) is None
    checkpoints.sign_root(office, at=NOON)
    proof = json.loads(json.dumps(proofs.proof_of(page, office)))
    assert proofs.holds(proof, checkpoints.signer().verifier)
    proof["page"]["facts"]["n"] = 301
    assert not proofs.holds(proof)


def test_stations_do_not_share_a_ledger(office: Station) -> None:
    told()
    other = Station.objects.create(code="there", name="邻所", kind="office", path="there/")
    with stations.scope(other.pk):
        assert not reading.since(0)
        told()
        assert [page.number for page in reading.since(0)] == [0]
        assert verify(other).ok
    assert reading.sizes() == {office.pk: 1, other.pk: 1}


def test_each_night_every_station_signs_its_root(office: Station) -> None:
    told()
    daily_root.func()
    daily_root.func()
    assert [checkpoint.size for checkpoint in Checkpoint.objects.all()] == [1]
    assert list(checkpoints.anchored(office)) == [1]


def test_a_history_may_be_stored_at_once_with_the_digests_of_its_steps(office: Station) -> None:
    beat = Beat(code="b1", name="before", polygon=[], station=office)
    earlier = {name_of(beat): beat.digest()}
    beat.name = "after"
    Beat.objects.bulk_create([beat])
    book.write_many(
        [book.Entry("a.add", LI, NOON, seals=earlier), book.Entry("a.change", LI, NOON, rows=[beat])]
    )
    first, second = reading.since(0)
    assert first.seals == earlier != second.seals
    assert verify(office).ok


def test_an_earlier_digest_does_not_stand_for_the_row(office: Station) -> None:
    beat = Beat(code="b1", name="before", polygon=[], station=office)
    earlier = {name_of(beat): beat.digest()}
    beat.name = "after"
    Beat.objects.bulk_create([beat])
    with transaction.atomic():
        book.write_many([book.Entry("a.add", LI, NOON, seals=earlier)])
    assert "changed behind the ledger's back" in verify(office).fault
