"""Papers of the first office: one in each state from draft to file, and files of residents that are closed off for a time.

Comes after the town is stored, and goes through the real actions: a paper that is issued is a real PDF with its signature.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM
from koban.matters.documents import deciding, drafting, sending
from koban.matters.documents.models import Delivery, Document
from koban.matters.documents.versions import Told
from koban.matters.models import Matter
from koban.registers.residents import actions as residents
from koban.registers.residents import queries as register
from koban.town.own_pages import PEOPLE, Scene

SEALED = 3
RESTRICTED, PROTECTED = "CN-PI-2C", "CN-PI-1A"
STORIES = (
    "draft",
    "review",
    "approved",
    "issued",
    "delivered",
    "acknowledged",
    "filed",
    "receipt",
    "recalled",
)
STEPS = ("submit", "approve", "issue", "deliver", "acknowledge", "file")
"""What is done one after another; a story ends after the step that makes its state."""
ENDS = {
    "draft": 0,
    "review": 1,
    "approved": 2,
    "issued": 3,
    "delivered": 4,
    "acknowledged": 5,
    "filed": 6,
    "recalled": 3,
}
WORDS = (
    "楼道堆放的杂物请清理，保持消防通道畅通。", "请到警务室领回遗失的钱包，带上证件。",
    "夜间十点后请保持安静。", "请补交房屋出租的合同复印件。",
)  # fmt: skip


def fill(scene: Scene) -> int:
    """Play it. How many papers there are then."""
    with working_at(scene.station):
        seal(scene)
        matters = list(Matter.objects.filter(kind="incidents").order_by("-opened_at", "id")[: len(STORIES)])
        return len([_Paper(scene, n, matter).play() for n, matter in enumerate(matters)])


def seal(scene: Scene) -> None:
    """Two who asked that their data rest, and one whom a law protects; each with an end."""
    today = scene.now.date()
    for n, who in enumerate(scene.people[PEOPLE : PEOPLE + SEALED]):
        person = register.person(who)
        told: dict[str, Any] = {"by": SYSTEM, "at": scene.now}
        span: dict[str, Any] = {
            "from_on": today - timedelta(days=20 * n),
            "until_on": today + timedelta(days=120 + 30 * n),
        }
        if n == SEALED - 1:
            residents.seal(person, kind="protected", ground="secrecy", clause=PROTECTED, **span, **told)
        else:
            residents.restrict(person, clause=RESTRICTED, **span, **told)


class _Paper:
    def __init__(self, scene: Scene, number: int, matter: Matter) -> None:
        self.scene, self.number, self.matter = scene, number, matter
        self.story = STORIES[number]
        self.at = scene.now - timedelta(hours=3 * (len(STORIES) - number))

    def play(self) -> Document:
        if self.story == "receipt":
            return deciding.issue(
                self._composed("receipt"), by=self.scene.helper, **self._now(), station=self.scene.station
            )
        paper = self._composed("notice")
        for step in STEPS[: ENDS[self.story]]:
            does: Callable[[Document], Document] = getattr(self, f"_{step}")
            paper = does(paper)
        if self.story == "recalled":
            paper = deciding.recall(paper, "写错了门牌号，另行告知。", by=self.scene.officer, **self._now())
        return paper

    def _now(self) -> dict[str, Any]:
        """Each step a few minutes after the one before."""
        self.at += timedelta(minutes=7)
        return {"at": self.at}

    def _composed(self, key: str) -> Document:
        station = self.scene.station
        letter = drafting.letter_of(key, station.pack)
        until = (self.at + timedelta(days=7)).date()
        typed = {"what": WORDS[self.number % len(WORDS)], "until": f"{until.month}月{until.day}日"}
        values: dict[str, Any] = typed if key == "notice" else {}
        told = drafting.proposal(letter, station, self.matter, language="zh-hans", at=self.at, values=values)
        told = Told(told.text, told.values, "相关住户")
        return drafting.compose(
            letter, told, by=self.scene.helper, **self._now(), station=station, matter=self.matter
        )

    def _submit(self, paper: Document) -> Document:
        return drafting.submit(paper, by=self.scene.helper, **self._now(), station=self.scene.station)

    def _approve(self, paper: Document) -> Document:
        return deciding.approve(paper, by=self.scene.officer, **self._now(), read=paper.version)

    def _issue(self, paper: Document) -> Document:
        return deciding.issue(paper, by=self.scene.officer, **self._now(), station=self.scene.station)

    def _deliver(self, paper: Document) -> Document:
        return sending.deliver(paper, sending.RECIPIENT, "hand", by=self.scene.helper, **self._now())

    def _acknowledge(self, paper: Document) -> Document:
        row = Delivery.objects.select_related("document").get(document=paper)
        return sending.acknowledge(row, by=self.scene.helper, **self._now())

    def _file(self, paper: Document) -> Document:
        return sending.file(paper, by=self.scene.helper, **self._now())
