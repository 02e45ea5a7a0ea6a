"""Kinds of units and of safety assets, as data. Values only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koban.lib.sentence import Words


@dataclass(frozen=True, slots=True)
class Kind:
    """aliases: what tables that offices bring along call it, in both languages. icon: of the map's pin."""

    key: str
    label: Words
    icon: str
    aliases: tuple[str, ...]


def read(rows: Mapping[str, Any]) -> dict[str, Kind]:
    return {
        key: Kind(key, Words(row["label"], row["label_zh"]), row["icon"], tuple(row.get("aliases", ())))
        for key, row in rows.items()
    }


_TABLES: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
UNITS, ASSETS = read(_TABLES["units"]), read(_TABLES["assets"])


def label(kinds: Mapping[str, Kind], key: str) -> Words:
    """The words for a kind; the key itself for one that a later release has taken out."""
    return kinds[key].label if key in kinds else Words(key, key)


def choices(kinds: Mapping[str, Kind]) -> list[tuple[str, Words]]:
    return [(kind.key, kind.label) for kind in kinds.values()]


def named(kinds: Mapping[str, Kind], said: str) -> str:
    """The key of the kind that a table calls `said`, "" for none."""
    plain = "".join(said.casefold().split())
    for kind in kinds.values():
        names = (kind.key, kind.label.en, kind.label.zh, *kind.aliases)
        if plain in ("".join(name.casefold().split()) for name in names):
            return kind.key
    return ""
