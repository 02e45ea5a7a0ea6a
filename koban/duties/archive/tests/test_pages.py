"""The pages of the archive: who may what, what they show, and what they cost."""

import tarfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import segno
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koban.duties.archive import keeping, paper, rolls, tasks, transferring
from koban.duties.archive.models import Dossier, Hold, Loan, Reading, Roll, Stocktaking
from koban.duties.archive.tests.conftest import NAME, NOON, closed, opened, packaged
from koban.kernel import stations
from koban.kernel.jobs.models import Job
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify as verify_ledger
from koban.lib.bag import verify
from koban.lib.ids import uuid7

AFTER = datetime(2037, 1, 4, 4, tzinfo=UTC)


def get(client, url, status=200):
    with stations.outside():
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == status, body[:2000]
    return body


def send(client, url, status=302, **told):
    with stations.outside():
        answer = client.post(url, {"key": str(uuid7()), **told})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def url_of(thing, end=""):
    return f"/desk/archive/{thing.matter.year}/{thing.matter.number}/{end}"


@pytest.mark.parametrize("language, words", [("en", "Archive"), ("zh-hans", "档案")])
def test_the_list_and_a_file_speak_both_languages(dossier, browser, language, words):
    client = browser("li", language)
    listed = get(client, "/desk/archive/").decode()
    assert words in listed
    assert dossier.matter.printed in listed
    assert "OFFICE-ARC-3" in get(client, url_of(dossier)).decode()


@pytest.mark.parametrize("show", ["", "trouble", "held", "dispose", "hand_over", "gone"])
def test_the_list_filters(dossier, browser, show):
    page = get(browser(), f"/desk/archive/?show={show}&q={dossier.matter.printed}").decode()
    assert (f">{dossier.matter.printed}</a>" in page) == (show == "")


def test_a_list_of_fifty_costs_as_few_queries_as_one_of_one(dossier, office, team, browser):
    client = browser()
    counts = []
    for _round in range(2):
        get(client, "/desk/archive/")
        with CaptureQueriesContext(connection) as asked:
            get(client, "/desk/archive/")
        counts.append(len(asked))
        for _each in range(5):
            packaged(closed(opened(office, team), team), office)
    assert counts[0] == counts[1] <= 14


def test_a_file_costs_a_bounded_number_of_queries(dossier, browser):
    client = browser()
    get(client, url_of(dossier))
    with CaptureQueriesContext(connection) as asked:
        get(client, url_of(dossier))
    assert len(asked) <= 16


def test_the_package_is_taken_whole_and_verifies(dossier, browser, tmp_path):
    whole = tmp_path / "it.tar"
    whole.write_bytes(get(browser("aux"), url_of(dossier, "package.tar")))
    assert verify(whole).is_valid
    assert NAME.encode() not in whole.read_bytes()


def test_checking_says_valid_or_what_is_not(dossier, browser, house):
    client = browser()
    assert "The package is valid" in send(client, url_of(dossier, "check/"), 200).content.decode()
    next((house / "archive").rglob("ledger.jsonl")).write_text("x")
    assert "ledger.jsonl" in send(client, url_of(dossier, "check/"), 200).content.decode()


def test_packaging_now_is_a_job(matter, office, browser):
    send(browser(), "/desk/archive/file/")
    assert Job.objects.filter(task=tasks.file_here.module_path).count() == 1


@time_machine.travel(NOON + timedelta(days=1), tick=False)
def test_hold_and_end_of_it_by_the_pages(dossier, browser):
    client = browser("he")
    send(client, url_of(dossier, "hold/"), 422, reason="法院", until="2020-01-01")
    send(client, url_of(dossier, "hold/"), reason="法院调取", until="2026-09-01", asked_by="法院")
    assert "法院调取" in get(client, url_of(dossier)).decode()
    held = Hold.objects.get()
    send(client, url_of(dossier, f"hold/{held.pk}/end/"))
    assert Hold.objects.get().ended_on is not None
    send(browser("aux"), url_of(dossier, "hold/"), 403, reason="x", until="2026-09-01")


@time_machine.travel(AFTER, tick=False)
def test_longer_by_the_pages(dossier, browser):
    client = browser("he")
    send(client, url_of(dossier, "longer/"), 422, reason="x", until="2099-01-01")
    send(client, url_of(dossier, "longer/"), reason="社区史料", until="2046-12-31")
    assert Dossier.objects.get().ends_on.year == 2046


@time_machine.travel(AFTER, tick=False)
def test_disposal_by_two_over_the_pages_up_to_the_certificate(
    dossier, office, browser, django_capture_on_commit_callbacks
):
    he, wang = browser("he"), browser("wang")
    assert dossier.matter.printed in get(he, "/desk/archive/lists/new/disposal/").decode()
    begun = send(he, "/desk/archive/lists/new/disposal/", chosen_files=str(dossier.pk))
    send(he, f"{begun.url}propose/")
    send(he, f"{begun.url}approve/", 422)
    with django_capture_on_commit_callbacks(execute=True):
        send(wang, f"{begun.url}approve/")
    page = get(wang, begun.url).decode()
    assert "Certificate of disposal" in page
    assert get(wang, f"{begun.url}certificate.pdf").startswith(b"%PDF")
    gone = get(wang, url_of(dossier)).decode()
    assert "Only the number is kept" in gone
    get(wang, url_of(dossier, "package.tar"), 404)
    get(wang, "/desk/incidents/")
    get(wang, "/desk/archive/lists/")
    assert verify_ledger(office).ok


@time_machine.travel(AFTER, tick=False)
def test_a_transfer_over_the_pages(dossier, office, team, browser):
    Dossier.objects.filter(pk=dossier.pk).update(
        retention="long", ends_on="2056-12-31", hand_over_on="2036-03-02"
    )
    he, wang = browser("he"), browser("wang")
    begun = send(he, "/desk/archive/lists/new/transfer/", chosen_files=str(dossier.pk), body="县档案馆")
    send(he, f"{begun.url}propose/")
    send(wang, f"{begun.url}approve/")
    assert Job.objects.filter(task=tasks.write_transfer.module_path).count() == 1
    send(he, f"{begun.url}finish/", 422, number="15")
    roll = Roll.objects.select_related("matter").get()
    transferring.say_ready(
        roll, len(list(transferring.write_all(roll, at=AFTER, station=office))), by=SYSTEM, at=AFTER
    )
    with tarfile.open(fileobj=BytesIO(get(he, f"{begun.url}packages.tar"))) as tar:
        assert f"{roll.matter.printed}/{dossier.matter.printed}/bagit.txt" in tar.getnames()
    send(he, f"{begun.url}finish/", number="2037-15")
    assert "2037-15" in get(he, begun.url).decode()


@pytest.mark.django_db(transaction=True)
def test_the_reading_room_by_the_pages(office, team, browser):
    dossier = packaged(closed(opened(office, team), team), office)
    client = browser()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        ground = opened(office, team, at=NOON + timedelta(hours=1))
        send(client, url_of(dossier, "read/"), 403, purpose="旁证")
        entered = send(client, url_of(dossier, "read/"), purpose="旁证", ground=str(ground.pk))
        page = get(client, entered.url).decode()
        assert "旁证" in page
        assert "people.jsonl" not in page
        words = [get(client, f"{entered.url}{place}/") for place in range(3)]
        assert any("楼上深夜装修".encode() in one for one in words)
        get(client, f"{entered.url}99/", 404)
        get(browser("wang"), entered.url, 404)
        with tarfile.open(fileobj=BytesIO(get(client, f"{entered.url}copy.tar"))) as tar:
            assert any(name.endswith("reading.html") for name in tar.getnames())
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        get(client, entered.url, 404)
    assert Reading.objects.count() == 1


def test_the_public_catalogue_shows_what_is_open_and_no_more(dossier, office, browser, client):
    assert dossier.matter.printed not in get(client, "/o/lamp/archive/").decode()
    keeping.open_up(dossier, by=SYSTEM, at=datetime(2051, 3, 3, 4, tzinfo=UTC), station=office)
    page = get(client, "/o/lamp/archive/").decode()
    assert dossier.matter.printed in page
    assert "装修" not in page


@pytest.fixture
def shelved(dossier, team):
    box = paper.put_up("a-01", "三架", by=team.aux, at=NOON)
    volumes = [paper.register(dossier.matter, by=team.aux, at=NOON) for _each in range(2)]
    paper.put(volumes[0], box, by=team.aux, at=NOON)
    return box, volumes


def test_boxes_labels_and_volumes_by_the_pages(shelved, dossier, browser):
    client = browser("aux")
    box, volumes = shelved
    send(client, "/desk/archive/paper/new/", code="b-2", shelf="四架")
    send(client, "/desk/archive/paper/new/", 422, code="B-2", shelf="四架")
    send(client, url_of(dossier, "volume/"))
    send(client, f"/desk/archive/paper/boxes/{box.code}/put/", volume=str(volumes[1]))
    send(client, f"/desk/archive/paper/boxes/{box.code}/put/", 422, volume="nothing")
    assert str(volumes[1]) in get(client, f"/desk/archive/paper/boxes/{box.code}/").decode()
    assert get(client, f"/desk/archive/paper/boxes/{box.code}/labels.pdf").startswith(b"%PDF")
    assert get(client, url_of(dossier, "labels.pdf")).startswith(b"%PDF")
    assert "A-01" in get(client, "/desk/archive/paper/").decode()


def test_a_loan_and_its_return_by_the_pages(shelved, browser):
    client = browser("aux")
    box, volumes = shelved
    send(client, f"/desk/archive/paper/boxes/{box.code}/lend/", volume=str(volumes[0]), to="法制科")
    send(client, f"/desk/archive/paper/boxes/{box.code}/lend/", 422, volume=str(volumes[0]), to="法制科")
    assert "法制科" in get(client, "/desk/archive/paper/").decode()
    send(client, f"/desk/archive/paper/loans/{Loan.objects.get().pk}/back/")
    assert Loan.objects.get().back_on is not None


def test_stock_is_taken_from_scanned_lines_and_from_a_photograph(shelved, office, browser):
    client = browser("aux")
    box, volumes = shelved
    picture = BytesIO()
    segno.make(paper.said(volumes[1], office), micro=False).save(picture, kind="png", scale=8, border=4)
    picture.seek(0)
    picture.name = "shelf.png"
    send(client, f"/desk/archive/paper/boxes/{box.code}/stock/", seen="koban:lamp:VNOTHING", photos=picture)
    found = Stocktaking.objects.get()
    assert (found.missing, found.misplaced, found.extra) == (
        [str(volumes[0])],
        [str(volumes[1])],
        ["koban:lamp:VNOTHING"],
    )
    assert str(volumes[1]) in get(client, f"/desk/archive/paper/boxes/{box.code}/").decode()


def test_a_list_is_begun_from_nothing_due_with_words(dossier, browser):
    assert "No file is due" in get(browser("he"), "/desk/archive/lists/new/disposal/").decode()
    get(browser("he"), "/desk/archive/lists/new/other/", 404)
    assert rolls.MOST == 200
