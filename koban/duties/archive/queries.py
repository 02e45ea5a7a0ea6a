"""What the pages read of files, lists and holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from koban.duties.archive.models import Appraisal, Box, Dossier, Hold, Line, Loan, Reading, Roll, Volume
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.models import Holding, Matter

KIND = "archive"


def dossiers(show: str, today: date) -> QuerySet[Dossier]:
    """Files for the list, the newest first. show: all, trouble, held, dispose, hand_over, gone."""
    rows: Any = Dossier.objects.select_related("matter")
    match show:
        case "trouble":
            rows = rows.exclude(trouble="")
        case "held":
            rows = rows.filter(pk__in=Hold.objects.running(today).values("dossier"))
        case "dispose":
            rows = rows.over(today).free(today)
        case "hand_over":
            rows = rows.to_hand_over(today).free(today)
        case "gone":
            rows = rows.exclude(state=Dossier.State.KEPT)
    found: QuerySet[Dossier] = rows.order_by("-closed_on", "-matter_id")
    return found


def numbered(rows: QuerySet[Dossier], typed: str) -> QuerySet[Dossier]:
    """Those whose number begins as typed: `2026-12`, `2026-000123` or `123`."""
    year, _dash, number = typed.strip().partition("-")
    if number.isdigit() and year.isdigit():
        return rows.filter(matter__year=int(year), matter__number=int(number))
    return (
        rows.filter(Q(matter__number=int(year)) | Q(matter__year=int(year)))
        if year.isdigit()
        else rows.none()
    )


def on_no_list(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Without those on an open list."""
    return rows.exclude(pk__in=Line.objects.filter(roll__matter__is_open=True).values("dossier"))


def due_counts(today: date) -> dict[str, int]:
    rows = Dossier.objects.all()
    return {
        "trouble": rows.exclude(trouble="").count(),
        "held": Hold.objects.running(today).values("dossier").distinct().count(),
        "dispose": rows.over(today).free(today).count(),
        "hand_over": rows.to_hand_over(today).free(today).count(),
    }


def dossier(year: int, number: int) -> Dossier:
    """Raises Dossier.DoesNotExist."""
    found: Dossier = Dossier.objects.select_related("matter__station").get(
        matter__year=year, matter__number=number
    )
    return found


@dataclass(frozen=True)
class File:
    """One file with what was decided about it."""

    dossier: Dossier
    holds: list[Hold]
    appraisals: list[Appraisal]
    readings: list[Reading]
    volumes: list[Volume]
    loans: dict[Any, Loan]
    line: Line | None

    @property
    def paper(self) -> list[tuple[Volume, Loan | None]]:
        return [(one, self.loans.get(one.pk)) for one in self.volumes]


def file(one: Dossier) -> File:
    volumes = list(
        Volume.objects.filter(matter=one.matter).select_related("box", "matter").order_by("number")
    )
    loans = {loan.volume_id: loan for loan in Loan.objects.out().filter(volume__in=volumes)}
    line = Line.objects.filter(dossier=one, roll__matter__is_open=True).select_related("roll__matter").first()
    return File(
        one, list(one.holds.order_by("-from_on", "-id")), list(one.appraisals.order_by("-at")),
        list(one.readings.order_by("-at")[:20]), volumes, loans, line,
    )  # fmt: skip


def rolls() -> QuerySet[Roll]:
    rows: QuerySet[Roll] = Roll.objects.select_related("matter")
    return rows.order_by("-matter__is_open", "-matter__opened_at", "-id")


def roll(year: int, number: int) -> Roll:
    """Raises Roll.DoesNotExist."""
    found: Roll = Roll.objects.select_related("matter__station").get(
        matter__kind=KIND, matter__year=year, matter__number=number
    )
    return found


def grounds(by: Actor) -> list[Matter]:
    """Open matters in the reader's hands: for one of them a closed file may be read."""
    if by.at_post is None:
        return []
    held = Holding.objects.filter(post_id=by.at_post, to_at=None).values("matter")
    return list(Matter.objects.filter(pk__in=held, is_open=True).order_by("-opened_at")[:50])


def catalogue(kind: str = "") -> QuerySet[Dossier]:
    """Entries that are open to the public."""
    rows: Any = Dossier.objects.kept().exclude(opened_on=None).select_related("matter")
    found: QuerySet[Dossier] = (rows.filter(kind=kind) if kind else rows).order_by("-closed_on", "-id")
    return found


def boxes() -> QuerySet[Box]:
    rows: Any = Box.objects.annotate(held=Count("volumes"))
    found: QuerySet[Box] = rows.order_by("shelf", "code")
    return found


def in_box(box: Box) -> list[Volume]:
    """Volumes of a box with their matters; `loan` is the one that is out, or None."""
    rows = list(
        Volume.objects.filter(box=box).select_related("matter", "box").order_by("matter_id", "number")
    )
    out = {loan.volume_id: loan for loan in Loan.objects.out().filter(volume__in=rows)}
    for row in rows:
        row.loan = out.get(row.pk)
    return rows


def loans() -> list[Loan]:
    """Volumes that are out, the longest due first."""
    return list(Loan.objects.out().select_related("volume__matter", "volume__box").order_by("due_on")[:100])


def volume(typed: str, station: Station) -> Volume:
    """By its code as scanned, or as printed: `2026-000123/1`. Raises Refused."""
    typed = typed.strip()
    rows = Volume.objects.select_related("matter", "box")
    if typed.startswith("koban:"):
        found = (
            rows.filter(token=typed.rpartition(":")[2][1:]).first()
            if typed.startswith(f"koban:{station.code}:V")
            else None
        )
    else:
        found = _printed(rows, typed)
    if found is None:
        raise Refused(_("No volume is called so: write 2026-000123/1, or scan its code."))
    made: Volume = found
    return made


def _printed(rows: Any, typed: str) -> Volume | None:
    number, _slash, part = typed.partition("/")
    year, _dash, serial = number.partition("-")
    if not (year.isdigit() and serial.isdigit() and (part or "1").isdigit()):
        return None
    found: Volume | None = rows.filter(
        matter__year=int(year), matter__number=int(serial), number=int(part or 1)
    ).first()
    return found
