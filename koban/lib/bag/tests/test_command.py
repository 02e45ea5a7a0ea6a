"""`koban bag`: exit codes, lines, both languages, and going on where a walk stopped."""

import json

import pytest
from click.testing import CliRunner

from koban.cli import koban
from koban.lib.bag import State, Stretch, packages
from koban.lib.bag.tests.bags import FILES, written


def said(*arguments):
    return CliRunner().invoke(koban, ["bag", *map(str, arguments)])


@pytest.fixture
def shelf(tmp_path):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for number in range(5):
        written(shelf / f"p{number}", {"a": str(number).encode()})
    (shelf / "p3" / "data" / "a").write_text("x")
    return shelf


def test_a_bag_is_made_and_holds(tmp_path):
    folder = tmp_path / "folder"
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    done = said("make", folder, tmp_path / "bag", "--info", "Source-Organization=Koban", "--on", "2026-03-02")
    assert (done.exit_code, "3 files, 320 bytes" in done.output) == (0, True)
    assert "Bagging-Date: 2026-03-02" in (tmp_path / "bag" / "bag-info.txt").read_text()
    done = said("verify", tmp_path / "bag")
    assert (done.exit_code, done.output) == (0, f"{tmp_path}/bag: valid; version 1.0, files: 3, bytes: 320\n")
    assert said("make", folder, tmp_path / "bag").exit_code == 1


def test_each_reason_is_a_line_with_file_and_rule(shelf):
    done = said("verify", shelf / "p3")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{shelf}/p3: data/a is not what it was: its sha256 is not the one in manifest-sha256.txt [checksum, RFC 8493 3]",
        f"{shelf}/p3: data/a is not what it was: its sha512 is not the one in manifest-sha512.txt [checksum, RFC 8493 3]",
        f"{shelf}/p3: not valid; reasons: 2",
    ]
    assert "不是原来的内容" in said("verify", shelf / "p3", "--language", "zh-hans").output


@pytest.mark.parametrize(
    "arguments",
    [("verify",), ("verify", "/nowhere/at/all"), ("verify", __file__, "--each"), ("verify", "/tmp", "--max-files", "0"),
     ("make", "/tmp"), ("make", "/tmp", "/nowhere/bag"), ("make", "/tmp", "/tmp/inside"), ("shake",)],
)  # fmt: skip
def test_wrong_use_is_two(arguments):
    assert said(*arguments).exit_code == 2


def test_help_says_what_the_exit_codes_are():
    done = said("verify", "--help")
    assert done.exit_code == 0
    assert "Exit code 0: valid; 1: not valid" in done.output


def test_a_folder_of_packages_is_verified_one_by_one(shelf):
    (shelf / ".p9.part").mkdir()
    (shelf / "notes.txt").write_text("x")
    done = said("verify", "--each", shelf)
    assert done.exit_code == 1
    assert next(line for line in done.output.splitlines() if ": valid;" in line).startswith("p0: valid")
    assert done.output.splitlines()[-1] == "packages: 5, not valid: 1, other things passed over: 2"
    assert said("verify", "--each", "--quiet", shelf / "p0").exit_code == 1  # not one package in it holds


def test_a_stopped_walk_goes_on_and_says_again_what_it_found(tmp_path, shelf):
    file = tmp_path / "state"
    bags, _others = packages(shelf)
    walk = Stretch(bags, State.read(file, shelf)).verdicts()
    found = [next(walk) for _turn in range(4)]
    walk.close()
    with file.open("a") as torn:
        torn.write('{"package": "p4", "rea')
    (shelf / "p1" / "bagit.txt").unlink()  # after it was verified: not looked at again
    (shelf / "p4" / "data" / "a").unlink()
    done = said("verify", shelf, "--resume", file)
    assert done.exit_code == 1
    assert "p1: valid" in done.output
    assert done.output.count("p3: data/a is not what it was") == 2
    assert "p4: data/a is missing" in done.output
    again = said("verify", shelf, "--resume", file)
    assert again.output == done.output
    assert [json.loads(line).get("package") for line in file.read_text().splitlines()[1:]] == [
        "p0",
        "p1",
        "p2",
        "p3",
        "p4",
    ]
    assert State.read(file, shelf).known["p3"] == found[3][1]


def test_a_state_of_another_folder_is_wrong_use(tmp_path, shelf):
    (tmp_path / "state").write_text("anything\n")
    assert said("verify", shelf, "--resume", tmp_path / "state").exit_code == 2
    assert (tmp_path / "state").read_text() == "anything\n"
