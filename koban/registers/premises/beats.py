"""Beats: every address lies in exactly one. Drawing one gives its addresses anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Beat
from koban.lib import geo
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence, gettext_noop
from koban.registers.premises.actions import BATCH, locked, write_pages
from koban.registers.premises.models import Address, Asset

OVERLAP = 1e-9  # square degrees, about ten square metres: less is how two borders were drawn, not a claim
OVER = gettext_noop("Beats %(one)s and %(two)s lie over each other.")
IN_NONE = gettext_noop("%(count)d addresses lie in no beat.")
IN_WRONG = gettext_noop("%(count)d addresses lie outside the beat that they are in.")
Ring = list[list[float]]


@dataclass(frozen=True)
class Beats:
    """The beats of the open scope, ready to be asked."""

    areas: Sequence[tuple[Beat, geo.Area]]

    @classmethod
    def read(cls) -> Beats:
        return cls([(beat, area_of(beat.polygon)) for beat in Beat.objects.order_by("code")])

    def of(self, point: geo.Point) -> Beat | None:
        """The beat that holds a point; of two that share a border, the first by its code. None outside of all."""
        return next((beat for beat, area in self.areas if area.holds(point)), None)


def area_of(polygon: Any) -> geo.Area:
    """Raises ValueError for what is no sound polygon."""
    return geo.Area({"type": "Polygon", "coordinates": polygon})


@transaction.atomic
def draw(beat: Beat, ring: Ring, *, by: Actor, at: datetime, seen: str = "") -> Beat:
    """A new beat, or a new border for one. Its addresses are given anew by `assign`.

    Raises Refused for a ring that is no polygon, and for one that lies over another beat.
    """
    require(by, "premises.beats")
    polygon = [ring if ring and ring[0] == ring[-1] else [*ring, *ring[:1]]]
    _refuse_unsound(polygon)
    _refuse_overlap(beat, polygon)
    if beat._state.adding:
        beat.polygon = polygon
        beat.save(force_insert=True)
    else:
        stored: Beat = locked(beat, seen)
        stored.polygon, stored.name, stored.name_en = polygon, beat.name, beat.name_en
        stored.save(update_fields=["polygon", "name", "name_en"])
        beat = stored
    book.write("premises.draw_beat", by=by, at=at, subject=beat, rows=[beat])
    return beat


def _refuse_unsound(polygon: list[Ring]) -> None:
    try:
        area_of(polygon)
    except ValueError:
        raise Refused(_("This border crosses itself or has too few corners.")) from None


def _refuse_overlap(beat: Beat, polygon: list[Ring]) -> None:
    mine = shapely.Polygon(polygon[0])
    for other in Beat.objects.exclude(pk=beat.pk):
        if mine.intersection(shapely.Polygon(other.polygon[0])).area > OVERLAP:
            raise Refused(
                _("This lies over the beat %(beat)s. Change that one first.") % {"beat": other.name}
            )


def assign(*, by: Actor, at: datetime) -> Iterator[tuple[int, int]]:
    """Give every address and asset the beat that it lies in, batch by batch, each with its pages. (done, total).

    Raises nothing for what lies outside of all beats: it stays without one, and `faults` says so.
    """
    require(by, "premises.beats")
    beats = Beats.read()
    total = Address.objects.current().count() + Asset.objects.current().count()
    done = 0
    for model in (Address, Asset):
        after = None
        while batch := _batch(model, after):
            with transaction.atomic():
                _give(model, batch, beats, by, at)
            done, after = done + len(batch), batch[-1].pk
            yield done, total


def _batch(model: Any, after: Any) -> list[Any]:
    rows = model.objects.current().order_by("pk")
    return list((rows.filter(pk__gt=after) if after else rows)[: 5 * BATCH])


def _give(model: Any, batch: Sequence[Any], beats: Beats, by: Actor, at: datetime) -> None:
    wrong = []
    for row in batch:
        beat = beats.of(geo.Point(row.lon, row.lat))
        if row.beat_id != (beat.pk if beat else None):
            row.beat = beat
            wrong.append(row)
    if wrong:
        model.objects.bulk_update(wrong, ["beat"], batch_size=BATCH)
        write_pages("premises.assign_beats", wrong, by=by, at=at)


def faults() -> Iterator[Sentence]:
    """What is wrong with the beats of the open scope, a sentence each. Nothing where no beat is drawn yet."""
    beats = Beats.read()
    if not beats.areas:
        return
    for (one, a), (two, b) in combinations(beats.areas, 2):
        if a.geometry.intersection(b.geometry).area > OVERLAP:
            yield Sentence(OVER, {"one": one.code, "two": two.code})
    outside = Address.objects.current().filter(beat=None).count()
    if outside:
        yield Sentence(IN_NONE, {"count": outside})
    wrong = sum(
        not area.holds(geo.Point(lon, lat))
        for beat, area in beats.areas
        for lon, lat in Address.objects.current().filter(beat=beat).values_list("lon", "lat").iterator()
    )
    if wrong:
        yield Sentence(IN_WRONG, {"count": wrong})
