"""A bag is written whole or not at all, and any BagIt tool says that it is valid."""

import io
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koban.lib.bag import Entry, files_of, packages, verify, write
from koban.lib.bag.tests.bags import DAY, FILES, entry, sha256, written
from koban.lib.mistakes import Mistake

PART = st.text(
    st.characters(exclude_characters="/\\\0~:", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda part: part not in (".", "..") and len(part.encode()) < 100)
NAMES = st.lists(PART, min_size=1, max_size=3).map("/".join)


def test_the_bag_is_laid_out_as_the_standard_says(tmp_path):
    info = [("Source-Organization", "第一派出所"), ("External-Description", "one\ntwo")]
    bag = written(tmp_path / "bag", info=info, tags=[entry("premis.xml", b"<premis/>")])
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    size = sum(map(len, FILES.values()))
    assert (bag / "bag-info.txt").read_text("utf-8") == (
        "Source-Organization: 第一派出所\nExternal-Description: one\n  two\n"
        f"Bagging-Date: 2026-03-02\nPayload-Oxum: {size}.3\n"
    )
    assert f"{sha256(FILES['index.html'])}  data/index.html\n" in (bag / "manifest-sha256.txt").read_text(
        "utf-8"
    )
    tag_files = (bag / "tagmanifest-sha512.txt").read_text().split()[1::2]
    assert tag_files == [
        "bag-info.txt",
        "bagit.txt",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "premis.xml",
    ]


def test_another_tool_says_that_our_bag_is_valid(tmp_path):
    files = FILES | {"a b/c;d.txt": b"", "line\nbreak": b"x", "长长的/名字.jpg": b"y" * 70_000}
    theirs = bagit.Bag(str(written(tmp_path / "bag", files, info=[("Contact-Name", "x")])))
    theirs.validate()
    assert theirs.info["Payload-Oxum"] == f"{sum(map(len, files.values()))}.6"
    assert sorted(theirs.algorithms) == ["sha256", "sha512"]


def test_a_percent_sign_is_escaped_as_the_standard_says_though_another_tool_does_not_read_it(tmp_path):
    bag = written(tmp_path / "bag", {"100%.txt": b"x"})
    assert "data/100%25.txt\n" in (bag / "manifest-sha256.txt").read_text("utf-8")
    assert verify(bag).is_valid
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


def test_we_say_that_a_bag_of_another_tool_is_valid(tmp_path):
    for path, content in (FILES | {"100%25.txt": b"x", "line\nbreak": b"y"}).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    bagit.make_bag(str(tmp_path), {"Contact-Name": "x"}, checksums=["md5", "sha512"])
    verdict = verify(tmp_path)
    assert (verdict.reasons, verdict.warnings, verdict.version) == ((), (), "0.97")


@pytest.mark.parametrize(
    "path",
    ["", "/etc/x", "../x", "a/../../x", "a//b", "./a", "~/x", "C:/x", "a\\b", "a/", "a\0b", "a\ud800"],
)
def test_a_path_that_no_bag_may_have_is_refused_and_nothing_is_left(tmp_path, path):
    with pytest.raises(Mistake, match="not a path"):
        write(tmp_path / "bag", [entry("good", b"x"), entry(path, b"x")], on=DAY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "one, two", [("a", "a"), ("Order.pdf", "order.PDF"), ("é", unicodedata.normalize("NFD", "é"))]
)
def test_two_names_that_some_system_takes_for_one_are_refused(tmp_path, one, two):
    with pytest.raises(Mistake, match="one file on another system"):
        write(tmp_path / "bag", [entry(one, b"x"), entry(two, b"y")], on=DAY)


def test_a_file_that_changed_since_it_was_filed_is_refused(tmp_path):
    write(tmp_path / "bag", [entry("a", b"x", sha256(b"x"))], on=DAY)
    with pytest.raises(Mistake, match=r"papers/b is not what it was"):
        write(tmp_path / "other", [entry("a", b"x"), entry("papers/b", b"y", sha256(b"x"))], on=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


class Broken(io.BytesIO):
    def read(self, size=-1):
        raise OSError(5, "Input/output error")


def test_a_source_that_breaks_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="Input/output"):
        write(tmp_path / "bag", [entry("a", b"x"), Entry("b", Broken)], on=DAY)
    assert list(tmp_path.iterdir()) == []


def test_while_it_is_written_the_name_of_the_bag_is_free(tmp_path):
    seen = []

    def looking():
        for path in ("a", "b"):
            yield entry(path, b"x")
            seen.append((tmp_path / "bag").exists())

    write(tmp_path / "bag", looking(), on=DAY)
    assert seen == [False, False]
    with pytest.raises(Mistake, match="there already"):
        write(tmp_path / "bag", [], on=DAY)


DYING = """
import io, os, sys
from datetime import date
from pathlib import Path
from koban.lib.bag import Entry, write
write(Path(sys.argv[1]), [Entry("a", lambda: io.BytesIO(b"x")), Entry("b", lambda: os._exit(9))], on=date(2026, 3, 2))
"""


def test_a_machine_that_stops_leaves_no_bag_and_nothing_that_is_taken_for_one(tmp_path):
    done = subprocess.run([sys.executable, "-c", DYING, str(tmp_path / "bag")], check=False)
    assert (done.returncode, packages(tmp_path)) == (9, ([], 1))
    assert verify(written(tmp_path / "bag")).is_valid


@pytest.mark.parametrize("label", ["", "a:b", " a", "a\n", "Payload-Oxum", "bagging-date"])
def test_a_label_that_is_none_is_refused(tmp_path, label):
    with pytest.raises(Mistake):
        write(tmp_path / "bag", [], info=[(label, "x")], on=DAY)


@pytest.mark.parametrize(
    "path", ["bagit.txt", "manifest-md5.txt", "tagmanifest-sha256.txt", "data/x", "fetch.txt", "../x"]
)
def test_a_tag_file_may_not_take_the_place_of_another(tmp_path, path):
    with pytest.raises(Mistake):
        write(tmp_path / "bag", [], tags=[entry(path, b"x")], on=DAY)


def test_the_files_of_a_folder_are_taken_and_links_are_refused(tmp_path):
    folder = tmp_path / "folder"
    (folder / "b" / "empty").mkdir(parents=True)
    (folder / "b" / "x").write_text("1")
    (folder / "a").write_text("2")
    assert sorted(one.path for one in files_of(folder)) == ["a", "b/x"]
    (folder / "b" / "out").symlink_to("/etc/hostname")
    with pytest.raises(Mistake, match="b/out is a link"):
        write(tmp_path / "bag", files_of(folder), on=DAY)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=5))
def test_whatever_is_written_verifies(files):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "bag"
        try:
            written(target, files)
        except (Mistake, OSError):  # names that collide, or that are a file here and a folder there
            assert list(Path(folder).iterdir()) == []
        else:
            verdict = verify(target)
            assert (verdict.reasons, verdict.files) == ((), len(files))
