"""Things that callers lost or found, read off their own words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from koban.town import texts
from koban.town.calls import Call

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "wallet": ("钱包", "wallet"),
    "phone": ("手机", "phone"),
    "keys": ("钥匙", "keys"),
    "bag": ("包", "袋", "rucksack", "bag"),
    "document": ("证", "卡", "card"),
    "jewellery": ("戒指", "ring"),
    "clothing": ("外套", "衣", "coat"),
}
SHELVES = "ABC"
KEPT_DAYS = 9
"""A found thing that nobody asks for goes on before the office's ten days are over."""


@dataclass(frozen=True, slots=True)
class Story:
    """told: what `things.record` is told. ends_at: when it left, None while it is looked for or kept."""

    told: Mapping[str, Any] = field(default_factory=dict)
    ends_at: datetime | None = None
    state: str = ""


def of_call(call: Call, language: str, zone: ZoneInfo, chance: random.Random) -> Story | None:
    """The story of the thing that a call is about, None if it is about none."""
    way = {"lost_property": "lost", "found_property": "found"}.get(call.type)
    if way is None:
        return None
    item = next((item for item in texts.phrases(language)["slots"]["item"] if item in call.text), "")
    shelf = f"{chance.choice(SHELVES)}{chance.randint(1, 24)}" if way == "found" else ""
    told = {
        "way": way, "category": category(item), "description": item or call.text[:200],
        "on": call.at.astimezone(zone).date(), "shelf": shelf,
    }  # fmt: skip
    answered = next((step.at for step in call.steps if step.move == "answer"), None)
    if call.outcome == "returned" and answered:
        written_by = call.steps[0].at + timedelta(seconds=15)
        return Story(told, max(answered - timedelta(seconds=20), written_by), "returned")
    if way == "found":
        return Story(
            told, call.at + timedelta(days=0.2 if category(item) == "document" else KEPT_DAYS), "handed_on"
        )
    return Story(told)


def category(item: str) -> str:
    """The category of the register for what a caller named."""
    said = item.casefold()
    return next((key for key, words in CATEGORIES.items() if any(word in said for word in words)), "other")
