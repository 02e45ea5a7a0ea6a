"""Regimes as data: what ships is whole, and a change of law is a change of rows."""

from datetime import date
from pathlib import Path

import pytest

from koban.duties.inspections import regimes
from koban.duties.inspections.regimes import RegimeError
from koban.kernel import law
from koban.kernel.law.packs import SHIPPED
from koban.registers.premises import kinds

ON = date(2026, 3, 2)
KINDS = regimes.kinds("cn")

ROW = """
[[regime]]
kind = "bath"
label = {{ en = "Bath", zh = "洗浴" }}
holds = "{holds}"
clause = "OFFICE-INSP-1"
from = {on}
checklist = "bath"
every = "OFFICE-INSP-9"
who = "OFFICE-INSP-6"
minutes = 20
weight = 1
{more}
cases = [
  {{ on = 2023-06-30, holds = "licence" }}, {{ on = 2023-07-01, holds = "filing" }}, {{ on = 2026-01-01, holds = "filing" }},
]
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An office's own pack with these regimes."""

    def made(text: str) -> str:
        folder = tmp_path / f"own-{len(list(tmp_path.iterdir()))}"
        (folder / "regimes").mkdir(parents=True)
        (folder / "pack.toml").write_text('extends = ["cn"]\ntitle = { en = "Own", zh = "本室" }\n', "utf-8")
        (folder / "regimes" / "regimes.toml").write_text(text, "utf-8")
        monkeypatch.setenv("KOBAN_PACKS", str(tmp_path))
        return folder.name

    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_a_checklist_and_clauses_that_are_in_force(kind):
    row = regimes.regime(kind, "cn", ON)
    assert row is not None
    assert any("\u4e00" <= letter <= "\u9fff" for letter in row.words.zh)
    found = regimes.checklist(row.checklist, "cn")
    assert found is not None
    for name in (*row.clauses, *(item.clause for item in found.items)):
        assert law.clause(name, "cn", on=ON).id == name
    assert all(item.en.isascii() and item.zh for item in found.items)
    assert len({item.key for item in found.items}) == len(found.items)


def test_every_kind_that_the_office_knows_is_there():
    assert set(KINDS) == {
        "hotel", "seal", "pawn", "printing", "used_goods", "scrap_metal", "locksmith", "car_repair", "entertainment",
        "net_cafe", "bath", "school", "bank", "key_unit", "property", "committee", "rental", "event",
    }  # fmt: skip
    named = [unit for row in regimes.regimes("cn", ON).values() for unit in row.units]
    assert set(named) <= set(kinds.UNITS)
    assert len(named) == len(set(named))


@pytest.mark.parametrize("on, holds", [
    (date(1994, 1, 24), "none"), (date(2023, 7, 19), "licence"), (date(2023, 7, 20), "filing"), (ON, "filing"),
])  # fmt: skip
def test_scrap_metal_was_a_licence_until_the_change_of_2023(on, holds):
    assert regimes.holds("scrap_metal", "cn", on) == holds


def test_a_change_of_law_is_a_change_of_rows_alone(own):
    pack = own(
        ROW.format(holds="licence", on="2010-01-01", more="to = 2023-06-30")
        + ROW.format(holds="filing", on="2023-07-01", more="")
    )
    assert regimes.holds("bath", pack, date(2023, 6, 30)) == "licence"
    assert regimes.holds("bath", pack, date(2023, 7, 1)) == "filing"
    assert regimes.holds("bath", "cn", ON) == "licence"
    assert regimes.holds("hotel", pack, ON) == "licence"


@pytest.mark.parametrize("text, why", [
    (ROW.format(holds="licence", on="2010-01-01", more=""), "on 2023-07-01 licence holds, not filing"),
    (ROW.format(holds="licence", on="2010-01-01", more="") * 2, "two rows hold"),
    (ROW.format(holds="permit", on="2010-01-01", more=""), "holds"),
    (ROW.format(holds="filing", on="2010-01-01", more='opens = "CN-NOWHERE-1"'), "no clause CN-NOWHERE-1"),
    (ROW.format(holds="filing", on="2010-01-01", more="colour = 3"), "colour"),
    (ROW.format(holds="filing", on="2010-01-01", more="").partition("cases")[0] + "cases = []", "cases"),
])  # fmt: skip
def test_a_row_that_is_wrong_is_named_with_its_mistake(own, text, why):
    with pytest.raises(RegimeError, match=why):
        regimes.kinds(own(text))


def test_what_everybody_may_read_is_data_too():
    opened = {kind for kind, row in regimes.regimes("cn", ON).items() if row.opens}
    assert opened == {"entertainment"}
    assert SHIPPED.joinpath("cn", "regimes").is_dir()
