"""Checklists as XLSForms: rows of survey, choices and settings, made from the pack and nothing else."""

import hashlib
import json
from io import BytesIO
from typing import Any

import xlsxwriter

from koban.duties.inspections import regimes

EN, ZH = "English (en)", "中文 (zh)"
CHOICES = {
    "answer": (("yes", "in order", "符合"), ("no", "not in order", "不符合"), ("none", "does not apply", "不适用")),
    "theirs": (
        ("responsible", "the responsible person signed", "负责人已签字"),
        ("on_duty", "whoever was on duty signed", "在岗人员已签字"), ("refused", "they would not sign", "拒绝签字"),
    ),
    "ground": (
        ("consent", "whoever lives there let us in", "居住人同意进入"), ("warrant", "inspection warrant", "检查证"),
        ("danger_now", "a danger is happening inside", "住所内正在发生危险"),
        ("dangerous_substances", "dangerous substances are kept inside", "住所内违法存放危险物质"),
    ),
}  # fmt: skip
Rows = list[dict[str, str]]


def form_id(kind: str) -> str:
    return f"inspection_{kind}"


def kind_of(form: str) -> str:
    return form.removeprefix("inspection_")


def forms_of(packs: Any) -> tuple[str, ...]:
    """The form of every kind that any of these packs knows."""
    return tuple(dict.fromkeys(form_id(kind) for pack in packs for kind in regimes.kinds(pack)))


def build(row: regimes.Regime, found: regimes.Checklist) -> dict[str, Rows]:
    """The sheets of one kind. Its version is a hash of what it asks: other words, another version."""
    survey = [*_before(row), *(line for item in found.items for line in _item(item)), *_after()]
    choices = [_choice(name, *told) for name, list_ in CHOICES.items() for told in list_]
    version = hashlib.sha256(json.dumps([survey, choices], sort_keys=True).encode()).hexdigest()[:10]
    title = f"{row.label.en} / {row.label.zh}"
    settings = {
        "form_id": form_id(row.kind), "form_title": title, "version": version, "default_language": ZH,
    }  # fmt: skip
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _row(type: str, name: str, en: str, zh: str, **more: str) -> dict[str, str]:
    return {"type": type, "name": name, f"label::{EN}": en, f"label::{ZH}": zh, **more}


def _choice(list_name: str, name: str, en: str, zh: str) -> dict[str, str]:
    return {"list_name": list_name, "name": name, f"label::{EN}": en, f"label::{ZH}": zh}


def _before(row: regimes.Regime) -> Rows:
    rows = [
        {"type": "start", "name": "start"}, {"type": "end", "name": "end"},
        _row("text", "number", "Number of the inspection, where it was planned", "检查编号（已安排的）"),
        _row("acknowledge", "showed_card", "We showed our cards", "已出示证件", required="true"),
        _row("integer", "officers", "Officers", "民警人数", required="true", constraint=". >= 0 and . < 10", default="2"),
        _row("integer", "auxiliaries", "Auxiliaries", "辅警人数", constraint=". >= 0 and . < 10", default="0"),
        _row("text", "others", "Badges of the others", "其他人员警号"),
        _row("geopoint", "where", "Where you are", "当前位置"),
    ]  # fmt: skip
    if row.is_home:
        asked = ("ground", "On what ground did you go in?", "进入依据")
        rows.append(_row("select_one ground", *asked, required="true"))
    else:
        rows.insert(2, _row("select_one_from_file venues.csv", "venue", "Place", "场所", appearance="autocomplete"))  # fmt: skip
    return rows


def _item(item: regimes.Item) -> Rows:
    name, rows = item.key, []
    if item.measure:
        rows.append(_row("integer", f"value_{name}", item.en, item.zh, constraint=". >= 0 and . < 100000"))
        rows.append(_row("select_one answer", f"said_{name}", "Is it in order?", "是否符合"))
    else:
        rows.append(_row("select_one answer", f"said_{name}", item.en, item.zh, required="true"))
    bad = f"${{said_{name}}} = 'no'"
    rows.append(_row("text", f"words_{name}", "What is wrong", "问题", relevant=bad, required="true"))
    if item.photo:
        rows.append(_row("image", f"photo_{name}", "Photo", "照片", appearance="new"))
    return rows


def _after() -> Rows:
    return [
        _row("select_one theirs", "theirs", "The other side", "对方", required="true"),
        _row("image", "signature", "Signature of the other side", "对方签名", appearance="signature"),
        _row("text", "text", "What else was said", "其他情况", appearance="multiline"),
    ]


def workbook(sheets: dict[str, Rows]) -> bytes:
    """The sheets as an .xlsx file, to be changed by hand and loaded as any other form."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        for name, rows in sheets.items():
            sheet, heads = book.add_worksheet(name), list(dict.fromkeys(key for row in rows for key in row))
            sheet.write_row(0, 0, heads)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, [row.get(key, "") for key in heads])
    return out.getvalue()
