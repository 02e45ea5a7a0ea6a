"""A history that an office brings along: what is taken, what is told of the rest, and that nothing is taken twice."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from koban.duties.incidents.models import Incident
from koban.kernel import stations
from koban.kernel.ledger import Actor, reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.lib import tables
from koban.lib.errors import Denied, Refused
from koban.matters.models import Matter
from koban.town.importing import importing
from koban.town.importing.columns import Memory, Plan, guessed, plan, told
from koban.town.importing.reading import Reader

NOW = datetime(2026, 5, 4, tzinfo=UTC)
BY = Actor("administrator", label="shell:root")
HEAD = ["编号", "报警时间", "警情类别", "简要警情", "地址", "经度", "纬度"]
ROWS = [
    ["A1", "2025-03-02 14:05", "噪声扰民", "楼上装修很吵", "灯湖路12号", "120.15", "30.25"],
    ["A2", "2025/3/3 9:30:10", "theft", "电动车被偷，龘先生报警", "兰泽街2号", "", ""],
    ["A3", "2025年3月4日", "  纠纷 ", "", "", "", ""],
]


@pytest.fixture
def office(db: None) -> Station:
    return Station.objects.create(code="lake", name="灯湖", kind="office", path="lake/", pack="cn")


def written(
    path: Path, rows: list[list[Any]], head: list[str] = HEAD, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return path


def imported(path: Path, office: Station, folder: Path, **given: Any) -> Any:
    plan_, at, by = given.pop("plan", Plan()), given.pop("at", NOW), given.pop("by", BY)
    order = importing.Order(path, office, plan_, **given)
    return importing.run(order, Memory(folder, office.code), by=by, at=at, progress=lambda *told: None)


def messages(path: Path) -> list[tuple[str, str, str]]:
    with path.with_name(path.name + importing.MESSAGES).open(encoding="utf-8-sig") as file:
        return [(row["row"], row["column"], row["taken"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    "name, encoding, delimiter",
    [
        ("a.csv", "utf-8", ","),
        ("a.csv", "utf-8-sig", ","),
        ("a.csv", "gb18030", ","),
        ("a.csv", "utf-16", "\t"),
        ("a.csv", "utf-8", ";"),
        ("a.csv.gz", "gb18030", ","),
    ],
)
def test_a_table_is_read_as_offices_save_it(tmp_path, office, name, encoding, delimiter):
    path = written(tmp_path / name, ROWS * 1, encoding=encoding, delimiter=delimiter)
    count = imported(path, office, tmp_path)
    assert (count.taken, count.refused) == (3, 0)
    with stations.scope(office.pk):
        noise = Matter.objects.get(type="noise")
        assert (noise.summary, noise.place, noise.state, noise.is_open) == (
            "楼上装修很吵",
            "灯湖路12号",
            "closed",
            False,
        )
        assert noise.opened_at == datetime(2025, 3, 2, 6, 5, tzinfo=UTC)
        assert noise.cell
        theft = Incident.objects.select_related("matter").get(source_number="A2")
        assert theft.matter.summary == "电动车被偷，龘先生报警"
        assert (theft.channel, theft.source, theft.kind) == ("history", name, "report")
        numbers = sorted(Matter.objects.values_list("year", "number"))
    assert numbers == [(2025, 1), (2025, 2), (2025, 3)]
    assert verify(office).ok


def test_a_workbook_is_read_with_its_own_dates(tmp_path, office):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [17, "", "噪声扰民", "吵", "灯湖路", 120.15, 30.25])
        sheet.write_datetime(1, 1, datetime(2025, 3, 2, 14, 5), day)
    assert imported(path, office, tmp_path).taken == 1
    with stations.scope(office.pk):
        matter = Matter.objects.get()
        assert matter.opened_at == datetime(2025, 3, 2, 6, 5, tzinfo=UTC)
        assert matter.lon == 120.15


GOOD = {
    "编号": "1",
    "报警时间": "2025-03-02 14:05",
    "警情类别": "noise",
    "简要警情": "x",
    "地址": "y",
    "经度": "120.1",
    "纬度": "30.1",
}


@pytest.mark.parametrize(
    "change, column, is_taken",
    [
        ({"报警时间": ""}, "报警时间", "no"),
        ({"报警时间": "soon"}, "报警时间", "no"),
        ({"报警时间": "2025-02-30"}, "报警时间", "no"),
        ({"报警时间": "2025-03-02 25:00"}, "报警时间", "no"),
        ({"报警时间": "0025-03-02"}, "报警时间", "no"),
        ({"报警时间": "2031-01-01"}, "报警时间", "no"),
        ({"警情类别": ""}, "警情类别", "no"),
        ({"警情类别": "parade"}, "警情类别", "no"),
        ({"经度": "420"}, "经度", "yes"),
        ({"经度": "0", "纬度": "0"}, "经度", "yes"),
        ({"经度": "east"}, "经度", "yes"),
        ({"纬度": ""}, "经度", "yes"),
        ({"简要警情": "x" * 4001}, "简要警情", "yes"),
        ({"地址": "bad\x07bell"}, "地址", "yes"),
    ],
)
def test_a_row_with_a_mistake_is_told_and_the_others_are_taken(tmp_path, office, change, column, is_taken):
    rows = [GOOD, {**GOOD, **change, "编号": "2"}, {**GOOD, "编号": "3"}]
    path = written(tmp_path / "a.csv", [list(row.values()) for row in rows])
    count = imported(path, office, tmp_path)
    assert messages(path) == [("3", column, is_taken)]
    assert (count.taken, count.refused) == ((3, 0) if is_taken == "yes" else (2, 1))


def test_a_short_row_and_a_blank_line_stop_nothing(tmp_path, office):
    path = tmp_path / "a.csv"
    path.write_text(
        "id,opened,type,summary\n1,2025-03-02,noise\n\n2,2025-03-02\n3,2025-03-02,noise,x,more\n",
        encoding="utf-8",
    )
    assert imported(path, office, tmp_path).taken == 2
    assert messages(path) == [("4", "type", "no")]


def test_the_same_file_again_adds_nothing(tmp_path, office):
    path = written(tmp_path / "a.csv", ROWS)
    imported(path, office, tmp_path)
    again = imported(path, office, tmp_path)
    assert (again.taken, again.known) == (0, 3)
    more = imported(written(path, [*ROWS, ["A4", *ROWS[0][1:]]]), office, tmp_path)
    assert (more.taken, more.known) == (1, 3)


def test_equal_rows_without_a_number_are_two_events_and_stay_two(tmp_path, office):
    same = ["2025-03-02", "noise", "x"]
    path = written(
        tmp_path / "a.csv", [same, same, ["2025-03-03", "noise", "x"]], ["opened", "type", "summary"]
    )
    assert imported(path, office, tmp_path).taken == 3
    assert imported(path, office, tmp_path).known == 3


def test_a_number_that_comes_twice_is_told(tmp_path, office):
    path = written(tmp_path / "a.csv", [ROWS[0], ROWS[0]])
    assert imported(path, office, tmp_path).taken == 1
    assert messages(path) == [("3", "number", "no")]


class Killed(BaseException):
    """As when the power goes."""


def test_an_import_that_was_killed_goes_on_where_it_stood(tmp_path, office, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 10)
    path = written(
        tmp_path / "a.csv", [[f"N{n}", "2025-03-02", "noise", "x", "y", "", ""] for n in range(35)]
    )

    def dies(read: int, size: int, count: Any) -> None:
        if count.rows >= 20:
            raise Killed

    order = importing.Order(path, office, Plan())
    with pytest.raises(Killed):
        importing.run(order, Memory(tmp_path, "lake"), by=BY, at=NOW, progress=dies)
    with stations.scope(office.pk):
        assert Matter.objects.count() == 20
    count = imported(path, office, tmp_path)
    assert (count.known, count.taken) == (20, 15)
    with stations.scope(office.pk):
        assert sorted(Matter.objects.values_list("number", flat=True)) == list(range(1, 36))
    assert verify(office).ok


def test_a_trial_writes_nothing_but_its_messages(tmp_path, office):
    path = written(tmp_path / "a.csv", [*ROWS, ["A9", "soon", "noise", "", "", "", ""]])
    count = imported(path, office, tmp_path, is_trial=True)
    assert (count.taken, count.refused) == (3, 1)
    assert len(messages(path)) == 1
    with stations.scope(office.pk):
        assert not Matter.objects.exists()
        assert not reading.size(office.pk)
    assert Memory(tmp_path, "lake").read() is None


def test_what_was_mapped_once_is_remembered_for_the_station(tmp_path, office):
    head = ["when", "what", "zap"]
    path = written(tmp_path / "a.csv", [["2025-03-02", "loud", "1"]], head)
    first = Plan({"opened": "when", "type": "what"}, {"loud": "noise"}, zone="Europe/Helsinki")
    imported(path, office, tmp_path, plan=first)
    imported(written(tmp_path / "b.csv", [["2025-03-03", "loud", "2"]], head), office, tmp_path)
    with stations.scope(office.pk):
        assert {matter.opened_at.hour for matter in Matter.objects.all()} == {22}


@pytest.mark.parametrize(
    "given, why",
    [
        (Plan({"opened": "nowhere"}), "no column nowhere"),
        (Plan({"colour": "when"}), "no field colour"),
        (Plan({"type": "what"}), "when it came in"),
        (Plan({"opened": "when"}), "what it was"),
        (Plan({"opened": "when", "type": "what"}, {"loud": "parade"}), "no type parade"),
        (Plan({"opened": "when", "type": "what", "lon": "zap"}), "lon and lat belong together"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(given, why):
    with pytest.raises(Refused, match=why):
        plan(given, None, ["when", "what", "zap"])


def test_columns_are_guessed_by_their_names():
    found = guessed(["Case Number", "接警时间", "类别", "Longitude", "纬度", "colour"])
    assert found == {
        "number": "Case Number",
        "opened": "接警时间",
        "type": "类别",
        "lon": "Longitude",
        "lat": "纬度",
    }


def test_a_pair_is_a_field_and_a_column():
    assert told(["opened = 报警时间", "type=a=b"], "F=C") == {"opened": "报警时间", "type": "a=b"}
    with pytest.raises(Refused, match="F=C"):
        told(["opened"], "F=C")


def test_every_other_value_may_have_a_type():
    given = plan(Plan({"opened": "when", "type": "what"}, {"*": "advice"}), None, ["when", "what"])
    reader = Reader(given, ["when", "what"], ZoneInfo("Asia/Shanghai"), NOW)
    assert reader.event(["2025-03-02", "parade"])[0].type == "advice"
    assert reader.event(["2025-03-02", "Noise"])[0].type == "noise"


@pytest.mark.parametrize(
    "said, order, day",
    [
        ("02/03/2024", "dmy", (2024, 3, 2)),
        ("02/03/2024", "mdy", (2024, 2, 3)),
        ("2024-3-2", "dmy", (2024, 3, 2)),
        ("20240302", "ymd", (2024, 3, 2)),
        ("2024年3月2日", "ymd", (2024, 3, 2)),
        ("2014/03/02 05:00:00+00", "ymd", (2014, 3, 2)),
    ],
)
def test_how_a_day_is_written(said, order, day):
    given = plan(Plan({"date": "when"}, {"*": "advice"}, order=order), None, ["when"])
    event, _faults = Reader(given, ["when"], ZoneInfo("Asia/Shanghai"), NOW).event([said])
    local = event.opened_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.year, local.month, local.day, local.hour) == (*day, 0)


@pytest.mark.parametrize(
    "said, utc", [("2024-03-02T10:00+08:00", 2), ("2024-03-02T10:00Z", 10), ("2024-03-02 10:00", 2)]
)
def test_an_instant_keeps_its_offset_or_has_the_zone_of_the_station(said, utc):
    given = plan(Plan({"opened": "when"}, {"*": "advice"}), None, ["when"])
    event, _faults = Reader(given, ["when"], ZoneInfo("Asia/Shanghai"), NOW).event([said])
    assert event.opened_at == datetime(2024, 3, 2, utc, tzinfo=UTC)


def test_toronto_writes_local_midnight_in_utc_and_the_hour_apart(tmp_path, office):
    """Real rows: the day that is written is the local one, the hour stands in its own column."""
    head = ["occurrencedate", "occurrencehour", "MCI", "Neighbourhood", "Lat", "Long"]
    rows = [
        ["2014/03/02 05:00:00+00", "8", "Assault", "West Humber-Clairville", "43.73401277", "-79.59033164"],
        [
            "2016/08/20 04:00:00+00",
            "23",
            "Auto Theft",
            "West Humber-Clairville",
            "43.73916214",
            "-79.60525217",
        ],
    ]
    given = Plan(types={"Assault": "assault", "Auto Theft": "theft"}, zone="America/Toronto")
    imported(written(tmp_path / "a.csv.gz", rows, head), office, tmp_path, plan=given)
    zone = ZoneInfo("America/Toronto")
    with stations.scope(office.pk):
        times = [m.opened_at.astimezone(zone).strftime("%F %H") for m in Matter.objects.order_by("opened_at")]
    assert times == ["2014-03-02 08", "2016-08-20 23"]


def test_positions_of_chinese_maps_are_moved_to_where_they_are(tmp_path, office):
    given = Plan(datum="gcj02")
    imported(written(tmp_path / "a.csv", ROWS[:1]), office, tmp_path, plan=given)
    with stations.scope(office.pk):
        matter = Matter.objects.get()
        assert matter.lon == pytest.approx(120.1453, abs=0.002)
        assert matter.lon != 120.15


def test_only_who_may_import_does(tmp_path, office):
    path = written(tmp_path / "a.csv", ROWS)
    with pytest.raises(Denied):
        imported(path, office, tmp_path, by=Actor("officer", label="007"))


@pytest.mark.parametrize(
    "name, content, why",
    [
        ("a.csv", b"", "no heading"),
        ("a.csv", b"id,id\n1,2\n", "two columns named id"),
        ("a.xlsx", b"PK not a book", "not a workbook"),
        ("a.csv.gz", b"not packed", "cannot be unpacked"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, office, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=why):
        imported(tmp_path / name, office, tmp_path)


def test_an_encoding_that_nobody_knows_is_refused(tmp_path, office):
    with pytest.raises(Refused, match="no encoding klingon"):
        imported(written(tmp_path / "a.csv", ROWS), office, tmp_path, encoding="klingon")


def test_a_packed_file_that_was_cut_is_told_and_what_came_before_is_taken(tmp_path, office):
    path = written(
        tmp_path / "a.csv.gz",
        [[f"N{n}", "2025-03-02", "noise", f"{n * 7919}", "y", "", ""] for n in range(3000)],
    )
    path.write_bytes(path.read_bytes()[:-2000])
    count = imported(path, office, tmp_path)
    assert 0 < count.taken < 3000
    assert count.refused >= 1


@pytest.mark.parametrize(
    "text, encoding", [("灯湖路的噪声", "gb18030"), ("plain", "utf-8"), ("龘 𬱖", "utf-8")]
)
def test_how_an_encoding_is_found_out(text, encoding):
    assert tables.encoding_of((text * 30).encode(encoding)) == encoding
