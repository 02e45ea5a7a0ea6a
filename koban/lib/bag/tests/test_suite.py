"""The public conformance suite: every bag of it gets the verdict that its folder names."""

import tarfile

import pytest

from koban.lib.bag import verify
from koban.lib.bag.tests.bags import SUITE, suite

BAGS = 60
# What the suite would have refused, by the name of the bag: the rule that must be among the reasons.
WHY = {
    "baginfo-missing-encoding": "declaration",
    "bom-in-bagit.txt": "declaration mark",
    "corrupt-data-file": "checksum",
    "corrupt-tag-file": "checksum",
    "extra-file-in-bag": "unlisted",
    "invalid-version-number": "version",
    "missing-baginfo": "missing",
    "missing-bagit.txt": "declaration missing",
    "same-filename-listed-twice-with-different-hashes": "listed twice, differently",
    "same-filename-listed-twice-with-the-same-hash": "listed twice",
    "bagit-with-invalid-whitespace": "declaration",
    "notAllManifestsListAllFiles": "unlisted",
    "duplicate-file-with-different-case": "other capitals",
    "made-with-md5sum-tools": "asterisk",
    "relative-path": "dot",
    "same-filename-listed-twice-with-different-normalization": "other capitals",
    "special-system-files": "system file",
}


def bags():
    with tarfile.open(SUITE) as archive:
        names = [member.name.removeprefix("./").split("/") for member in archive if member.isfile()]
    return sorted({"/".join(parts[:3]) for parts in names if len(parts) > 3})


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    return suite(tmp_path_factory.mktemp("suite"))


def test_the_suite_is_whole():
    assert len(bags()) == BAGS


@pytest.mark.parametrize("where", bags())
def test_every_bag_of_the_suite_is_judged_right(unpacked, where):
    _version, kind, name = where.split("/")
    verdict = verify(unpacked / where)
    # What only Windows would follow is refused everywhere: a bag travels.
    assert verdict.is_valid == (kind in ("valid", "warning")), [str(one) for one in verdict.reasons]
    told = {one.rule for one in (verdict.warnings if kind == "warning" else verdict.reasons)}
    if name.startswith("out-of-scope"):
        assert told & {"escape", "outside payload"}
    elif kind != "valid":
        assert WHY[name] in told
    else:
        assert {one.rule for one in verdict.warnings} <= {"dot"}
