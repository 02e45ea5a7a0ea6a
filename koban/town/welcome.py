"""What a demonstration says at its start: who can sign in, and what to try. In both languages, whoever reads it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from koban.kernel.stations.models import Station
from koban.town.accounts import PASSWORD

ACCOUNTS = (
    ("officer", "民警", "officer: leads the office"),
    ("aux1 … aux6", "辅警", "auxiliaries: two of them are on duty now"),
    ("chief", "所长", "station chief: reads the offices below"),
    ("bureau", "分局", "bureau: reads, changes nothing"),
    ("inspector", "督察", "oversight: complaints that the line cannot read"),
    ("archivist · admin · security · auditor", "档案 · 系统 · 安全 · 审计", "the keepers, each apart"),
    ("volunteer · resident", "志愿者 · 居民", "no second step"),
    ("wq-officer, wq-aux1 …", "望桥", "the neighbouring office, which sees none of it"),
)
HERE = "http://127.0.0.1:8000"
NO_TOWN = "No generated town is in this database: nothing to show here. 本数据库中没有生成的示范街道。"


def welcome(place: str) -> str:
    """The greeting. place: where the office is served, without a slash at the end."""
    if not Station.objects.filter(is_invented=True).exists():
        return NO_TOWN
    told = _told()
    title = f"{told.get('title', '')} · {told.get('title_en', '')}".strip(" ·")
    lines = [title, "", *_accounts(), "", *_tries(place, told), "", *_rest(place)]
    return "\n".join(lines)


def _told() -> dict[str, Any]:
    """What `koban town` remembered; nothing where the file is gone."""
    path = settings.VAR / "town.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _accounts() -> list[str]:
    rows = [f"  {name:<40}{zh} · {en}" for name, zh, en in ACCOUNTS]
    code = command("code officer", demo=True)
    return [
        f"账号，密码都是 · Accounts, all with the password:  {PASSWORD}",
        *rows,
        f"  动态码 · second step: the page shows it here · 本示范页面会显示；或 {code}",
    ]


def _tries(place: str, told: dict[str, Any]) -> list[str]:
    office = f"{place}/o/denghu/"
    tries = [
        ("报警或求助 · report something", f"{office}report/"),
        ("登录后看台面 · sign in and watch the board", f"{place}/desk/board/"),
        ("规则与权限 · rules and rights", f"{place}/about/rules  {place}/about/rights"),
    ]
    plates: dict[str, str] = told.get("plates", {})
    tries += [
        (f"门口二维码 · the code at a door, {label}", f"{office}report/at/{code}/")
        for label, code in list(plates.items())[:1]
    ]
    receipts: dict[str, list[str]] = told.get("receipts", {})
    tries += [
        ("凭回执查询 · follow a report by its receipt", f"{office}follow/  {number}  {secret}")
        for number, secret in list(receipts.values())[:1]
    ]
    tries += [
        (
            "居民看自己的信息和查阅记录 · a resident's own pages, and who looked",
            f"{office}me/  {number}  {secret}",
        )
        for number, secret in told.get("own_keys", [])[:1]
    ]
    return ["试一试 · What to try", *(f"  {what}\n    {where}" for what, where in tries)]


def _rest(place: str) -> list[str]:
    where = "" if place == HERE else f" --url {place}"
    return [
        f"让它活起来 · let reports come in:  {command(f'town --live{where}')}",
        f"验证台账 · prove the ledger:      {command('verify')}",
    ]


def command(rest: str, *, demo: bool = False) -> str:
    """A `koban` command as it must be typed beside this server, on the same data."""
    around = {}
    if settings.BASE.parent / "var" != settings.VAR:
        around["KOBAN_VAR"] = str(settings.VAR)
    if demo:
        around["KOBAN_DEMO"] = "1"  # of this process, not of the shell in which it will be typed
    return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in around.items()), _koban(), rest])


def _koban() -> str:
    """The command as it can be typed here: of this environment, relative where it lies below."""
    path = Path(sys.executable).parent / "koban"
    if not path.exists():
        return "koban"
    below = path.is_relative_to(Path.cwd())
    return shlex.quote(str(path.relative_to(Path.cwd()) if below else path))
