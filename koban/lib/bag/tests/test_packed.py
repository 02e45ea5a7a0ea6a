"""Bags in .tar and .zip are judged in place, and hostile archives do no harm."""

import io
import stat
import tarfile
import zipfile

import pytest

from koban.lib.bag import Limits, verify
from koban.lib.bag.tests.bags import rules, written


def tarred(path, bag, top="bag", more=()):
    with tarfile.open(path, "w") as archive:
        archive.add(bag, arcname=top)
        for member, content in more:
            archive.addfile(member, io.BytesIO(content))
    return path


def zipped(path, bag, top="bag/", more=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(bag.rglob("*")):
            archive.write(file, top + str(file.relative_to(bag)))
        for member, content in more:
            archive.writestr(member, content)
    return path


def member(name, kind=tarfile.REGTYPE, size=1, link=""):
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size if kind == tarfile.REGTYPE else 0, link
    return made


@pytest.fixture
def bag(tmp_path):
    return written(tmp_path / "bag")


@pytest.mark.parametrize("pack, suffix", [(tarred, "tar"), (zipped, "zip")])
def test_a_packed_bag_is_as_good_as_the_folder(tmp_path, bag, pack, suffix):
    path = pack(tmp_path / f"b.{suffix}", bag)
    assert verify(path) == verify(bag)
    assert verify(path).is_valid
    (bag / "data/index.html").write_text("<p>two</p>")
    assert ("checksum", "data/index.html") in rules(verify(pack(tmp_path / f"c.{suffix}", bag)))


def test_an_empty_payload_is_a_payload(tmp_path):
    empty = written(tmp_path / "empty", {})
    assert verify(empty).is_valid
    assert verify(tarred(tmp_path / "b.tar", empty)).is_valid
    assert verify(zipped(tmp_path / "b.zip", empty)).is_valid


@pytest.mark.parametrize(
    "more, rule",
    [
        ((member("../../etc/cron.d/x"), b"x"), "archive name"),
        ((member("/etc/x"), b"x"), "archive name"),
        ((member("bag/data/l", tarfile.SYMTYPE, link="/etc/passwd"), b""), "link"),
        ((member("bag/data/l", tarfile.LNKTYPE, link="bag/bagit.txt"), b""), "link"),
        ((member("bag/data/d", tarfile.CHRTYPE), b""), "special file"),
        ((member("bag/bagit.txt"), b"x"), "archive twice"),
        ((member("other/x"), b"x"), "archive top"),
        ((member("bag/data/more"), b"x"), "unlisted"),
    ],
)
def test_a_hostile_tar_is_refused(tmp_path, bag, more, rule):
    assert rule in {name for name, _file in rules(verify(tarred(tmp_path / "b.tar", bag, more=[more])))}


def _zip_link():
    made = zipfile.ZipInfo("bag/data/l")
    made.create_system, made.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return made, "/etc/passwd"


@pytest.mark.parametrize(
    "more, rule",
    [
        (("bag/../../x", "x"), "archive name"), (("C:/x", "x"), "archive name"), (_zip_link(), "link"),
        (("other/x", "x"), "archive top"), (("bag/data/more", "x"), "unlisted"),
    ],
)  # fmt: skip
def test_a_hostile_zip_is_refused(tmp_path, bag, more, rule):
    assert rule in {name for name, _file in rules(verify(zipped(tmp_path / "b.zip", bag, more=[more])))}


def test_a_zip_that_swells_is_not_unpacked(tmp_path, bag):
    path = zipped(tmp_path / "b.zip", bag, more=[("bag/data/zeros", b"\0" * 5_000_000)])
    assert path.stat().st_size < 100_000
    assert rules(verify(path, limits=Limits(bytes=1_000_000))) == [("too large", "b.zip")]


def test_a_tar_whose_header_claims_much_takes_no_memory(tmp_path):
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1 << 32
    path = tmp_path / "b.tar"
    with path.open("wb") as file:
        file.write(header.tobuf())
        file.truncate(1 << 33)
    assert [name for name, _file in rules(verify(path))] == ["archive"]


@pytest.mark.parametrize("suffix", ["tar", "zip", "txt"])
def test_what_is_no_archive_is_no_bag(tmp_path, suffix):
    path = tmp_path / f"b.{suffix}"
    path.write_bytes(b"PK\x03\x04 nothing of the kind")
    assert rules(verify(path)) == [("archive", path.name)]


@pytest.mark.parametrize("pack, suffix", [(tarred, "tar"), (zipped, "zip")])
def test_a_cut_archive_is_not_valid(tmp_path, bag, pack, suffix):
    path = pack(tmp_path / f"b.{suffix}", bag)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert not verify(path).is_valid


def test_a_damaged_stream_in_a_zip_is_a_reason(tmp_path, bag):
    path = zipped(tmp_path / "b.zip", bag)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("bag/data/papers/order.pdf")
    start = info.header_offset + 30 + len(info.filename)
    content[start : start + 6] = b"\xff" * 6
    path.write_bytes(content)
    assert ("unreadable", "data/papers/order.pdf") in rules(verify(path))
