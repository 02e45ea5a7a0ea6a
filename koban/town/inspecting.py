"""The town's places under inspection: files, inspections, findings, a failed visit, self-checks, an event. Real actions only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from koban.duties.inspections import (
    checklists,
    events,
    filing,
    opening,
    planning,
    queries,
    recording,
    regimes,
    rules,
    selfchecks,
    submitting,
)
from koban.duties.inspections.models import Inspection, Venue
from koban.kernel.ledger import Actor
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.premises.models import Unit
from koban.town.cast import Cast
from koban.town.chance import stream

FILES, EACH, PLANNED, SELF = 36, 4, 6, 6
WRONG = {
    "exits": "后门上锁，钥匙不在现场", "lane": "通道停放三轮车", "extinguishers": "两具灭火器压力不足",
    "wiring": "插线板串接使用", "signs": "大厅未挂未成年人禁入标志", "sellers": "登记簿缺三日", "gate": "放学时段无人值守",
    "stairs": "二楼平台堆放纸箱", "chargers": "门厅内充电",
}  # fmt: skip
OF_LATE, WRONG_OF_LATE = 4, 0.4  # inspections of the last days, and how many of their points are wrong
WARNING = "夜间超时营业，经两次检查仍未改正。"


class Inspecting:
    """Plays inspections in the open scope of the cast's station, up to `now`."""

    def __init__(self, cast: Cast, seed: int, now: datetime) -> None:
        self.cast, self.now, self.station = cast, now, cast.station
        self.chance = stream(seed, "inspections", cast.station.code)
        self.by = cast.officer.actor
        self.badges = (cast.officer.actor.label, "012399")

    def play(self) -> int:
        """How many matters there are now."""
        venues = self._files()
        done = sum(self._looked_at(venue, n) for n, venue in enumerate(venues[: FILES // 2]))
        ahead = sum(
            self._planned(venue, n) for n, venue in enumerate(venues[FILES // 2 : FILES // 2 + PLANNED])
        )
        self._self_checks(venues)
        self._around(venues)
        return done + ahead + 2

    def _tell(self, at: datetime) -> dict[str, Any]:
        return {"by": self.by, "at": at, "station": self.station}

    def _files(self) -> list[Venue]:
        """Files of some units of each kind that the pack has a regime for."""
        today, found = queries.day_of(self.now, self.station), list[Unit]()
        for row in regimes.regimes(self.station.pack, today).values():
            units = Unit.objects.current().filter(kind__in=row.units).order_by("name", "id")
            found += self.chance.sample(list(units[:40]), min(EACH, units[:40].count()))
        self.chance.shuffle(found)
        return [self._file(unit) for unit in found[:FILES]]

    def _file(self, unit: Unit) -> Venue:
        at, today = self.now - timedelta(days=400), queries.day_of(self.now, self.station)
        kind = regimes.kind_of_unit(unit.kind, self.station.pack, today)
        holds = regimes.holds(kind, self.station.pack, today)
        told = {
            "paper": "" if holds == "none" or self.chance.random() < 0.1 else holds, "guards": self.chance.randint(0, 4),
            "area_m2": self.chance.randint(60, 600), "capacity": self.chance.randint(20, 300),
            "camera_days": self.chance.choice((15, 30, 30, 90)),
            "trained_on": today - timedelta(days=self.chance.randint(30, 500)), "trained_count": self.chance.randint(2, 20),
        }  # fmt: skip
        return filing.open_file(unit, kind, told, **self._tell(at))

    def _looked_at(self, venue: Venue, n: int) -> int:
        """One inspection in the past; of the last days' some with something to correct, so that terms still run."""
        is_late = n < OF_LATE
        at = self._morning(n + 1 if is_late else self.chance.randint(20, 330))
        why = self.chance.choice((Inspection.Why.INTERVAL, Inspection.Why.INTERVAL, Inspection.Why.COMPLAINT))
        matter = self._plan(venue, why, at)
        recording.record(
            matter,
            self._record(venue, at, WRONG_OF_LATE if is_late else 0),
            **self._tell(at + timedelta(minutes=40)),
        )
        return 1

    def _morning(self, days_ago: int) -> datetime:
        """Ten o'clock by the office's clock."""
        return self.now.astimezone(self.cast.zone).replace(hour=10, minute=0) - timedelta(days=days_ago)

    def _plan(self, venue: Venue, why: str, at: datetime, ahead: int = 0) -> Matter:
        """Planned at `at`, for a day that lies `ahead` days after."""
        wish, day = planning.Wish.of(venue, why), queries.day_of(at, self.station) + timedelta(days=ahead)
        return planning.plan(wish, day, **self._tell(at))

    def _record(self, venue: Venue, at: datetime, wrong: float = 0) -> recording.Record:
        sheet = checklists.of_kind(venue.kind, self.station, queries.day_of(at, self.station))
        answers = {point.key: self._answer(point, wrong) for point in sheet.points}
        return recording.Record(
            answers,
            rules.Crew(2),
            self.chance.choice(("responsible", "responsible", "on_duty")),
            True,
            self.badges,
        )

    def _answer(self, point: rules.Point, wrong: float) -> rules.Answer:
        if point.allows is not None:
            good = [n for n in (2, 6, 30, 60, 90, 5000) if point.allows(n)]
            return rules.Answer(value=good[0])
        # A grave one would be reported at once, with people going there: the scenes of hazards show that.
        if point.key in WRONG and point.severity != "grave" and self.chance.random() < wrong:
            return rules.Answer(rules.NO, words=WRONG[point.key])
        return rules.Answer(rules.YES)

    def _planned(self, venue: Venue, n: int) -> int:
        """Today's and tomorrow's; one of them was closed when somebody came."""
        matter = self._plan(venue, Inspection.Why.INTERVAL, self.now, n % 2)
        if n == PLANNED - 1:
            planning.failed(matter, "closed", **self._tell(self.now))
        return 1

    def _self_checks(self, venues: Sequence[Venue]) -> None:
        unit, told = Actor("public", self.station.pk, label="public"), 0
        selfchecks.commit(
            selfchecks.round_of(queries.day_of(self.now, self.station)),
            **self._tell(self.now - timedelta(days=1)),
        )
        for venue in venues:
            row = regimes.newest(venue.kind, self.station.pack)
            if row is None or not row.checks_itself or told == SELF:
                continue
            record = self._record(venue, self.now)
            selfchecks.tell(venue, record.answers, by=unit, at=self.now, station=self.station)
            told += 1

    def _around(self, venues: Sequence[Venue]) -> None:
        """A complaint, a campaign, a warning, an event, and the forms for telephones."""
        today = queries.day_of(self.now, self.station)
        last = venues[-1]
        wish = planning.Wish.of(last, Inspection.Why.COMPLAINT, words="居民反映消防通道被占用。")
        planning.ask(wish, **self._tell(self.now))
        end = today + timedelta(days=21)
        planning.begin_campaign("冬春火灾防控", ["net_cafe", "property"], today, end, by=self.by, at=self.now)
        for venue in Venue.objects.filter(kind="entertainment", last_on__isnull=False).order_by("id")[:1]:
            opening.warn(venue, WARNING, **self._tell(self.now))
        place = Place.at(next(iter(self.cast.doors.values())))
        fair = events.Told("迎春庙会", "社区文化站", place, today + timedelta(days=35), 1800, today)
        events.enter(fair, **self._tell(self.now))
        submitting.publish_all(**self._tell(self.now))
