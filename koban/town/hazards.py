"""Hazards of the town: found at doors and on lamps, ordered, repaired with two photographs, verified, and once not fixed."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from koban.duties.hazards import actions, grave, ordering, receiving, rules
from koban.duties.hazards.models import Hazard
from koban.kernel.files import intake
from koban.kernel.ledger import PUBLIC
from koban.kernel.notices import outbox
from koban.kernel.notices.models import Notice
from koban.matters.places import Place
from koban.registers.premises.models import Address, Asset
from koban.town.cast import Cast
from koban.town.chance import stream

# kind, what is written, how far it comes: found, ordered, repaired, verified, contradicted
SCENES = (
    ("exit", "三单元一楼楼道堆放自行车和纸箱。", "contradicted"), ("fire_lane", "南门消防车通道停放两辆货车。", "verified"),
    ("ebike", "二楼过道有电动自行车飞线充电。", "ordered"), ("wiring", "一楼配电箱门缺失，线路裸露。", "repaired"),
    ("equipment", "四层灭火器过期。", "verified"), ("exit", "安全出口被储物柜挡住。", "found"),
    ("hydrant", "消火栓前摆放摊位。", "ordered"),
)  # fmt: skip
MUST = "请清理、修复并保持完好。"
SPAN = timedelta(days=4)


class Hazards:
    """Plays hazards through the real actions, in the open scope of the cast's station, up to `now`."""

    def __init__(self, cast: Cast, seed: int, now: datetime) -> None:
        self.cast, self.now, self.station = cast, now, cast.station
        self.chance = stream(seed, "hazards", cast.station.code)
        self.officer, self.repairer = cast.officer.actor, cast.auxiliaries[0].actor

    def play(self) -> int:
        """How many matters there are now."""
        doors = sorted(self.cast.doors.values(), key=lambda door: str(door.pk))
        chosen = self.chance.sample(doors, min(len(SCENES), len(doors)))
        for n, ((kind, words, end), door) in enumerate(zip(SCENES, chosen, strict=False)):
            self._scene(kind, words, end, door, self.now - timedelta(days=9 * n + 6))
        made = len(chosen) + self._defects()
        self._print()
        return made

    def _scene(self, kind: str, words: str, end: str, door: Address, at: datetime) -> None:
        told = actions.Found(kind, words, owner="湖畔物业")
        shot = rules.Shot(door.lon, door.lat, 90.0, 6.0)
        photo = (_picture("#a04030"), shot)
        hazard = actions.open_hazard(
            told, Place.at(door), by=self.officer, at=at, station=self.station, photo=photo
        )
        steps = ("found", "ordered", "repaired", "verified", "contradicted")
        for n, step in enumerate(steps[1 : steps.index(end) + 1], 1):
            self._step(step, hazard, shot, at + n * timedelta(hours=20))

    def _print(self) -> None:
        """The letters about grave ones were printed the same day: nothing of the past waits in the tray."""
        for letter in list(Notice.objects.filter(key=grave.TO_BODY).to_print()):
            outbox.mark_printed(letter, by=self.repairer, at=letter.written_at + timedelta(hours=1))

    def _step(self, step: str, hazard: Hazard, shot: rules.Shot, at: datetime) -> None:
        if step == "ordered":
            order = ordering.order(hazard, MUST, by=self.officer, at=at, station=self.station)
            ordering.serve(order, "print", by=self.repairer, at=at, station=self.station)
        elif step == "repaired":
            photo = (_picture("#408050"), rules.Shot(shot.lon, shot.lat, 96.0, 8.0))
            actions.repair(hazard, by=self.repairer, at=at, station=self.station, photo=photo)
        elif step == "verified":
            actions.verify(hazard, by=self.officer, at=at, station=self.station, restored=True)
        else:
            actions.contradict(hazard, "东西又搬回来了。", by=PUBLIC, at=at, station=self.station)

    def _defects(self) -> int:
        """A lamp that goes dark again and again, and a hydrant."""
        assets = list(
            Asset.objects.current().filter(kind__in=["lamp", "hydrant"]).order_by("kind", "code")[:2]
        )
        told = [(asset, days) for n, asset in enumerate(assets) for days in ((40, 3) if n == 0 else (12,))]
        for asset, days in told:
            at = self.now - timedelta(days=days)
            hazard, _secret = receiving.report_defect(
                asset, "不亮、漏水或者损坏。", by=PUBLIC, at=at, station=self.station
            )
            if days > 30:
                actions.dismiss(hazard, "已由管护单位更换。", by=self.officer, at=at + SPAN)
        return len(told)


def _picture(color: str) -> intake.Taken:
    """A drawn picture of a doorway; no photograph of a real place is in the town."""
    file, image = io.BytesIO(), Image.new("RGB", (480, 360), "#b8b2a6")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 290, 480, 360), fill="#8d8678")
    pen.rectangle((170, 70, 310, 300), fill="#5d6b78", outline="#333333", width=5)
    pen.rectangle((140, 210, 240, 310), fill=color, outline="#222222", width=4)
    image.save(file, "JPEG", quality=80)
    return intake.take(SimpleUploadedFile("photo.jpg", file.getvalue(), "image/jpeg"))
