"""What papers may say of an inspection beyond its cover sheet."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from koban.duties.inspections import queries, records
from koban.duties.inspections.forms import GROUNDS


def _row(around: Any) -> Any:
    return queries.inspection(around.matter)


def _day(around: Any) -> str:
    done = _row(around).done_at
    return str(date_format(localtime(done), "DATETIME_FORMAT")) if done else ""


def _points(around: Any) -> list[list[str]]:
    row = _row(around)
    rows = records.lines(row, queries.findings_of(row), around.matter.station, around.matter.language)
    return [[line.label, line.found] for line in rows]


FACTS: dict[str, Any] = {
    "place": lambda around: around.matter.place,
    "day": _day,
    "badges": lambda around: ", ".join(_row(around).badges),
    "ground": lambda around: str(dict(GROUNDS).get(_row(around).ground, "")) if _row(around).ground else "",
    "points": _points,
    "outcome": lambda around: records.outcome(queries.findings_of(_row(around)), around.matter.language),
    "theirs": lambda around: str(_row(around).get_theirs_display()),
}
