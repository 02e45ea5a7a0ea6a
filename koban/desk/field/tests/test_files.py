"""Photos come in pieces over a bad line: what was acknowledged is there, and a whole file is the one that was hashed."""

import hashlib
import io

import pytest
from PIL import Image
from shapely.geometry import box as shape

from koban.desk.field import arriving, mapfile, rules
from koban.desk.field.models import Arrived
from koban.desk.field.spool import Pile, bytes_of
from koban.desk.field.tests.conftest import picture
from koban.kernel.files import store
from koban.lib import tiles as lib
from koban.lib.tiles import Tiles


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    settings.KOBAN_FIELD_SPOOL = tmp_path / "spool"
    settings.KOBAN_FILES = tmp_path / "files"
    return tmp_path / "spool"


def name_of(content):
    return hashlib.sha256(content).hexdigest()


def test_a_file_in_pieces_is_whole_with_its_last_one(phone, lake):
    content = picture()
    assert phone.reached(name_of(content)) == (0, False)
    for start in range(0, len(content), 9000):
        assert phone.reached(name_of(content)) == (start, False)
        answer = phone.put(content, start, start + 9000)
        assert answer.status_code in (201, 202)
    assert phone.reached(name_of(content)) == (len(content), True)
    assert b"".join(store.read(name_of(content))) == content
    assert not Pile(Arrived.objects.get().post_id, name_of(content)).folder.exists()


def test_a_piece_that_does_not_fit_is_told_from_where_to_go_on(phone, lake):
    content = picture()
    phone.put(content, 0, 5000)
    for start in (0, 4000, 6000):
        answer = phone.put(content, start, start + 3000)
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "5000")
    assert phone.put(content, 5000).status_code == 201


def test_a_whole_file_that_comes_again_changes_nothing(phone, lake):
    content = picture()
    assert [phone.put(content).status_code for _turn in range(3)] == [201] * 3
    assert Arrived.objects.count() == 1


def test_a_file_that_is_not_what_its_hash_says_is_dropped_and_begins_anew(phone, lake):
    content = picture()
    answer = phone.put(content, sha256="0" * 64)
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "The file did not arrive as it was sent. Send it again.",
    )
    assert phone.reached("0" * 64) == (0, False)


def test_what_is_no_picture_sound_or_paper_is_refused(phone, lake):
    content = b"MZ" + bytes(3000)
    assert phone.put(content).status_code == 422
    assert Arrived.objects.count() == 0


@pytest.mark.parametrize("query, status", [
    ("offset=0&size=10000000000", 413), ("offset=9&size=3", 413), ("offset=0", 422), ("offset=-1&size=3", 422),
    ("offset=0&size=٣", 422), ("", 422), ("offset=0&size=99999999999999999999", 413),
])  # fmt: skip
def test_files_that_are_too_large_or_say_no_size_are_refused_before_they_are_read(phone, lake, query, status):
    answer = phone.client.put(f"/api/v1/field/files/{'a' * 64}?{query}", b"abc", content_type="image/jpeg",
                              headers={"Koban-Device": phone.device})  # fmt: skip
    assert answer.status_code == status


@pytest.mark.parametrize("name", ["x", "A" * 64, "..", "%2e%2e%2fsecret"])
def test_what_is_no_hash_is_absent(phone, lake, name):
    answer = phone.client.head(f"/api/v1/field/files/{name}", headers={"Koban-Device": phone.device})
    assert answer.status_code == 404


def test_pieces_lie_sealed_on_the_disk(phone, lake, spool):
    content = picture()
    phone.put(content, 0, 20_000)
    pieces = [path for path in spool.rglob("*-*") if path.is_file()]
    assert pieces
    assert all(content[100:200] not in path.read_bytes() for path in pieces)


def test_half_a_piece_that_a_dying_machine_left_is_no_piece(phone, lake):
    content = picture()
    phone.put(content, 0, 5000)
    pile = Pile(phone.account.posts.get().pk, name_of(content))
    (pile.folder / ".draft-1234").write_bytes(b"half")
    assert phone.reached(name_of(content)) == (5000, False)
    assert phone.put(content, 5000).status_code == 201


def test_who_has_too_much_unfinished_sends_that_first(phone, lake, monkeypatch):
    monkeypatch.setattr(arriving, "SPOOL", 1000)
    content = picture()
    assert phone.put(content, 0, 5000).status_code == 202
    assert phone.put(content, 5000, 6000).status_code == 413
    assert bytes_of(phone.account.posts.get().pk) >= 5000


def test_nobody_learns_which_files_another_phone_has_sent(phone, other, lake):
    content = picture()
    phone.put(content)
    assert other.reached(name_of(content)) == (0, False)


def test_a_picture_too_large_to_draw_is_still_taken(phone, lake):
    held = io.BytesIO()
    Image.new("RGB", (3000, 3000)).save(held, "JPEG")
    assert phone.put(held.getvalue()).status_code == 201


@pytest.mark.parametrize("parts, reached", [
    ([], 0), ([(0, 5)], 5), ([(5, 5), (0, 5)], 10), ([(1, 9)], 0), ([(0, 5), (6, 4)], 5), ([(0, 5), (3, 9)], 12),
    ([(0, 5), (0, 8), (8, 1)], 9),
])  # fmt: skip
def test_how_far_pieces_reach_without_a_gap(parts, reached):
    assert rules.contiguous(parts) == reached


def test_an_excerpt_of_the_map_holds_the_tiles_of_its_box_and_no_others(tmp_path):
    whole, part = tmp_path / "whole.pmtiles", tmp_path / "part.pmtiles"
    write_map(whole)
    box = (24.940, 60.168, 24.945, 60.171)
    count = mapfile.cut(Tiles(whole), part, box)
    kept = Tiles(part)
    assert 0 < count <= len(mapfile.tiles_on(box, 17))
    for zoom, x, y in mapfile.tiles_on(box, 17):
        assert kept.get(zoom, x, y) == Tiles(whole).get(zoom, x, y)
    assert kept.box == pytest.approx(box)


def write_map(path):

    drawn = [lib.Feature("landuse", shape(24.90, 60.15, 24.99, 60.19), {"kind": "park"})]
    lib.build(drawn, path, box=(24.93, 60.165, 24.95, 60.175))
