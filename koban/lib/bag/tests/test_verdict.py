"""What spoils a bag, and what is said of it: the rule, the file, the words in both languages."""

import os
import shutil
import tempfile
import unicodedata
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koban.lib.bag import Limits, verify
from koban.lib.bag.reasons import RULES, reason
from koban.lib.bag.tests.bags import FILES, by_hand, rules, sealed, sha256, written

A, OTHER = sha256(b"a"), sha256(b"b")
LINE = f"{A}  data/a\n"


@pytest.fixture
def bag(tmp_path):
    return written(tmp_path / "bag")


def flip(file, at=0, bit=1):
    content = bytearray(file.read_bytes())
    content[at] ^= bit
    file.write_bytes(content)


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def drop_line(file, part):
    kept = [line for line in file.read_text("utf-8").splitlines(keepends=True) if part not in line]
    file.write_text("".join(kept), "utf-8")


def test_an_untouched_bag_is_valid(bag):
    verdict = verify(bag)
    assert (verdict.is_valid, verdict.warnings, verdict.version) == (True, (), "1.0")
    assert (verdict.files, verdict.bytes) == (3, sum(map(len, FILES.values())))


SPOILT = [
    (lambda bag: flip(bag / "data/papers/order.pdf"), ("checksum", "data/papers/order.pdf")),
    (lambda bag: flip(bag / "bag-info.txt", 20), ("checksum", "bag-info.txt")),
    (lambda bag: (bag / "data/index.html").unlink(), ("missing", "data/index.html")),
    (lambda bag: (bag / "bag-info.txt").unlink(), ("missing", "bag-info.txt")),
    (lambda bag: (bag / "data/more").write_text("x"), ("unlisted", "data/more")),
    (lambda bag: (bag / "bagit.txt").unlink(), ("declaration missing", "bagit.txt")),
    (lambda bag: shutil.rmtree(bag / "data"), ("payload folder", "data")),
    (lambda bag: (bag / "data/link").symlink_to("/etc/hostname"), ("link", "data/link")),
    (lambda bag: os.mkfifo(bag / "data/pipe"), ("special file", "data/pipe")),
    (lambda bag: drop_line(bag / "manifest-sha512.txt", "index.html"), ("unlisted", "data/index.html")),
    (lambda bag: edit(bag / "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 9"), ("Payload-Oxum", "bag-info.txt")),
    (lambda bag: edit(bag / "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1.1\nPayload-Oxum: "),
     ("Payload-Oxum twice", "bag-info.txt")),
    (lambda bag: edit(bag / "bag-info.txt", ".3", " bytes"), ("Payload-Oxum form", "bag-info.txt")),
    (lambda bag: edit(bag / "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum "), ("info line", "bag-info.txt")),
    (lambda bag: edit(bag / "manifest-sha256.txt", "data/index.html", "data/../../etc/passwd"),
     ("escape", "manifest-sha256.txt")),
    (lambda bag: edit(bag / "manifest-sha256.txt", "data/index.html", "bagit.txt"),
     ("outside payload", "manifest-sha256.txt")),
]  # fmt: skip


@pytest.mark.parametrize("spoil, why", SPOILT)
@pytest.mark.parametrize("on_purpose", [False, True])
def test_a_spoilt_bag_is_refused_with_the_rule_and_the_file(bag, spoil, why, on_purpose):
    spoil(bag)
    if on_purpose and (bag / "bagit.txt").exists():
        sealed(bag)
    verdict = verify(bag)
    if why in (("checksum", "bag-info.txt"), ("missing", "bag-info.txt")) and on_purpose:
        assert verdict.is_valid  # whoever seals anew has made another bag
    else:
        assert why in rules(verdict)


BY_HAND = [
    ({"manifests": {"sha256": LINE * 2}}, "listed twice"),
    ({"manifests": {"sha256": LINE + f"{OTHER}  data/a\n"}}, "listed twice, differently"),
    ({"manifests": {"sha256": LINE, "md5": ""}}, "unlisted"),
    ({"manifests": {}}, "no manifest"),
    ({"manifests": {"crc32": "0  data/a\n"}}, "algorithm"),
    ({"manifests": {"sha256": f"{A[:-1]}  data/a\n"}}, "line"),
    ({"manifests": {"sha256": f"{A}data/a\n"}}, "line"),
    ({"manifests": {"sha256": f"{A}  /data/a\n"}}, "escape"),
    ({"manifests": {"sha256": f"{A}  data\\..\\..\\a\n"}}, "escape"),
    ({"manifests": {"sha256": f"{A}  data//a\n"}}, "escape"),
    ({"fetch_txt": "https://a.example/x - ../x\n"}, "escape"),
    ({"fetch_txt": "https://a.example/x - bagit.txt\n"}, "outside payload"),
    ({"fetch_txt": "https://a.example/x\n"}, "fetch line"),
    ({"fetch_txt": "https://a.example/x - data/c\n"}, "fetch unlisted"),
    ({"manifests": {"sha256": LINE + f"{A}  data/b\n"}, "fetch_txt": "https://a.example/x - data/b\n"}, "not fetched"),
    ({"tagmanifest__sha256_txt": f"{sha256(b'')}  x\n", "x": ""}, "manifest unlisted"),
    ({"tagmanifest__sha256_txt": f"{A}  data/a\n"}, "inside payload"),
    ({"bagit_txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: latin-17\n"}, "encoding"),
    ({"bagit_txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: zip\n"}, "encoding"),
    ({"bagit_txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nmore: x\n"}, "declaration"),
    ({"bagit_txt": "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n"}, "version"),
    ({"bagit_txt": ""}, "declaration"),
    ({"bagit_txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: US-ASCII\n", "bag__info_txt": "A: ä\n"}, "text"),
]  # fmt: skip


@pytest.mark.parametrize("change, rule", BY_HAND)
def test_a_bag_that_breaks_one_rule_is_refused_by_that_rule(tmp_path, change, rule):
    assert verify(by_hand(tmp_path / "whole")).is_valid
    assert rule in {name for name, _file in rules(verify(by_hand(tmp_path / "bag", **change)))}


@pytest.mark.parametrize(
    "version, file, written_as, holds",
    [
        ("1.0", "data/a%b", "data/a%25b", True), ("1.0", "data/a\nb", "data/a%0Ab", True),
        ("1.0", "data/a\rb", "data/a%0db", True), ("0.97", "data/a%25b", "data/a%25b", True),
        ("0.97", "data/a\nb", "data/a%0Ab", True), ("1.0", "data/a%25b", "data/a%25b", False),
        ("1.0", "data/a~b", "data/a%7Eb", False),
    ],
)  # fmt: skip
def test_percent_signs_and_line_breaks_are_escaped_as_the_version_says(
    tmp_path, version, file, written_as, holds
):
    files, manifests = {file: b"a"}, {"sha256": f"{A}  {written_as}\n"}
    bag = by_hand(tmp_path / "bag", version=version, files=files, manifests=manifests)
    assert verify(bag).is_valid is holds


def test_a_name_whose_accents_a_system_took_apart_is_found_with_a_warning(tmp_path):
    apart = unicodedata.normalize("NFD", "data/é")
    bag = by_hand(tmp_path / "bag", files={apart: b"a"}, manifests={"sha256": f"{A}  data/é\n"})
    verdict = verify(bag)
    assert verdict.is_valid
    assert [one.rule for one in verdict.warnings] == ["other accents"]
    (bag / apart).write_bytes(b"b")
    assert rules(verify(bag)) == [("checksum", apart)]


def test_since_1_0_no_file_of_the_payload_may_be_gone_for_any_reason(tmp_path):
    for number, name in enumerate(("data/A", "data/Thumbs.db")):
        manifests = {"sha256": LINE + f"{A}  {name}\n"}
        old = by_hand(tmp_path / f"old{number}", version="0.97", manifests=manifests)
        new = by_hand(tmp_path / f"new{number}", manifests=manifests)
        assert verify(old).is_valid
        assert rules(verify(new)) == [("missing", name)]


@pytest.mark.parametrize(
    "limits, rule",
    [(Limits(entries=5), "too many"), (Limits(bytes=300), "too large"), (Limits(tag_bytes=20), "too large")],
)
def test_what_passes_a_limit_is_not_looked_at(bag, limits, rule):
    assert rule in {name for name, _file in rules(verify(bag, limits=limits))}


def test_a_name_cannot_write_on_the_terminal(bag):
    (bag / "data" / "x\x1b[2J\ny").write_text("")
    (told,) = {str(one) for one in verify(bag).reasons if one.rule == "unlisted" and "sha256" in str(one)}
    assert told == "data/x\\x1b[2J\\ny is in the payload, but manifest-sha256.txt does not list it"


def test_every_reason_is_said_in_both_languages(bag):
    flip(bag / "data/index.html")
    (first, *_more) = verify(bag).reasons
    assert first.sentence.clause == "RFC 8493 3"
    assert "data/index.html is not what it was: its sha256" in str(first)
    with translation.override("zh-hans"):
        said = first.sentence.said(translation.gettext, "zh-hans")
        assert "data/index.html" in said
        assert "sha256" in said
        for rule, (_clause, text) in RULES.items():
            assert translation.gettext(text) != text, rule
    assert reason("too many", "x", limit=1).sentence.clause == ""


def read(manifest):
    lines = (line.partition(b"  ") for line in manifest.split(b"\n"))
    return [(checksum.lower(), path) for checksum, _gap, path in lines]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_a_flipped_bit_anywhere_is_found(data):
    with tempfile.TemporaryDirectory() as folder:
        bag = written(Path(folder) / "bag")
        files = sorted(path for path in bag.rglob("*") if path.is_file())
        file = data.draw(st.sampled_from(files))
        before = file.read_bytes()
        flip(file, data.draw(st.integers(0, len(before) - 1)), 1 << data.draw(st.integers(0, 7)))
        # In a tag manifest, which nothing lists, a checksum means the same in capitals.
        same = file.name.startswith("tagmanifest") and read(file.read_bytes()) == read(before)
        assert verify(bag).is_valid is same
