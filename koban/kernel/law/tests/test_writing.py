"""How packs are written: what a mistake in one says, and how packs build on each other."""

from datetime import date
from pathlib import Path

import pytest

from koban.kernel.law.cases import failures
from koban.kernel.law.packs import NoPack, folders, keys, load
from koban.kernel.law.reading import PackError

DAY = date(2026, 3, 2)
TITLE = 'title = { en = "Pack", zh = "包" }\n'
CLAUSE = """
[[clause]]
id = "TEST-1"
title = { en = "One", zh = "一" }
text = { en = "Text", zh = "文" }
source = { en = "Somewhere", zh = "某处" }
article = "1"
confidence = "P"
from = 2020-01-01
value = 3
unit = "days"
cases = [
  { start = 2026-03-02T08:00:00, due = 2026-03-05 },
  { on = 2019-12-31, in_force = false },
  { on = 2020-01-01, in_force = true },
]
"""
HOUSE = CLAUSE.replace('"P"', '"H"')
DOUBT = CLAUSE.replace('"P"', '"S"')


def write(
    place: Path, key: str, clauses: str = "", *, on: tuple[str, ...] = (), tables: str = ""
) -> tuple[Path, ...]:
    """A pack that builds `on` others. tables: what follows in its pack.toml."""
    (place / key).mkdir()
    bases = f"extends = {list(on)}\n"
    (place / key / "pack.toml").write_text(bases + TITLE + tables, encoding="utf-8")
    if clauses:
        (place / key / "rules.toml").write_text(clauses, encoding="utf-8")
    return (place,)


def test_a_well_written_pack_reads_and_its_cases_hold(tmp_path):
    pack = load("a", write(tmp_path, "a", CLAUSE))
    assert pack.clauses["TEST-1"][0].value == 3
    assert list(failures(pack)) == []


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("value = 3", "valeu = 3", "unknown key valeu"),
        ("value = 3", "value = -3", "negative"),
        ("value = 3", "value = 3.5", '"value" must be int, not float'),
        ("value = 3", "value = true", '"value" must be int, not bool'),
        ("value = 3\n", "", '"value" and "unit" come together'),
        ('unit = "days"', 'unit = "moons"', '"unit" is "moons", not one of minutes'),
        ('confidence = "P"', 'confidence = "X"', '"confidence" is "X"'),
        ('confidence = "P"\n', "", '"confidence" is missing'),
        ('confidence = "P"', 'confidence = "S"\nverified = true', "cannot be verified"),
        ('zh = "文"', 'zh = " "', '"text" is empty in one language'),
        (', zh = "文"', "", '"zh" is missing'),
        ('zh = "文"', 'zh = "文", fr = "t"', "unknown key fr"),
        ("from = 2020-01-01", "from = 2020-01-01T00:00:00", '"from" must be date, not datetime'),
        ("from = 2020-01-01", "from = 2020-01-01\nto = 2019-01-01", "ends before it begins"),
        ("value = 3", "value = 3\nbound = 'about'", '"bound" is "about"'),
        ('unit = "days"', 'unit = "people"\nends = "next_working_day"', '"ends" needs a unit of time'),
        ("  { on = 2019-12-31, in_force = false },\n", "", "at least 3 cases"),
        ("in_force = true", "binding = true", "should have on, in_force, binding"),
        ("{ on = 2020-01-01, in_force = true }", "{ in_force = true }", "one of start, given, item, on"),
        ("{ on = 2020-01-01, in_force = true }", "{ on = 'then', in_force = true }", '"on" is a str'),
        ('"TEST-1"', '"test 1"', "an id is capitals"),
        (
            'article = "1"',
            'items = [{ key = "a", en = "a", zh = "甲" }, { key = "a", en = "b", zh = "乙" }]',
            "listed twice",
        ),
    ],
)
def test_a_mistake_names_file_and_clause(tmp_path, old, new, problem):
    assert old in CLAUSE
    with pytest.raises(PackError) as error:
        load("a", write(tmp_path, "a", CLAUSE.replace(old, new)))
    assert problem in str(error.value)
    assert "a/rules.toml" in str(error.value)
    assert "est" in str(error.value).lower()


def test_all_mistakes_are_told_at_once(tmp_path):
    wrong = CLAUSE.replace("value", "valeu")
    with pytest.raises(PackError) as error:
        load(
            "a",
            write(
                tmp_path, "a", wrong + wrong.replace("TEST-1", "TEST-2") + CLAUSE.replace("TEST-1", "TEST-3")
            ),
        )
    assert [problem.split(": ")[1] for problem in error.value.problems] == ["TEST-1", "TEST-2"]


@pytest.mark.parametrize("text", ["not toml [", "\udcff", "other = 1\n[[clause]]\n"])
def test_a_file_that_is_no_pack_is_named(tmp_path, text):
    write(tmp_path, "a")
    (tmp_path / "a" / "rules.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PackError, match=r"a/rules\.toml"):
        load("a", (tmp_path,))


def test_a_failing_case_is_told(tmp_path):
    pack = load("a", write(tmp_path, "a", CLAUSE.replace("2026-03-05", "2026-03-06")))
    assert list(failures(pack)) == [
        "a: TEST-1 (2020-01-01): from 2026-03-02 08:00:00 it ends 2026-03-05, not 2026-03-06"
    ]


def test_two_versions_of_a_clause_follow_each_other(tmp_path):
    later = CLAUSE.replace("from = 2020-01-01", "from = 2026-01-01").replace("value = 3", "value = 4")
    closed = CLAUSE.replace("from = 2020-01-01", "from = 2020-01-01\nto = 2025-12-31")
    first, second = load("a", write(tmp_path, "a", later + closed)).clauses["TEST-1"]
    assert (first.value, second.value) == (3, 4)
    assert first.in_force(date(2025, 12, 31))
    assert not first.in_force(date(2026, 1, 1))


def test_two_versions_never_hold_on_the_same_day(tmp_path):
    with pytest.raises(PackError, match="two versions hold on 2020-01-01"):
        load("a", write(tmp_path, "a", CLAUSE + CLAUSE))


def test_a_pack_adds_to_the_one_it_builds_on(tmp_path):
    write(tmp_path, "a", CLAUSE)
    pack = load("b", write(tmp_path, "b", CLAUSE.replace("TEST-1", "TEST-2"), on=("a",)))
    assert {name: versions[0].pack for name, versions in pack.clauses.items()} == {
        "TEST-1": "a",
        "TEST-2": "b",
    }


def test_overriding_must_be_said(tmp_path):
    write(tmp_path, "a", CLAUSE)
    with pytest.raises(PackError, match=r'b/rules\.toml: TEST-1: .*"overrides = true"'):
        load("b", write(tmp_path, "b", CLAUSE, on=("a",)))
    said = CLAUSE.replace("value = 3", "overrides = true\nvalue = 5")
    assert load("c", write(tmp_path, "c", said, on=("a",))).clauses["TEST-1"][0].value == 5


def test_there_must_be_something_to_override(tmp_path):
    with pytest.raises(PackError, match="nothing to override"):
        load("a", write(tmp_path, "a", CLAUSE.replace("value = 3", "overrides = true\nvalue = 5")))


def test_of_two_bases_the_one_that_builds_on_the_other_wins(tmp_path):
    write(tmp_path, "a", CLAUSE)
    write(tmp_path, "b", CLAUSE.replace("value = 3", "overrides = true\nvalue = 5"), on=("a",))
    for key, bases in (("c", ("a", "b")), ("d", ("b", "a"))):
        assert load(key, write(tmp_path, key, on=bases)).clauses["TEST-1"][0].pack == "b"


def test_two_bases_that_differ_are_refused(tmp_path):
    write(tmp_path, "a", CLAUSE)
    write(tmp_path, "b", CLAUSE.replace("value = 3", "value = 4"))
    with pytest.raises(PackError, match="TEST-1 differs between its bases"):
        load("c", write(tmp_path, "c", on=("a", "b")))


def test_a_pack_cannot_build_on_itself(tmp_path):
    write(tmp_path, "a", on=("b",))
    with pytest.raises(PackError, match="builds on itself"):
        load("b", write(tmp_path, "b", on=("a",)))


def test_an_office_sets_its_own_house_standards(tmp_path):
    write(tmp_path, "a", HOUSE)
    places = write(tmp_path, "b", on=("a",), tables="[house]\nTEST-1 = 8\n")
    assert load("b", places).clauses["TEST-1"][0].value == 8
    assert load("a", places).clauses["TEST-1"][0].value == 3


@pytest.mark.parametrize(
    "clauses, table, problem",
    [
        (CLAUSE, "[house]\nTEST-1 = 8\n", "only the number of a house standard"),
        (HOUSE, "[house]\nTEST-1 = -1\n", "from 0 up"),
        (HOUSE, "[house]\nTEST-9 = 8\n", "there is no clause TEST-9"),
        (HOUSE, "[house]\nTEST-1 = 'soon'\n", "must be int"),
        (CLAUSE, "[enable]\nids = ['TEST-1']\n", "it binds already"),
        (DOUBT, "[enable]\nids = ['TEST-9']\n", "there is no clause TEST-9"),
        (DOUBT, "[enable]\nid = ['TEST-1']\n", "unknown key id"),
        (CLAUSE, "[calendar]\nfolder = 'x'\n", '"source" is missing'),
        (CLAUSE, "[colour]\nred = 1\n", "unknown key colour"),
    ],
)
def test_settings_of_a_pack_are_checked(tmp_path, clauses, table, problem):
    with pytest.raises(PackError, match=problem):
        load("a", write(tmp_path, "a", clauses, tables=table))


def test_an_unverified_clause_binds_once_the_office_switches_it_on(tmp_path):
    assert load("a", write(tmp_path, "a", DOUBT)).clauses["TEST-1"][0].binding is False
    on = load("b", write(tmp_path, "b", DOUBT, tables="[enable]\nids = ['TEST-1']\n")).clauses["TEST-1"][0]
    assert on.binding is True
    assert on.verified is False


def test_an_office_keeps_its_packs_in_folders_of_its_own(tmp_path, monkeypatch):
    write(tmp_path, "ours", CLAUSE)
    write(tmp_path, "cn", CLAUSE)
    monkeypatch.setenv("KOBAN_PACKS", str(tmp_path))
    assert "ours" in keys()
    assert load("ours").clauses["TEST-1"][0].value == 3
    assert "TEST-1" not in load("cn").clauses  # a shipped pack cannot be replaced
    with pytest.raises(NoPack):
        load("ours", folders()[:1])
