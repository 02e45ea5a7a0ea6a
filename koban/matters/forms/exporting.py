"""Answers of one form as a file. Questions that ask for a person stay out: nobody takes lists of persons out of the house."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from koban.kernel.stations.models import Station
from koban.lib.tables import harmless
from koban.matters.documents import sheets
from koban.matters.forms.models import Form, Submission
from koban.matters.forms.xforms import words

MOST = 5000
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": sheets.EXCEL, "json": "application/json; charset=utf-8"}


def rows_of(form: Form) -> Any:
    """What counts of every version of a form, newest first."""
    found = Submission.objects.standing().filter(form__form_id=form.form_id)
    return found.select_related("form").order_by("-received_at")[:MOST]


def columns(form: Form) -> list[dict[str, Any]]:
    """The questions that go out, in the order of the form."""
    return [one for one in form.fields if one["type"] != "group" and not one.get("personal")]


def made(form: Form, kind: str, station: Station, language: str) -> bytes:
    """The file as csv, xlsx or json."""
    if kind == "json":
        told = [_whole(row, form) for row in rows_of(form)]
        return json.dumps({"form": form.form_id, "submissions": told}, ensure_ascii=False).encode()
    heads = [
        _("Record"),
        _("Received"),
        _("By"),
        _("State"),
        *(_head(one, language) for one in columns(form)),
    ]
    lines = _lines(form, station)
    if kind == "xlsx":
        return sheets.excel(heads, lines)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return ("\ufeff" + out.getvalue()).encode()


def _head(field: dict[str, Any], language: str) -> str:
    return words(field.get("label") or {}, language) or str(field["path"])


def _lines(form: Form, station: Station) -> Iterator[list[str]]:
    asked, zone = columns(form), ZoneInfo(station.tz)
    for row in rows_of(form):
        answers = row.answers
        told = [_cell(answers.get(field["path"]), field) for field in asked]
        yield [
            row.instance_id,
            _time(row.received_at, zone),
            row.received_by,
            str(row.get_state_display()),
            *told,
        ]


def _cell(answer: Any, field: dict[str, Any]) -> str:
    """An answer as text; the rows of a repeat as JSON in one cell."""
    if isinstance(answer, list):
        return json.dumps(answer, ensure_ascii=False)
    return str(answer or "")


def _whole(row: Submission, form: Form) -> dict[str, Any]:
    hidden = {one["path"] for one in form.fields if one.get("personal")}
    return {
        "instanceID": row.instance_id, "version": row.form.version, "received_at": row.received_at.isoformat(),
        "by": row.received_by, "state": row.state, "flags": row.flags, "answers": _without(row.answers, hidden),
    }  # fmt: skip


def _without(answers: dict[str, Any], hidden: Iterable[str]) -> dict[str, Any]:
    gone = set(hidden)
    return {
        path: [_without(one, gone) for one in value] if isinstance(value, list) else value
        for path, value in answers.items()
        if path not in gone
    }


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(" ", "seconds")
