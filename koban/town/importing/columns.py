"""Which column says what: as told, as remembered, or as the names of the columns suggest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from koban.duties.incidents.types import CATALOGUE
from koban.lib.errors import Refused

FIELDS: Mapping[str, str] = {
    "number": "number of the event where it comes from",
    "opened": "instant at which it came in",
    "date": "day on which it came in, as written; the time of day is `time` or `hour`",
    "time": "time of day, such as 14:05",
    "hour": "hour of the day, 0 to 23",
    "closed": "instant or day on which it was closed",
    "type": "what it was, see --type",
    "summary": "what happened, in words",
    "place": "where, in words",
    "lon": "longitude, degrees",
    "lat": "latitude, degrees",
}
NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "id", "event_number", "case_number", "unique_key", "service_request_id",
               "警情编号", "编号", "案件编号", "接警单编号"),
    "opened": ("opened", "opened_at", "created_at", "reported_at", "requested_datetime", "报警时间", "接警时间", "时间"),
    "date": ("date", "day", "opendate", "opened_on", "occurrencedate", "日期", "报警日期"),
    "time": ("time", "time_of_day", "报警时刻"),
    "hour": ("hour", "occurrencehour", "小时"),
    "closed": ("closed", "closed_at", "closedate", "办结时间", "结案时间"),
    "type": ("type", "category", "kind", "complaint_type", "service_code", "mci", "警情类别", "类别", "类型", "案由"),
    "summary": ("summary", "description", "details", "text", "简要警情", "内容", "警情描述", "备注"),
    "place": ("place", "address", "location", "neighbourhood", "地址", "地点", "案发地址"),
    "lon": ("lon", "long", "lng", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
}  # fmt: skip
ORDERS, DATUMS = ("ymd", "dmy", "mdy"), ("wgs84", "gcj02", "bd09")
ANY = "*"


@dataclass(frozen=True)
class Plan:
    """columns: field → column. types: value of the type column → code of the catalogue; "*" for every other value.

    zone: of times without one, "" for the station's. order: of day, month and year where the year does not come first.
    datum: what the positions rest on; Chinese maps give gcj02 or bd09.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    order: str = ""
    datum: str = ""


def told(pairs: Sequence[str], what: str) -> dict[str, str]:
    """`field=column` pairs. Raises Refused for one without "="."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair or not name.strip() or not value.strip():
            raise Refused(f"{pair!r} is not of the form {what}.")
        found[name.strip()] = value.strip()
    return found


def plan(given: Plan, known: Plan | None, columns: Sequence[str]) -> Plan:
    """What is told goes before what is remembered, and that before what the columns' names suggest.

    Raises Refused where a field or column is not there, or where it stays open when things happened or what.
    """
    old = known or Plan()
    remembered = {name: column for name, column in old.columns.items() if column in columns}
    chosen = {**guessed(columns), **remembered, **given.columns}
    if "date" in given.columns:
        chosen.pop("opened", None)
    elif "opened" in chosen:
        chosen.pop("date", None)
    made = Plan(chosen, {**old.types, **given.types}, given.zone or old.zone,
                given.order or old.order or ORDERS[0], given.datum or old.datum or DATUMS[0])  # fmt: skip
    _refuse(made, columns)
    return made


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Field → column for the columns that are named as such columns are."""
    plain = {column.casefold().replace(" ", "_"): column for column in reversed(columns) if column}
    hits = (
        (name, next((plain[known] for known in names if known in plain), "")) for name, names in NAMES.items()
    )
    return {name: column for name, column in hits if column}


def _refuse(made: Plan, columns: Sequence[str]) -> None:
    there = ", ".join(column for column in columns if column)
    _refuse_strangers(made, columns, there)
    if not {"opened", "date"} & made.columns.keys():
        raise Refused(
            f"Say which column tells when it came in: --map opened=COLUMN or --map date=COLUMN. It has: {there}."
        )
    if "type" not in made.columns and ANY not in made.types:
        raise Refused(
            f"Say which column tells what it was: --map type=COLUMN, or --type '*=advice'. It has: {there}."
        )
    if ("lon" in made.columns) != ("lat" in made.columns):
        raise Refused("lon and lat belong together: map both or neither.")


def _refuse_strangers(made: Plan, columns: Sequence[str], there: str) -> None:
    for name, column in made.columns.items():
        if name not in FIELDS:
            raise Refused(f"There is no field {name}. There are: {', '.join(FIELDS)}.")
        if column not in columns:
            raise Refused(f"The file has no column {column}. It has: {there}.")
    for value, code in made.types.items():
        if code not in CATALOGUE:
            raise Refused(
                f"--type {value}={code}: there is no type {code}. There are: {', '.join(CATALOGUE.types)}."
            )


class Memory:
    """The plan that worked last for each station, in a file beside the database."""

    def __init__(self, folder: Path, station: str) -> None:
        self.path = folder / "imports" / f"{station}.json"

    def read(self) -> Plan | None:
        """None where nothing is remembered, or nothing that can be read."""
        try:
            return Plan(**json.loads(self.path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, made: Plan) -> None:
        self.path.parent.mkdir(exist_ok=True, mode=0o750)
        self.path.write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
