"""The archive of the first office: the newest files packaged, some paper in boxes, a loan that is late, a list that waits.

Comes after the town is stored: packages are written to the disk, which no transaction takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from koban.duties.archive import filing, keeping, paper, retention, rolls
from koban.duties.archive.models import Dossier, Volume
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.intake import Report
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM, Actor, checkpoints
from koban.matters import actions as matters
from koban.matters.models import Matter
from koban.town.own_pages import Scene

PACKAGED = 12  # of the newest; the worker does the rest
OLD = (
    ("noise", "施工噪声，已劝止。"),
    ("dispute", "摊位纠纷，双方和解。"),
    ("facility", "路灯损坏，已转供电所。"),
)
"""What came from the paper archive, closed long ago: its term is over."""
YEARS_AGO = timedelta(days=365 * 12)
BOXES = (("A-01", "一架·上层"), ("A-02", "一架·下层"), ("B-01", "二架·上层"))


@dataclass(frozen=True, slots=True)
class Shelves:
    """The scene, and who keeps the archive there."""

    scene: Scene
    archivist: Actor

    def fill(self) -> None:
        """Play it, in the open scope of the office."""
        now, station = self.scene.now, self.scene.station
        old = [
            self._closed_long_ago(*told, now - YEARS_AGO + timedelta(days=n)) for n, told in enumerate(OLD)
        ]
        checkpoints.sign_root(station, at=now)
        for matter in [*filing.waiting()[:PACKAGED], *old]:
            filing.file(Matter.objects.get(pk=matter.pk), by=SYSTEM, at=now, station=station)
        self._decide([Dossier.objects.select_related("matter").get(matter=one) for one in old])
        self._paper()

    def _closed_long_ago(self, kind: str, words: str, at: datetime) -> Matter:
        officer, station = self.scene.officer, self.scene.station
        taken = incidents.take(Report(kind, "walk_in", words), by=officer, at=at, station=station).matter
        return matters.move(
            taken, "close_unanswered", by=officer, at=at + timedelta(hours=3), reason="纸质档案补录"
        )

    def _decide(self, old: Sequence[Dossier]) -> None:
        now, station = self.scene.now, self.scene.station
        until = retention.day(now, station) + timedelta(days=120)
        keeping.hold(
            old[0],
            "法院调取，案件未结",
            until,
            asked_by="区人民法院",
            by=self.archivist,
            at=now,
            station=station,
        )
        roll = rolls.begin("disposal", old[1:], by=self.archivist, at=now, station=station)
        rolls.propose(roll, by=self.archivist, at=now, station=station)

    def _paper(self) -> None:
        by, now, station = self.archivist, self.scene.now, self.scene.station
        early = now - timedelta(days=60)
        boxes = [paper.put_up(code, shelf, by=by, at=early) for code, shelf in BOXES]
        volumes = [self._volume(one, early) for one in Dossier.objects.packaged().order_by("closed_on")[:8]]
        for number, volume in enumerate(volumes[:7]):
            paper.put(volume, boxes[number % 3], by=by, at=early)
        paper.lend(volumes[0], "派出所法制员", by=by, at=now - timedelta(days=40), station=station)
        paper.lend(volumes[1], "区档案馆", by=by, at=now - timedelta(days=3), station=station)
        paper.take_stock(
            boxes[2], [paper.said(volumes[2], station), paper.said(volumes[3], station)], by=by,
            at=now - timedelta(days=2), station=station,
        )  # fmt: skip

    def _volume(self, one: Dossier, at: datetime) -> Volume:
        return paper.register(one.matter, by=self.archivist, at=at, pages=24)


def fill(scene: Scene, archivist: Actor) -> None:
    """The same, opening the scope."""
    with working_at(scene.station):
        Shelves(scene, archivist).fill()
