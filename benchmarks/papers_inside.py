"""Inside an office's own process: papers composed, set, signed and issued; one at a time, then a thousand in a batch.

python -m benchmarks.papers_inside [LETTERS]     # on the database of the environment
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koban.settings")
os.environ.setdefault("KOBAN_VAR", tempfile.mkdtemp(prefix="koban-papers-"))

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from koban.duties.incidents import actions as incidents  # noqa: E402
from koban.duties.incidents.intake import Report  # noqa: E402
from koban.kernel import stations  # noqa: E402
from koban.kernel.access.testing import actor_of, make_account  # noqa: E402
from koban.kernel.stations.models import Station  # noqa: E402
from koban.lib import typeset  # noqa: E402
from koban.matters.documents import actions, batching, deciding, drafting  # noqa: E402
from koban.matters.documents.certificates import OFFICER_CARD  # noqa: E402

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SENTENCE = "经社区警务室走访核实，中山路一带夜间施工噪声影响居民休息，请贵单位在五个工作日内研究办理，并将结果函复我室。"


def timed(work: Callable[[int], Any], turns: int) -> dict[str, float]:
    """Milliseconds of a warm turn: half of them, and ninety-five of a hundred, take less."""
    work(-1)
    took = []
    for turn in range(turns):
        before = time.perf_counter()
        work(turn)
        took.append((time.perf_counter() - before) * 1000)
    return {
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[18], 1),
    }


def measure(letters: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    station = Station.objects.create(code="lamp", name="灯湖社区警务室", kind="office", path="lamp/")
    li, wang, zhao = (
        actor_of(make_account(name, role="officer", station=station, password=""))
        for name in ("li", "wang", "zhao")
    )
    with stations.scope(station.pk):
        matters = [
            incidents.take(Report("noise", "phone", f"loud {n}"), by=li, at=NOON, station=station).matter
            for n in range(letters)
        ]
        order = drafting.letter_of("official", "cn")
        values = {"words": "\n".join([SENTENCE] * 12)}  # two sheets of GB/T 9704

        def compose(turn: int) -> None:
            told = drafting.proposal(order, station, matters[0], language="zh-hans", at=NOON, values=values)
            made = drafting.compose(
                order, told, by=li, at=NOON, station=station, matter=matters[0], title=f"函 {turn}"
            )
            made = drafting.submit(made, by=li, at=NOON, station=station)
            for by in (wang, zhao):
                made = deciding.approve(made, by=by, at=NOON, read=1)
            deciding.issue(made, by=li, at=NOON, station=station)

        def card(turn: int) -> None:
            actions.issue(
                OFFICER_CARD, {"position": "民警", "badge": str(turn)}, by=li, at=NOON, station=station
            )

        rows = {"order of two sheets: composed, approved by two, signed, set, filed": timed(compose, 40)}
        rows["one-page certificate: signed and set"] = timed(card, 40)
        rows["one-page notice: set alone"] = timed(notice, 60)
        rows[f"batch of {letters}"] = batch(station, matters, li, wang)
    return rows


def notice(turn: int) -> None:
    parts = [{"kind": "paragraph", "text": SENTENCE}] * 4
    told = {"title": f"告知书 {turn}", "office": "灯湖社区警务室", "number": "1", "recipient": "", "parts": parts, "issued": "",
            "copies": [], "copies_label": "", "draft": "", "seal": ""}  # fmt: skip
    typeset.typeset("letter", told, language="zh-hans", at=NOON)


def batch(station: Station, matters: list[Any], li: Any, wang: Any) -> dict[str, Any]:
    """A notice for each matter, as the background work issues them."""
    letter = drafting.letter_of("notice", station.pack)
    values = {"what": SENTENCE, "until": "3月9日"}
    made = batching.start(
        letter, matters, values, by=li, at=NOON, language="zh-hans", base="https://office.example/"
    )
    made = batching.agree(made, by=wang, at=NOON)
    before, worked = time.perf_counter(), time.process_time()
    made = batching.issue_all(made)
    far = batching.progress(made)
    return {
        "seconds": round(time.perf_counter() - before, 1), "cpu_seconds_without_press": round(time.process_time() - worked, 1),
        "issued": far.done, "failed": far.failed,
    }  # fmt: skip


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    print(text)
    results = Path(__file__).parent / "results"
    if "--keep" in sys.argv:
        results.mkdir(exist_ok=True)
        (results / "papers.json").write_text(text + "\n")
