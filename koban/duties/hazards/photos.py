"""Photographs of a spot: what the telephone, the picture or the map tell, and whether two show the same."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import queries, rules
from koban.duties.hazards.models import Hazard, Photo
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.files.intake import Taken
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters

CLOSED = _("This is closed. Open it again first.")


def said_no(why: Sentence | None) -> None:
    if why is not None:
        raise Refused(spoken(why), clause=why.clause)


def told_by(taken: Taken, shot: rules.Shot) -> tuple[rules.Shot, str]:
    """Where the photograph was taken: as its sender says, else as the picture itself says."""
    told: dict[str, Any] = taken.drawn.told if taken.drawn else {}
    if shot.lon is not None:
        heading = shot.heading if shot.heading is not None else told.get("heading")
        return rules.Shot(shot.lon, shot.lat, heading, shot.accuracy_m), Photo.Source.DEVICE
    if "lon" not in told:
        return shot, ""
    heading = shot.heading if shot.heading is not None else told.get("heading")
    return rules.Shot(told["lon"], told["lat"], heading), Photo.Source.EXIF


@transaction.atomic
def add(
    hazard: Hazard, taken: Taken, shot: rules.Shot, *, side: str, by: Actor, at: datetime, station: Station,
    source: str = "",
) -> Photo:  # fmt: skip
    """Keep a photograph of the hazard ("before") or of the repair ("after").

    Raises Refused with what to do: the second one names no spot, or another one than the first.
    """
    require(by, "hazards.repair" if side == Photo.Side.AFTER else "hazards.find")
    matter = matters.locked(hazard.matter)
    if not matter.is_open:
        raise Refused(CLOSED)
    hazard.refresh_from_db()
    where, told = told_by(taken, shot)
    _fits(hazard, where, side, queries.limits(station, queries.day_of(at, station)))
    row = keep(hazard, taken, where, side=side, source=source or told, by=by, at=at)
    matters.change(matter, "hazards.photo", by=by, at=at, rows=[row], facts={"side": side})
    return row


def _fits(hazard: Hazard, where: rules.Shot, side: str, limits: rules.Limits) -> None:
    if side == Photo.Side.BEFORE:
        return said_no(rules.unfit_shot(where, limits))
    before = queries.shot(queries.photos_of(hazard).get(Photo.Side.BEFORE))
    if before is None:
        raise Refused(_("There is no photo of the hazard itself. Add that one first."), clause=rules.NEAR)
    return said_no(rules.unfit_pair(before, where, limits))


def keep(
    hazard: Hazard, taken: Taken, where: rules.Shot, *, side: str, source: str, by: Actor, at: datetime
) -> Photo:
    """The rows of a photograph, in the caller's transaction; its page is the caller's."""
    file = intake.attach(taken, matter_id=hazard.matter_id, by=by, at=at)
    row = Photo(
        hazard=hazard, round=hazard.round, side=side, attachment_id=file.pk, lon=where.lon, lat=where.lat,
        heading=where.heading, accuracy_m=where.accuracy_m, source=source if where.lon is not None else "", at=at,
        account_id=by.account_id, label=by.label,
    )  # fmt: skip
    row.save(force_insert=True)
    return row
