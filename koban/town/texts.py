"""What callers and officers of the town say: sentence forms with alternatives and places, drawn by chance."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from koban.town.names import DATA

LANGUAGES = ("zh", "en")
INNERMOST = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")


@cache
def phrases(language: str) -> dict[str, Any]:
    """The sentence forms of a language, "zh" or "en"."""
    return tomllib.loads((DATA / f"phrases_{language}.toml").read_text(encoding="utf-8"))


def say(language: str, type_: str, chance: random.Random, places: Mapping[str, str]) -> str:
    """What a caller says. places: words for the slots place, near and code."""
    return _said(language, chance.choice(phrases(language)["types"][type_]), chance, places)


def answer(language: str, outcome: str, chance: random.Random) -> str:
    """What the office answers when it ended so."""
    return _said(language, chance.choice(phrases(language)["answers"][outcome]), chance, {})


def scene_line(language: str, moment: str, chance: random.Random, places: Mapping[str, str]) -> str:
    """A line of the scene log. moment: arrived, seen or left."""
    return _said(language, chance.choice(phrases(language)["scene"][moment]), chance, places)


def office(language: str, occasion: str, chance: random.Random) -> str:
    """What is written around a report: reasons, messages to and fro. occasion: a key of the table `office`."""
    return _said(language, chance.choice(phrases(language)["office"][occasion]), chance, {})


def complaint(language: str, subject: str, chance: random.Random) -> str:
    """What somebody complains of. subject: of the oversight duty."""
    return _said(language, chance.choice(phrases(language)["complaints"][subject]), chance, {})


def _said(language: str, form: str, chance: random.Random, places: Mapping[str, str]) -> str:
    slots = phrases(language)["slots"]
    chosen = _choose(form, chance)

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return places[name] if name in places else str(chance.choice(slots[name]))

    text = SLOT.sub(fill, chosen)
    return text[:1].upper() + text[1:]


def _choose(form: str, chance: random.Random) -> str:
    """One of the alternatives of each bracket, the inner ones first."""
    while match := INNERMOST.search(form):
        form = form[: match.start()] + chance.choice(match[1].split("|")) + form[match.end() :]
    return form


def forms(form: str) -> set[str]:
    """Every sentence that a form can become, its slots unfilled."""
    match = INNERMOST.search(form)
    if not match:
        return {form}
    return {
        sentence
        for option in match[1].split("|")
        for sentence in forms(form[: match.start()] + option + form[match.end() :])
    }
