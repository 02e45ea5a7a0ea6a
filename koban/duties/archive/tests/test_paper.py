"""The paper twin: what a scanner writes finds its volume, loans come back, and stock says what is missing."""

import os
from datetime import date, timedelta
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import segno
from PIL import Image

from koban.duties.archive import filing, paper, rules, scanning, shelf
from koban.duties.archive.models import Dossier, Loan, Scan
from koban.duties.archive.tests.conftest import NOON, packaged
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor
from koban.kernel.ledger.verify import verify as verify_ledger
from koban.lib import scans
from koban.lib.errors import Denied, Refused
from koban.lib.mistakes import Mistake
from koban.matters.models import Matter

LATER = NOON + timedelta(days=2)


@pytest.mark.parametrize("expected, elsewhere, seen, found", [
    ("ab", "c", "ab", ([], [], [])),
    ("ab", "c", "a", (["b"], [], [])),
    ("ab", "c", "abc", ([], [], ["c"])),
    ("ab", "c", "abx", ([], ["x"], [])),
    ("", "", "", ([], [], [])),
    ("ab", "c", "cx", (["a", "b"], ["x"], ["c"])),
])  # fmt: skip
def test_stock(expected, elsewhere, seen, found):
    told = rules.stock(set(expected), set(elsewhere), set(seen))
    assert (told.missing, told.extra, told.misplaced) == found


PAGES = [["k:V1"], [], ["other"], ["k:V2"], ["k:V2"], ["k:V1"]]


def test_pages_without_a_code_belong_to_the_part_before():
    assert scans.parts(PAGES, "k:V") == [
        scans.Part("k:V1", 0, 3),
        scans.Part("k:V2", 3, 2),
        scans.Part("k:V1", 5, 1),
    ]


@pytest.mark.parametrize("pages, words", [
    ([[], ["k:V1"]], "page 1 belongs to nothing"),
    ([["k:V1"], ["k:V1", "k:V2"]], "page 2 has the codes of two"),
])  # fmt: skip
def test_what_cannot_be_parted_is_named_with_its_page(pages, words):
    with pytest.raises(Mistake, match=words):
        scans.parts(pages, "k:V", "a.pdf")


def sheet(code=""):
    """An A4 page at 150 dpi, with a code in its corner."""
    page = Image.new("L", (1240, 1754), 255)
    if code:
        drawn = BytesIO()
        segno.make(code, micro=False, error="m").save(drawn, kind="png", scale=6, border=4)
        drawn.seek(0)
        page.paste(Image.open(drawn).convert("L"), (100, 100))
    return page


def scanned(path, *codes):
    pages = [sheet(code) for code in codes]
    path.parent.mkdir(parents=True, exist_ok=True)
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    old = NOON.timestamp()
    os.utime(path, (old, old))
    return path


@pytest.fixture
def volumes(dossier, team):
    return [paper.register(dossier.matter, by=team.aux, at=NOON) for _each in range(2)]


def code(volume, office):
    return paper.said(volume, office)


def test_a_scan_is_parted_and_joins_the_matter_and_the_file_is_packaged_anew(
    dossier, volumes, office, team, house
):
    path = scanned(
        scanning.folder_of(office) / "in.pdf", code(volumes[0], office), "", code(volumes[1], office)
    )
    assert list(scanning.take_all(office, by=team.aux, at=LATER)) == [3]
    assert [(one.volume_id, one.first, one.pages) for one in Scan.objects.order_by("first")] == [
        (volumes[0].pk, 1, 2), (volumes[1].pk, 3, 1)]  # fmt: skip
    files = Attachment.objects.filter(pk__in=Scan.objects.values("attachment_id")).order_by("size")
    told = [len(pdfium.PdfDocument(b"".join(store.read(one.sha256)))) for one in files]
    assert sorted(told) == [1, 2]
    assert not path.exists()
    assert (path.parent / "done" / "in.pdf").exists()
    assert list(filing.waiting()) == [dossier.matter]
    made = packaged(Matter.objects.get(pk=dossier.matter.pk), office, LATER)
    assert (made.version, made.files) == (2, dossier.files + 2)
    assert verify_ledger(office).ok


def test_the_same_scan_comes_in_once(volumes, office, team, house):
    path = scanned(house / "one.pdf", code(volumes[0], office))
    for _each in range(2):
        scanning.take(path, by=team.aux, at=LATER, station=office)
    assert Scan.objects.count() == 1


def aged(path):
    """Old enough to be whole."""
    os.utime(path, (1, 1))


@pytest.mark.parametrize("spoil, words", [
    (lambda path, office, volume: scanned(path, ""), "belongs to nothing"),
    (lambda path, office, volume: scanned(path, f"{paper.prefix(office)}VNOTKNOWN99"), "no volume of this office"),
    (lambda path, office, volume: scanned(path, "koban:other:V2345"), "belongs to nothing"),
    (lambda path, office, volume: (path.parent.mkdir(parents=True), path.write_bytes(b"%PDF-1.7 broken"), aged(path)),
     "cannot be read"),
])  # fmt: skip
def test_what_cannot_be_taken_in_goes_aside_with_its_reason(volumes, office, team, spoil, words):
    path = scanning.folder_of(office) / "in.pdf"
    spoil(path, office, volumes[0])
    assert list(scanning.take_all(office, by=team.aux, at=LATER)) == []
    assert words in (path.parent / "unread" / "in.pdf.txt").read_text()
    assert not Scan.objects.exists()


def test_a_picture_is_taken_like_any_photo(volumes, office, team, house):
    path = house / "one.png"
    sheet(code(volumes[0], office)).convert("RGB").save(path)
    assert scanning.take(path, by=team.aux, at=LATER, station=office) == 1
    assert Attachment.objects.get(pk=Scan.objects.get().attachment_id).kind == "photo"


def test_links_young_and_hidden_files_are_left_alone(volumes, office, house):
    folder = scanning.folder_of(office)
    path = scanned(folder / "old.pdf", code(volumes[0], office))
    (folder / "link.pdf").symlink_to(path)
    scanned(folder / ".hidden.pdf", code(volumes[0], office))
    young = scanned(folder / "young.pdf", code(volumes[0], office))
    os.utime(young, (LATER.timestamp(), LATER.timestamp()))
    assert [one.name for one in scanning.waiting(office, LATER)] == ["old.pdf"]


def test_a_loan_is_due_by_the_pack_and_comes_back_once(volumes, office, team):
    loan = paper.lend(volumes[0], "法制科", by=team.aux, at=NOON, station=office)
    assert loan.due_on == date(2026, 3, 16)
    assert not Loan.objects.overdue(date(2026, 3, 16)).exists()
    assert Loan.objects.overdue(date(2026, 3, 17)).exists()
    with pytest.raises(Refused, match="法制科"):
        paper.lend(volumes[0], "刑侦", by=team.aux, at=NOON, station=office)
    paper.give_back(loan, by=team.aux, at=LATER, station=office)
    with pytest.raises(Refused):
        paper.give_back(loan, by=team.aux, at=LATER, station=office)


def test_what_is_lent_is_not_missing(volumes, office, team):
    box = paper.put_up("A-1", "三架", by=team.aux, at=NOON)
    for one in volumes:
        paper.put(one, box, by=team.aux, at=NOON)
    paper.lend(volumes[0], "法制科", by=team.aux, at=NOON, station=office)
    found = paper.take_stock(
        box, [code(volumes[1], office), paper.said(box, office)], by=team.aux, at=LATER, station=office
    )
    assert (found.missing, found.extra, found.misplaced, found.seen) == ([], [], [], 1)
    assert paper.move(box, "四架", by=team.aux, at=LATER).shelf == "四架"


def test_the_code_of_box_and_shelf_is_in_the_package(dossier, volumes, office, team):
    paper.put(volumes[0], paper.put_up("A-1", "三架", by=team.aux, at=NOON), by=team.aux, at=NOON)
    made = packaged(dossier.matter, office, LATER)
    told = (shelf.place_of(made) / "bag-info.txt").read_text()
    assert f"Paper-Twin: {volumes[0]} 三架/A-1" in told
    assert Dossier.objects.count() == 1


def test_a_resident_keeps_no_boxes(office, team):
    with pytest.raises(Denied):
        paper.put_up("A-1", "三架", by=Actor("resident"), at=NOON)
