"""Lettings and visits of the town: landlords with their units, tenants, letters and checks; doors called at, and the month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from koban.duties.lettings import actions as lettings
from koban.duties.lettings import deciding, papers, reports
from koban.duties.visits import actions as visits
from koban.duties.visits import cards
from koban.duties.visits.queries import numbered
from koban.kernel.ledger import Actor
from koban.lib.identity import check_digit
from koban.matters.models import Matter
from koban.registers.rentals import actions as rentals
from koban.registers.rentals import queries as lets
from koban.registers.rentals.models import LetUnit, Tenancy
from koban.registers.residents import queries as people
from koban.town.cast import Cast
from koban.town.chance import stream
from koban.town.model import Dwelling, Resident

LANDLORDS, VISITS, ADULT_DAYS = 14, 24, 30 * 365
NOWHERE = "339999"  # no division has this code, so nobody has such a number
TALKS = ("楼道灯不亮，已报修。", "提醒电动自行车不要进楼充电。", "谈了防诈骗，留了宣传单。", "家里一切都好。")
NEEDS = ("lamp", "fire", "fraud", "noise", "papers", "")
FIRMS = (("安居房产", "agent"), ("湖畔物业", "manager"))


class Dwellings:
    """Plays lettings and visits through the real actions, in the open scope of the cast's station, up to `now`."""

    def __init__(self, cast: Cast, seed: int, now: datetime) -> None:
        self.cast, self.now, self.station = cast, now, cast.station
        self.chance = stream(seed, "dwellings", cast.station.code)
        self.by = Actor("resident", self.station.pk, label="resident")
        self.officer = cast.officer.actor

    def play(self) -> int:
        """How many matters there are now."""
        rented = self._rented()
        done = self._lettings(rented) + self._reports(rented)
        return done + self._visits([home for _dwelling, _who, home in rented])

    def _rented(self) -> list[tuple[Dwelling, Resident, Any]]:
        """Rented dwellings of the office: with who leads the household, and their home in the register."""
        town, known = self.cast.town, self.cast.people
        heads = [town.residents[house.members[0]] for house in town.households]
        found = [
            r for r in heads if r.id in known and town.dwellings[town.households[r.household].dwelling].rented
        ]
        chosen = self.chance.sample(found, min(len(found), 3 * LANDLORDS))
        homes = people.homes([known[r.id] for r in chosen], self.now.date())
        rows = [(r, homes.get(known[r.id])) for r in chosen]
        return [
            (town.dwellings[town.households[r.household].dwelling], r, home)
            for r, home in rows
            if home is not None
        ]

    def _landlords(self) -> list[Resident]:
        known = self.cast.people
        old = [
            r
            for r in self.cast.town.residents
            if r.id in known and (self.now.date() - r.born).days > ADULT_DAYS
        ]
        return self.chance.sample(old, min(LANDLORDS, len(old)))

    def _lettings(self, rented: Sequence[tuple[Dwelling, Resident, Any]]) -> int:
        count, owners = 0, self._landlords()
        for n, (_dwelling, tenant, home) in enumerate(rented[: 2 * len(owners)]):
            # The newest filings still wait for somebody; what is older was looked at long ago.
            owner, at = owners[n % len(owners)], self._ago(*((0, 2) if n % 7 == 0 else (20, 300)))
            if owner.household != tenant.household:
                count += self._unit(n, owner, tenant, home, at)
        return count

    def _unit(self, n: int, owner: Resident, tenant: Resident, home: Any, at: datetime) -> int:
        """One unit: filed, mostly signed for and confirmed, let to who lives there, sometimes checked."""
        person = self.cast.people[owner.id]
        matter = lettings.file_unit(person, home.address, "whole", by=self.by, at=at, station=self.station)
        unit = LetUnit.objects.select_related("address", "landlord").get(address=home.address, to_on=None)
        landlord = lets.landlord_of(person)
        if n % 5 and landlord is not None and lets.letter_on(landlord, at.date()) is None:
            version = papers.newest().version
            lettings.sign_letter(
                landlord, "zh-hans", version=version, by=self.by, at=at, station=self.station
            )
        if n % 7:
            deciding.confirm(matter, by=self.officer, at=at + timedelta(hours=20))
        start = self._start(tenant, home, n)
        tenancy = rentals.start(unit, start, by=self.by, at=at + timedelta(hours=1))
        return 1 + self._then(n, unit, tenancy, min(at + timedelta(days=3), self.now - timedelta(hours=1)))

    def _start(self, tenant: Resident, home: Any, n: int) -> rentals.Start:
        ends_on = self.now.date() + timedelta(days=10 + 30 * n) if n % 3 == 0 else None
        who = self.cast.people[tenant.id]
        return rentals.Start(who, home.from_on, ends_on, "landlord", home.pk, called=tenant.name)

    def _then(self, n: int, unit: LetUnit, tenancy: Tenancy, at: datetime) -> int:
        """A self-check of most; one tenant objects; somebody new moves in here and there."""
        tell: dict[str, Any] = {"by": self.by, "station": self.station}
        made = 0
        if n % 2:
            answers = dict.fromkeys(papers.checklist(), "yes") | ({"ebike": "no"} if n % 4 == 1 else {})
            made += self._checked(lettings.check(unit, answers, at=at, **tell))
        if n == 4:
            lettings.object_to(
                tenancy,
                "我上个月已经搬走了。",
                person_id=tenancy.person_id,
                at=self.now - timedelta(days=1),
                **tell,
            )
            made += 1
        if n % 6 == 2:
            lettings.register_tenant(
                unit, self._newcomer(n), source="landlord", at=self.now - timedelta(hours=30), **tell
            )
            made += 1
        return made

    def _checked(self, matter: Matter | None) -> bool:
        """Whether a self-check made a matter; one that is not of this week was followed up."""
        if matter is None:
            return False
        after = matter.opened_at + timedelta(days=2)
        if after < self.now:
            deciding.follow_up(matter, "已上门复查，充电设备移到楼外。", by=self.officer, at=after)
        return True

    def _newcomer(self, n: int) -> lettings.NewTenant:
        born = f"19{80 + n % 20}0{1 + n % 9}1{n % 9}"
        seventeen = f"{NOWHERE}{born}{100 + n:03d}"
        name = self.chance.choice(self.cast.town.residents).name
        day = (self.now - timedelta(days=2)).date()
        return lettings.NewTenant(name, "id_card", seventeen + check_digit(seventeen), day, f"000{n:08d}")

    def _reports(self, rented: Sequence[tuple[Dwelling, Resident, Any]]) -> int:
        """Two firms; one report late, one without an address that anybody knows."""
        count = 0
        for n, (name, kind) in enumerate(FIRMS):
            firm = rentals.enter_agent(
                name, kind, on=self.now.date() - timedelta(days=200), by=self.officer, at=self.now
            )
            by = Actor("machine", self.station.pk, label=firm.number)
            for late, place in ((2, ""), (15, "菜场后面的平房")):
                told = reports.Report(self._newcomer(40 + count), self.now.date() - timedelta(days=late),
                                      None if place else rented[-1 - n][2].address, place)  # fmt: skip
                reports.report(
                    firm, told, by=by, at=self.now - timedelta(hours=20 - count), station=self.station
                )
                count += 1
        return count

    def _visits(self, homes: Sequence[Any]) -> int:
        """Doors called at in the last months: talked, nobody home, no visit wanted, and some that stand ahead."""
        for n, home in enumerate(homes[:VISITS]):
            # By day, on the office's own clock, whatever zone `now` is told in.
            day = self.now.astimezone(self.cast.zone) - timedelta(days=3 * n - 8)
            at = day.replace(hour=10 + n % 8, minute=0, second=0, microsecond=0)
            self._visit(n, home, at)
        self._card(homes)
        return min(VISITS, len(homes))

    def _visit(self, n: int, home: Any, at: datetime) -> None:
        early = min(at, self.now) - timedelta(days=2)
        told: dict[str, Any] = {"by": self.officer, "station": self.station}
        matter = visits.plan(home.address, "letting" if n % 3 else "round", at, at=early, **told)
        visits.announce(matter, "slip", by=self.officer, at=early)
        steps: tuple[Callable[..., Any], ...] = (
            partial(visits.meet, words=TALKS[n % 4], kinds=[NEEDS[n % 6]]), visits.nobody_opened, visits.rest,
            partial(visits.meet, words=TALKS[(n + 1) % 4]),
        )  # fmt: skip
        if at <= self.now:
            now = numbered(matter.year, matter.number)
            done = steps[n % 4](now, at=at, **told)
            if done.state == "done" and n % 3:
                visits.finish(done, by=self.officer, at=at + timedelta(hours=1))

    def _card(self, homes: Sequence[Any]) -> None:
        for home in homes[:3]:
            person = people.person(home.person_id)
            contacts = [cards.Contact("family", "家人", "00012340000")]
            at = self.now - timedelta(days=345)
            cards.give(person, home.address, contacts, ["lost"], by=self.by, at=at, station=self.station)

    def _ago(self, least: int, most: int) -> datetime:
        return self.now - timedelta(days=self.chance.randint(least, most), hours=3)
