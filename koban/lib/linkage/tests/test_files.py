"""`koban link` and the files that it reads: encodings, headers, mistakes, exit codes."""

import csv

import pytest
from click.testing import CliRunner

from koban.cli import koban
from koban.lib.linkage.files import field_of, harmless, read_records
from koban.lib.linkage.tests import sets
from koban.lib.mistakes import Mistake

TEXT = "编号,姓名,性别,出生日期,身份证号码,联系电话,现住址,备注\n1,张伟,男,19900203,,00012345678,新华路215号书香里34-6-1104,x\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_offices(encoding):
    (record,) = read_records(TEXT.encode(encoding))
    assert record.key == "1"
    assert record.fields == {
        "name": "张伟", "sex": "男", "birth": "19900203", "phone": "00012345678", "address": "新华路215号书香里34-6-1104",
    }  # fmt: skip


@pytest.mark.parametrize(
    "header, field",
    [("姓名", "name"), (" Full Name ", "name"), ("身份证号", "id"), ("ID_No", "id"), ("DOB", "birth"), ("手机号码", "phone"),
     ("rec_id", "key"), ("Address-1", "street"), ("民族", ""), ("备注", "")],
)  # fmt: skip
def test_headers_are_known_in_both_languages(header, field):
    assert field_of(header) == field


@pytest.mark.parametrize(
    "content, code",
    [
        (b"\xff\xfe\xff\xff\x00", "unreadable"),
        (b'name\n"' + b"x" * 200_000, "unreadable"),
        (b"", "no_header"),
        ("备注,颜色\n1,2\n".encode(), "no_header"),
        ("姓名,name\na,b\n".encode(), "twice"),
        (b"key,name\n1,a\n1,b\n", "same_key"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content, code):
    with pytest.raises(Mistake) as caught:
        read_records(content)
    assert caught.value.code == code


def test_short_rows_and_semicolons_are_taken():
    records = read_records(b"name;birth\nAnna;\n\nBert\n")
    assert [(record.key, dict(record.fields)) for record in records] == [
        ("1", {"name": "Anna"}),
        ("2", {"name": "Bert"}),
    ]


def test_only_line_ends_end_a_row():
    (record,) = read_records('name,address\nAnna\x0b,"High\nStreet\u2028 5"\n'.encode())
    assert record.fields == {"name": "Anna", "address": "High\nStreet\u2028 5"}


def test_no_spreadsheet_takes_a_key_for_a_formula():
    assert [harmless(cell) for cell in ("=1+1", "@x", "r7")] == ["'=1+1", "'@x", "r7"]


def run(*arguments):
    return CliRunner().invoke(koban, ["link", *map(str, arguments)])


@pytest.fixture
def fake(tmp_path):
    path = tmp_path / "fake.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        records, entities = sets.read("fake_1000")
        names = ("given_name", "surname", "birth", "town", "email")
        writer.writerow(("key", "first name", "last name", "dob", "city", "email", "entity"))
        writer.writerows(
            (record.key, *(record.fields.get(name, "") for name in names), entities[record.key])
            for record in records[:300]
        )
    return path


def test_the_command_writes_pairs_and_clusters_and_compares_them_with_the_truth(fake, tmp_path):
    out, groups = tmp_path / "pairs.csv", tmp_path / "clusters.csv"
    said = run(fake, "--out", out, "--clusters", groups, "--truth", fake, "--save-model", tmp_path / "m.json")
    assert said.exit_code == 0, said.output
    rows = [*csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())]
    assert rows
    assert set(rows[0]) == {"left_key", "right_key", "probability", "reasons"}
    assert all(float(row["probability"]) >= 0.5 for row in rows)
    assert "pairs: precision 0.9" in said.output
    assert "clusters: precision 1.0" in said.output
    again = run(fake, "--out", tmp_path / "again.csv", "--model", tmp_path / "m.json")
    assert again.exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()


def test_reasons_come_in_chinese(fake, tmp_path):
    out = tmp_path / "pairs.csv"
    assert run(fake, "--out", out, "--language", "zh-hans").exit_code == 0
    assert "姓相同" in out.read_text(encoding="utf-8-sig")


def test_two_files_are_linked_across(tmp_path):
    for name in ("left", "right"):
        (tmp_path / f"{name}.csv").write_bytes(TEXT.encode())
    (tmp_path / "truth.csv").write_text("left_key,right_key\n1,1\n", encoding="utf-8")
    said = run(
        tmp_path / "left.csv",
        tmp_path / "right.csv",
        "--out",
        tmp_path / "o.csv",
        "--truth",
        tmp_path / "truth.csv",
    )
    assert said.exit_code == 0, said.output
    assert "F1 1.0000" in said.output


def test_wrong_use_and_unusable_files_have_their_exit_codes(fake, tmp_path):
    out, bad = tmp_path / "o.csv", tmp_path / "bad.csv"
    bad.write_bytes(b"a,b\n1,2\n")
    assert run(fake).exit_code == 2
    assert run(fake, fake, fake, "--out", out).exit_code == 2
    assert run(fake, fake, "--out", out, "--clusters", out).exit_code == 2
    assert run(fake, "--out", out, "--threshold", "7").exit_code == 2
    assert run(fake, "--out", out, "--truth", bad).exit_code == 2
    assert run(bad, "--out", out).exit_code == 1
    assert run(fake, "--out", out, "--model", bad).exit_code == 1
    assert run("--help").exit_code == 0
