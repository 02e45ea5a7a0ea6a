"""A hazard that another duty found, and a defect that somebody tells of an asset."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import rules
from koban.duties.hazards.actions import Found, open_hazard
from koban.duties.hazards.kinds import kinds
from koban.duties.hazards.models import Hazard
from koban.kernel.files.intake import Taken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import receipts
from koban.matters.models import Matter
from koban.matters.places import Place
from koban.registers.premises.models import Asset, Unit

FROM = {
    "inspections": Hazard.Found.INSPECTION, "incidents": Hazard.Found.INCIDENT, "visits": Hazard.Found.VISIT,
    "lettings": Hazard.Found.LETTING, "patrols": Hazard.Found.PATROL,
}  # fmt: skip
ABOUT = {
    "fire": "equipment",
    "gas": "gas",
    "facility": "asset",
    "public_space": "public_space",
    "check": "other",
}


def receive(
    source: Matter, *, summary: str, type: str, by: Actor, at: datetime, station: Station, severity: str = "",
    clause: str = "", unit: Unit | None = None, asset: Asset | None = None, owner: str = "",
    photo: tuple[Taken, rules.Shot] | None = None, **who: str,
) -> Matter:  # fmt: skip
    """Open a hazard that another duty found; `joins.refer(…, type=kind, told={"severity": …, "unit": …})`.

    who: responsible, phone, email of whoever answers for it there.
    """
    place = Place(source.place, source.address, source.lon, source.lat)
    about = type if type in kinds() else ABOUT.get(source.type, "other")
    found = Found(
        about, summary, FROM.get(source.kind, Hazard.Found.DESK), severity, clause, owner, unit, asset,
        language=source.language, **who,
    )  # fmt: skip
    hazard = open_hazard(found, place, by=by, at=at, station=station, source=source, photo=photo)
    matter: Matter = hazard.matter
    return matter


def report_defect(
    asset: Asset, words: str, *, by: Actor, at: datetime, station: Station, language: str = "zh-hans"
) -> tuple[Hazard, str]:
    """Somebody says that an asset is broken. Gives the hazard and, for somebody outside the office, the receipt's secret."""
    if not words.strip():
        raise Refused(_("Say what is broken."))
    outside = by.role in ("public", "resident")
    secret = receipts.new_secret() if outside else ""
    found_by = Hazard.Found.NEIGHBOUR if outside else Hazard.Found.DESK
    found = Found("asset", words, found_by, asset=asset, language=language)
    return open_hazard(found, Place(), by=by, at=at, station=station, secret=secret), secret
