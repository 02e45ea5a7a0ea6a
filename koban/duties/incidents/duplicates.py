"""Whether two tellings may be one event: a score with its reasons. A person decides. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import cos, hypot, radians

from koban.duties.incidents.types import CATALOGUE, Catalogue, Same
from koban.lib.sentence import Sentence, gettext_noop

CLAUSE = "OFFICE-DUP-1"
# Weights of the four signs, and what is enough to show somebody; tried on told and retold events in the tests.
TYPE, PLACE, TIME, TEXT = 0.35, 0.30, 0.15, 0.20
ENOUGH = 0.5
METRES_A_DEGREE = 111_195
NO_LETTER = re.compile(r"[\W_]+")

_SAME_TYPE = gettext_noop("the same type")
_SAME_GROUP = gettext_noop("a related type")
_NEAR = gettext_noop("%(metres)s m away")
_SAME_SPOT = gettext_noop("the same place")
_MINUTES = gettext_noop("%(minutes)s min earlier")
_HOURS = gettext_noop("%(hours)s h earlier")
_ALIKE = gettext_noop("the words are alike (%(percent)s %%)")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared. lon, lat: degrees WGS 84, both None where the place is unknown."""

    type: str
    text: str
    at: datetime
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """score: 0 to 1. reasons: what speaks for one event, strongest kind first."""

    score: float
    reasons: tuple[Sentence, ...]


def score(new: Telling, old: Telling, catalogue: Catalogue = CATALOGUE) -> Suggestion | None:
    """How likely `new` tells of the event of `old`; None if it is too far, too long ago or too unlike."""
    return _score(new, old, _pairs(new.text), catalogue)


Pairs = frozenset[tuple[str, str]]


def _score(new: Telling, old: Telling, told: Pairs, catalogue: Catalogue) -> Suggestion | None:
    """told: the pairs of `new`, which is compared with many."""
    same = catalogue[new.type].same
    type_, place, time = _type(new, old, catalogue), _place(new, old, same), _time(new, old, same)
    if type_ is None or place is None or time is None:
        return None
    if type_[0] + place[0] + time[0] + TEXT < ENOUGH:
        return None  # no words could make up for it, so they need not be read
    known = (type_, place, time, _text(told, old))
    total = sum(weight for weight, _ in known)
    reasons = tuple(reason for weight, reason in known if reason and weight > 0)
    return Suggestion(round(total, 3), reasons) if total >= ENOUGH else None


def suggestions(
    new: Telling, olds: Iterable[tuple[str, Telling]], most: int = 3, catalogue: Catalogue = CATALOGUE
) -> list[tuple[str, Suggestion]]:
    """The `most` likely of `olds` (key, telling), best first."""
    told = _pairs(new.text)
    scored = [(key, found) for key, old in olds if (found := _score(new, old, told, catalogue))]
    return sorted(scored, key=lambda pair: -pair[1].score)[:most]


Part = tuple[float, Sentence | None] | None


def _type(new: Telling, old: Telling, catalogue: Catalogue) -> Part:
    if new.type == old.type:
        return TYPE, Sentence(_SAME_TYPE)
    if catalogue[new.type].group == catalogue[old.type].group:
        return TYPE * 0.5, Sentence(_SAME_GROUP)
    return 0.0, None


def _place(new: Telling, old: Telling, same: Same) -> Part:
    if not same.radius_m:
        return 0.0, None
    away = _distance(new, old)
    if away is None:
        return 0.0, None
    if away > same.radius_m:
        return None
    near = Sentence(_NEAR, {"metres": round(away)}) if away >= 5 else Sentence(_SAME_SPOT)
    return PLACE * (1 - away / same.radius_m * 0.5), near


def _distance(new: Telling, old: Telling) -> float | None:
    if new.lon is None or new.lat is None or old.lon is None or old.lat is None:
        return None
    # Flat within the few kilometres that matter here; an error of 0.1 % at most.
    east = (new.lon - old.lon) * METRES_A_DEGREE * cos(radians((new.lat + old.lat) / 2))
    return hypot(east, (new.lat - old.lat) * METRES_A_DEGREE)


def _time(new: Telling, old: Telling, same: Same) -> Part:
    apart = new.at - old.at
    window = timedelta(hours=same.window_h)
    if apart < -window or apart > window:
        return None
    minutes = max(0, round(apart / timedelta(minutes=1)))
    said = (
        Sentence(_MINUTES, {"minutes": minutes})
        if minutes < 120
        else Sentence(_HOURS, {"hours": minutes // 60})
    )
    return TIME * (1 - abs(apart) / window * 0.5), said


def _text(told: Pairs, old: Telling) -> tuple[float, Sentence | None]:
    alike = _shared(told, _pairs(old.text))
    return TEXT * min(1.0, alike * 2), Sentence(
        _ALIKE, {"percent": round(alike * 100)}
    ) if alike >= 0.2 else None


def likeness(a: str, b: str) -> float:
    """How alike two texts are, 0 to 1: shared pairs of neighbouring characters (Jaccard), for any script."""
    return _shared(_pairs(a), _pairs(b))


def _shared(left: Pairs, right: Pairs) -> float:
    both = len(left & right)
    return both / (len(left) + len(right) - both) if left and right else 0.0


def _pairs(text: str) -> Pairs:
    plain = NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(pairwise(plain))
