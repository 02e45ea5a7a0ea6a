"""Tables into the register of places: good rows are taken, bad rows have their sentence, and nothing is taken twice."""

import io
from datetime import date

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.utils import translation

from koban.kernel import stations
from koban.kernel.flow import spoken
from koban.kernel.ledger.actor import Actor
from koban.kernel.ledger.verify import verify
from koban.lib import geo, tables, text
from koban.lib.credit_code import WRONG_CHECK
from koban.lib.errors import Denied, Refused
from koban.registers.importing import actions, running
from koban.registers.importing.commands import command_of
from koban.registers.importing.importer import IMPORTERS
from koban.registers.importing.models import Import, ImportRow
from koban.registers.premises import queries
from koban.registers.premises.models import Address, Street, Unit
from koban.registers.premises.tests.conftest import NOON, TOLD

State = Import.State
HEAD = "街路巷,门牌号,楼栋,单元,楼层,室,经度,纬度,启用日期"
GOOD = "望江路,7号,,,,,24.95,60.18,2020-03-02"
CODE = "91350100M000100Y43"


def begun(text, name="places.csv", kind="addresses", encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return actions.begin(kind, name, io.BytesIO(content), **TOLD)


def tried(one):
    return actions.work(actions.set_going(one, State.TRYING, **TOLD), **TOLD)


def run(one):
    return actions.work(actions.set_going(one, State.RUNNING, **TOLD), **TOLD)


def said(one):
    return {
        row.number: [entry["text"] for entry in row.said] for row in one.rows.order_by("number") if row.said
    }


def book(rows, **options):
    """A workbook of these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encodings_of_offices(office, encoding):
    one = run(begun(f"{HEAD}\n{GOOD}\n望江路,𬱖8号,,,,,24.951,60.18,\n", encoding=encoding))
    assert (one.state, one.taken, one.refused) == ("done", 2, 0)
    assert queries.called("望江路7号")[0].from_on == date(2020, 3, 2)
    assert queries.called("望江路𬱖8号")


def test_the_headings_are_understood_in_both_languages(office):
    english = begun("street,door,entrance,room,lon,lat\nRiver Road,7,1,101,24.95,60.18\n")
    assert english.columns == {
        "street": "street",
        "door": "door",
        "unit": "entrance",
        "room": "room",
        "lon": "lon",
        "lat": "lat",
    }
    assert begun(f"{HEAD}\n{GOOD}\n").columns["block"] == "楼栋"


def test_a_mapping_is_remembered_for_the_next_table(office):
    one = begun("a,b,c,d\n望江路,7,24.95,60.18\n")
    assert one.columns == {}
    with pytest.raises(Refused, match="Say which column"):
        actions.map_columns(one, {"street": "a"}, datum="wgs84", **TOLD)
    mapped = {"street": "a", "door": "b", "lon": "c", "lat": "d"}
    one = actions.map_columns(one, mapped, datum="wgs84", **TOLD)
    assert run(one).taken == 1
    assert begun("a,b,c,d\n望江路,9,24.95,60.18\n").columns == mapped


def test_a_trial_writes_nothing_and_says_everything(office):
    before = Address.objects.count()
    one = tried(begun(f"{HEAD}\n{GOOD}\n望江路,,,,,,24.95,60.18,\n灯湖路,12,,,,,24.94,60.17,\n{GOOD}\n"))
    assert (one.state, one.taken, one.known, one.refused) == ("tried", 1, 1, 2)
    assert Address.objects.count() == before
    assert said(one) == {
        3: ["The door number is missing."],
        4: ["This address is in the register already, with the same street and numbers."],
        5: ["The same stands in row %(row)d."],
    }
    assert run(one).taken == 1


def test_loading_again_takes_nothing_twice(office):
    table = f"{HEAD}\n{GOOD}\n望江路,7,3,1,5,501,,,\n"
    assert run(begun(table)).taken == 2
    again = run(begun(table))
    assert (again.taken, again.known) == (0, 2)
    assert verify(office).ok


def test_what_lies_inside_takes_over_the_position_of_its_door(office):
    run(begun(f"{HEAD}\n望江路,7,3,1,5,501,,,\n{GOOD}\n"))
    flat = queries.called("望江路7号3号楼1单元501室")[0]
    assert (flat.lon, flat.parent.label, flat.kind) == (24.95, "望江路7号", "dwelling")


def test_a_stopped_run_goes_on_behind_its_last_batch(office, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    rows = "\n".join(f"望江路,{n},,,,,24.95,60.18," for n in range(1, 8))
    one = actions.set_going(begun(f"{HEAD}\n{rows}\n"), State.RUNNING, **TOLD)

    class Killed(Exception):
        pass

    def stop(so_far):
        if so_far.done == 5:
            raise Killed

    with pytest.raises(Killed):
        actions.work(one, progress=stop, **TOLD)
    assert Address.objects.filter(street__name="望江路").count() == 4
    one = actions.work(Import.objects.get(pk=one.pk), **TOLD)
    assert (one.state, one.taken, one.known) == ("done", 7, 0)


def test_a_run_is_undone_but_for_what_something_hangs_on(office):
    one = run(begun(f"{HEAD}\n{GOOD}\n望江路,9,,,,,24.95,60.18,\n望江路,7,,1,,101,,,\n"))
    run(begun("单位名称,地址\n小店,望江路9号\n", kind="units"))
    one = actions.work(actions.set_going(one, State.UNDOING, **TOLD), **TOLD)
    assert one.state == "undone"
    assert set(Address.objects.filter(street__name="望江路").values_list("label", flat=True)) == {"望江路9号"}
    assert said(one) == {3: ["Something hangs on it already."]}
    assert queries.search("望江路7号") == []
    assert verify(office).ok


@pytest.mark.parametrize(
    "row, sentence",
    [
        ("望江路,7,,,,,24.95,60.18,2020-02-31", "This is not a day such as 2024-03-02."),
        ("望江路,7,,,,,24.95,60.18,1066-01-01", "This is not a day such as 2024-03-02."),
        ("望江路,7,,,,,east,60.18,", "This is not a position: write longitude and latitude, such as 116.39,39.91."),
        ("望江路,7,,,,,124.95,60.18,", "This lies more than 100 km from everything else in the register."),
        ("望江路,7,,,,,,,", "There is no position, and none above it to take over."),
        ("望江路,7.1E+17,,,,,24.95,60.18,", tables.DAMAGED),
        ("望\x07江路,7,,,,,24.95,60.18,", text.UNSHOWABLE),
        ("望江路" * 40 + ",7,,,,,24.95,60.18,", text.TOO_LONG),
    ],
)  # fmt: skip
def test_a_bad_row_has_its_sentence_and_the_good_ones_are_taken(office, row, sentence):
    one = run(begun(f"{HEAD}\n{row}\n望江路,8,,,,,24.95,60.18,\n"))
    assert said(one) == {2: [sentence]}
    assert (one.taken, one.refused) == (1, 1)


@pytest.mark.parametrize(
    "content, name, why",
    [
        (b"", "a.csv", "no heading"),
        (b"\xff\xfe\x00", "a.csv", "no heading"),
        (b"a,a\n1,2\n", "a.csv", "two columns named a"),
        (b"PK\x03\x04 broken", "a.xlsx", "not a workbook"),
        (b"not a workbook", "a.xls", "not a workbook"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "a.csv", "10000 columns"),
        (b"\x1f\x8b\x08broken", "a.csv.gz", "cannot be unpacked"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(office, content, name, why):
    with pytest.raises(Refused, match=why):
        begun(content, name)
    assert Import.objects.count() == 0


def test_a_workbook_is_read_with_its_title_its_merged_cells_and_its_numbers(office):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": True}) as made:
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "辖区地址台账")
        sheet.write_row(1, 0, ["街路巷", "门牌号", "经度", "纬度", "启用日期"])
        sheet.merge_range(2, 0, 3, 0, "望江路")
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for row, door in ((2, 7), (3, 8)):
            sheet.write_row(row, 1, [door, 24.95, 60.18])
            sheet.write_datetime(row, 4, date(2020, 3, 2), day)
    one = run(begun(target.getvalue(), "台账.xlsx"))
    assert (one.taken, one.refused) == (2, 0)
    assert {row.from_on for row in Address.objects.filter(street__name="望江路")} == {date(2020, 3, 2)}


def test_positions_of_chinese_maps_are_converted(office):
    Address.objects.all().update(lon=116.4, lat=39.9)
    shifted = geo.wgs84_to_gcj02(geo.Point(116.397, 39.909))
    one = begun(f"{HEAD}\n望江路,7,,,,,{shifted.lon},{shifted.lat},\n")
    one = run(actions.map_columns(one, one.columns, datum="gcj02", **TOLD))
    made = queries.called("望江路7号")[0]
    assert geo.metres(geo.Point(made.lon, made.lat), geo.Point(116.397, 39.909)) < 0.1


# --- Units ------------------------------------------------------------------------------------------------------

UNITS = "单位名称,单位类型,统一社会信用代码,地址,负责人,联系电话"


def test_units_come_with_their_address_their_code_and_who_answers(office):
    one = run(begun(f"{UNITS}\n月桥旅馆,旅馆,{CODE},月桥街3号,甲某,000 1234\n", kind="units"))
    unit = Unit.objects.get()
    assert (one.taken, unit.kind, unit.credit_code, unit.address.label) == (1, "hotel", CODE, "月桥街3号")
    assert "甲某".encode() not in bytes(unit.responsible)
    assert queries.search("月桥街3号")[0].units.get() == unit


@pytest.mark.parametrize(
    "row, outcome, sentence",
    [
        (f"月桥旅馆,旅馆,{CODE[:-1]}4,月桥街3号,,", "taken", WRONG_CHECK),
        (f"月桥旅馆,飞船,{CODE},月桥街3号,,", "taken", "This kind is not known; taken as “other”."),
        ("月桥旅馆,旅馆,9.135E+17,月桥街3号,,", "refused", tables.DAMAGED),
        (f"月桥旅馆,旅馆,{CODE},无名路1号,,", "refused", "There is no such address in the register. Load the addresses first."),
        (f",旅馆,{CODE},月桥街3号,,", "refused", "This is missing."),
    ],
)  # fmt: skip
def test_a_row_of_units_is_taken_or_refused_with_its_sentence(office, row, outcome, sentence):
    one = run(begun(f"{UNITS}\n{row}\n", kind="units"))
    told = one.rows.get()
    assert told.outcome == outcome
    assert sentence in [entry["text"] for entry in told.said]


def test_a_number_that_excel_rounded_is_refused(office):
    rows = [UNITS.split(","), ["月桥旅馆", "旅馆", 913501000000100143, "月桥街3号", "", ""]]
    one = run(begun(book(rows), "units.xlsx", kind="units"))
    assert (one.taken, one.refused) == (0, 1)


def test_the_same_unit_is_linked_with_its_reason(office):
    table = f"{UNITS}\n月桥旅馆,旅馆,{CODE},月桥街3号,,\n"
    run(begun(table, kind="units"))
    again = run(begun(table.replace("旅馆,旅馆", "客栈,旅馆"), kind="units"))
    assert said(again) == {2: ["A unit with this social credit code is at this address already."]}


def test_nobody_loads_what_they_may_not_enter(office):
    with pytest.raises(Denied):
        actions.begin("addresses", "a.csv", io.BytesIO(b"a\n"), by=Actor(role="auxiliary"), at=NOON)


def test_no_row_of_an_import_holds_a_value_of_the_table(office):
    one = run(begun(f"{UNITS}\n月桥旅馆,飞船,,无名路,甲某,000 1234\n", kind="units"))
    assert all("甲某" not in str(row.said) and "000 1234" not in str(row.said) for row in one.rows.all())


def test_a_street_that_is_new_is_made_once(office):
    run(begun(f"{HEAD}\n{GOOD}\n望江路,9,,,,,24.95,60.18,\n"))
    assert Street.objects.filter(name="望江路").count() == 1
    assert ImportRow.objects.filter(outcome="taken").count() == 2


def test_an_undo_takes_out_the_streets_and_doors_that_it_made(office):
    one = run(
        begun(f"{HEAD}\n望江路,7,,1,,101,24.95,60.18,\n新街,1,,,,,24.95,60.18,\n灯湖路,12,,2,,201,,,\n")
    )
    assert one.taken == 3
    assert queries.called("望江路7号")
    hand = Street.objects.create(name="人工路")
    run(begun("单位名称,地址\n小店,新街1号\n", kind="units"))
    one = actions.work(actions.set_going(one, State.UNDOING, **TOLD), **TOLD)
    assert set(Street.objects.values_list("name", flat=True)) == {"灯湖路", "月桥街", "新街", hand.name}
    assert queries.called("望江路7号") == []
    assert queries.called("灯湖路12号")
    hand.delete()
    assert verify(office).ok


@pytest.mark.parametrize(
    "table, taken, refused",
    [
        (f"{HEAD}\n", 0, 0),
        (f"{HEAD}\n,,,,,,,,\n\n,,,,,,,,\n", 0, 0),
        (f"{HEAD}\n{GOOD}\n,,,,,,,,\n望江路\n望江路,9,,,,,24.95,60.18\n", 2, 1),
        (f"{HEAD},,,\n{GOOD},,,extra\n", 1, 0),
    ],
)
def test_a_half_empty_table_gives_what_it_has(office, table, taken, refused):
    one = run(begun(table))
    assert (one.state, one.taken, one.refused) == ("done", taken, refused)


def test_what_stopped_an_import_is_said_in_the_language_of_the_reader(office):
    one = begun(f"{HEAD}\n{GOOD}\n")
    Import.objects.filter(pk=one.pk).update(sha256="0" * 64)
    one = run(Import.objects.get(pk=one.pk))
    assert one.state == "failed"
    assert str(spoken(one.stopped)) == running.GONE
    with translation.override("zh-hans"):
        assert str(spoken(one.stopped)) not in ("", running.GONE)


def test_the_command_speaks_the_language_of_its_operator_and_computes_nothing(office, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text("单位名称,=1+1\n小店,无名路\n")
    asked = [str(file), "--map", "address==1+1", "--language", "zh-hans"]
    with stations.outside():
        done = CliRunner().invoke(command_of(IMPORTERS["units"]), asked)
    assert done.exit_code == 1
    assert "1" in done.output
    assert "refused" not in done.output
    told = (tmp_path / "units.csv.messages.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in told
    assert ",=1+1" not in told
    assert "There is no such address" not in told
