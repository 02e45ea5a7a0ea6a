"""The calls of the town, in order of time: volumes as learned from real cities, places and words invented."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from koban.duties.incidents.rules import triage
from koban.duties.incidents.types import CATALOGUE
from koban.town import texts
from koban.town.chance import Weighted, stream
from koban.town.ground import scale
from koban.town.model import District, Resident
from koban.town.moments import Moment, Span, moments
from koban.town.profile import Kind, assumed, kinds
from koban.town.spots import Spot, Spots
from koban.town.walks import Step, walk

TIME_ZONE = ZoneInfo("Asia/Shanghai")
YES_SHARE = 0.05
"""How often a question of the triage script is answered with yes."""
STRANGER_SHARE = 0.12
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Call:
    """One report or request for help, with all that became of it.

    id: position in time. kind, type, answers: as in the incidents' catalogue. place: as the caller said it.
    reporter: resident, None if a stranger. anonymous: the caller gave no name. crew: how many went, 0 for nobody.
    steps: moves of the incidents' flow; whoever loads the town "now" takes those up to now. same_as: id of the
    earlier call about the same event. referred_to: key of the body. satisfaction: 1 to 5.
    """

    id: int
    at: datetime
    office: int
    kind: str
    type: str
    priority: int
    channel: str
    language: str
    text: str
    place: str
    door: int
    asset: int | None
    lon: float
    lat: float
    reporter: int | None
    anonymous: bool
    answers: Mapping[str, str]
    crew: int
    steps: tuple[Step, ...]
    outcome: str
    answer: str
    referred_to: str
    satisfaction: int | None
    fixed: bool | None
    same_as: int | None


def calls(
    town: District,
    *,
    start: date,
    years: float = 3.0,
    seed: int | None = None,
    per_day: float = 9.0,
    office: int = 0,
    zone: ZoneInfo = TIME_ZONE,
) -> Iterator[Call]:
    """The calls of one office from the local day `start` on, in order of time.

    per_day: mean number of events; a few are told by more than one caller. The same arguments give the same calls.
    Raises ValueError if `years` or `per_day` is negative, or the town has no such office.
    """
    if years < 0 or per_day < 0 or not 0 <= office < len(town.offices):
        raise ValueError(f"no calls for years={years}, per_day={per_day}, office={office}")
    seed = town.seed if seed is None else seed
    teller = _Teller(town, office, seed)
    for number, moment in enumerate(moments(Span(start, years, per_day, zone), seed, office)):
        yield teller.tell(number, moment)


@dataclass(frozen=True, slots=True)
class _Habits:
    """What is drawn again and again for one type of call."""

    kind: Kind
    spots: Weighted[str]
    channels: Weighted[str]


class _Teller:
    """Turns a moment into a whole call."""

    def __init__(self, town: District, office: int, seed: int) -> None:
        self.town, self.office, self.seed = town, office, seed
        self.spots = Spots(town, office)
        self.habits = {kind.code: _habits(kind) for kind in kinds()}
        self.told: dict[int, tuple[int, Spot]] = {}

    def tell(self, number: int, moment: Moment) -> Call:
        chance = stream(self.seed, "call", self.office, moment.serial)
        habits, type_ = self.habits[moment.type], CATALOGUE[moment.type]
        spot, same_as = self._where(number, moment, habits, chance)
        answers = {q.key: "yes" for q in CATALOGUE.script(moment.type) if chance.random() < YES_SHARE}
        verdict = triage(moment.type, answers)
        went = walk(habits.kind, moment.at, priority=verdict.priority, distance_m=self._distance_m(spot),
                    again=same_as is not None, chance=chance)  # fmt: skip
        language = "en" if chance.random() < assumed()["english_share"] else "zh"
        caller, anonymous = self._who(habits.kind, spot, chance)
        return Call(
            id=number, at=moment.at, office=self.office, kind=type_.kind, type=type_.code, priority=verdict.priority,
            channel=habits.channels.draw(chance), language=LANGUAGES[language],
            text=texts.say(language, moment.type, chance, self._words(language, spot)),
            place=spot.door.text if language == "zh" else spot.door.text_en,
            door=spot.door.id, asset=spot.asset, lon=spot.lon, lat=spot.lat,
            reporter=None if caller is None else caller.id, anonymous=anonymous, answers=answers,
            crew=verdict.send if went.sent else 0, steps=went.steps, outcome=went.outcome,
            answer=texts.answer(language, went.outcome, chance) if went.outcome else "",
            referred_to=verdict.refer_to[0] if went.referred and verdict.refer_to else "",
            satisfaction=went.satisfaction, fixed=went.fixed, same_as=same_as,
        )  # fmt: skip

    def _where(
        self, number: int, moment: Moment, habits: _Habits, chance: random.Random
    ) -> tuple[Spot, int | None]:
        """The place, and the earlier call if this is a second one about the same event."""
        if moment.first >= 0:
            first, spot = self.told[moment.first]
            return self.spots.beside(spot, chance), first
        spot = self.spots.draw(habits.spots, chance)
        self.told[moment.serial] = (number, spot)
        return spot, None

    def _who(self, kind: Kind, spot: Spot, chance: random.Random) -> tuple[Resident | None, bool]:
        if chance.random() < kind.anonymous:
            return None, True
        if chance.random() < STRANGER_SHARE:
            return None, False
        return self.spots.caller(spot, chance), False

    def _words(self, language: str, spot: Spot) -> dict[str, str]:
        """What the sentence forms may name of this place."""
        asset = "" if spot.asset is None else self.town.assets[spot.asset].code
        code = {"code": asset} if asset else {"code": "L0001"}
        if language == "zh":
            return {"place": spot.door.text, "near": spot.near, **code}
        return {"place": spot.door.text_en, "near": spot.near_en, **code}

    def _distance_m(self, spot: Spot) -> float:
        wide, high = scale(self.town.box)
        here = self.town.offices[self.office]
        return float((((spot.lon - here.lon) * wide) ** 2 + ((spot.lat - here.lat) * high) ** 2) ** 0.5)


def _habits(kind: Kind) -> _Habits:
    return _Habits(
        kind,
        Weighted(list(kind.spots), list(kind.spots.values())),
        Weighted(list(kind.channels), list(kind.channels.values())),
    )
