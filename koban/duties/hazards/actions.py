"""Finding a hazard, and putting it right: repaired by one, verified by another, opened again by whoever sees it is not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import grave, photos, queries, rules
from koban.duties.hazards.kinds import kind, kinds
from koban.duties.hazards.models import Hazard, Photo
from koban.duties.hazards.photos import said_no
from koban.duties.hazards.queries import KIND, day_of
from koban.kernel.access.roles import require
from koban.kernel.files.intake import Taken
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Link, Matter, Party
from koban.matters.places import Place
from koban.registers.premises import unit_actions as premises
from koban.registers.premises.models import Asset, Unit

NO_PLACE = _("Say where it is: an address, an asset, or a point on the map.")
RUNNING = ("order", "correct", "check", "again", "transfer")


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found. kind: a key of kinds.toml. severity, clause, owner: "" for what the kind or the asset says.

    responsible, phone, email: who answers for it, sealed. found_by: a value of Hazard.Found.
    """

    kind: str
    words: str
    found_by: str = Hazard.Found.DESK
    severity: str = ""
    clause: str = ""
    owner: str = ""
    unit: Unit | None = None
    asset: Asset | None = None
    responsible: str = ""
    phone: str = ""
    email: str = ""
    language: str = "zh-hans"


@transaction.atomic
def open_hazard(
    found: Found, place: Place, *, by: Actor, at: datetime, station: Station, secret: str = "", source: Matter | None = None,
    photo: tuple[Taken, rules.Shot] | None = None,
) -> Hazard:  # fmt: skip
    """Open a hazard at a place. A grave one is reported at once; earlier ones of its kind at this place are linked.

    secret: of whoever told it from outside. source: the matter it was found in. photo: the first photograph.
    Raises Refused without a place.
    """
    require(by, "hazards.find")
    place = _placed(found, place)
    made = _hazard(found, place, by, at, station)
    rows = [lambda matter: _of(matter, made), *_responsible(found)]
    terms = {"order": rules.ORDER} | ({"transfer": rules.TRANSFER} if made.clause == rules.TRANSFER else {})
    matters.open_matter(
        KIND, by=by, at=at, station=station, type=found.kind if found.kind in kinds() else "other",
        summary=found.words.strip(), priority=rules.PRIORITY[made.severity], place=place, language=found.language,
        secret=secret, terms=terms, facts={"severity": made.severity, "found_by": made.found_by}, rows=rows,
    )  # fmt: skip
    _after_opening(made, by, at, station, source, photo)
    return made


def _placed(found: Found, place: Place) -> Place:
    asset = found.asset
    if place.address is None and place.lon is None and asset is not None:
        place = Place(place.words or str(asset.address or asset), asset.address, asset.lon, asset.lat)
    if place.address is None and place.lon is None and found.unit is not None:
        place = Place.at(found.unit.address, place.words)
    if place.address is None and place.lon is None:
        raise Refused(NO_PLACE)
    return place


def _hazard(found: Found, place: Place, by: Actor, at: datetime, station: Station) -> Hazard:
    sort = kind(found.kind)
    inside = place.address.kind if place.address else ""
    keeper = found.asset.owner if found.asset else ""
    return Hazard(
        unit=found.unit, asset=found.asset, severity=found.severity or sort.severity, found_by=found.found_by,
        duty=sort.duty, owner=found.owner or keeper or (str(found.unit) if found.unit else ""),
        clause=found.clause or sort.clause, found_on=day_of(at, station),
        is_public=rules.may_be_shown(inside, kind_is_public=sort.public),
    )  # fmt: skip


def _of(matter: Matter, hazard: Hazard) -> Hazard:
    hazard.matter = matter
    return hazard


def _responsible(found: Found) -> list[Any]:
    if not (found.responsible or found.phone or found.email):
        return []
    told = {"name": found.responsible, "phone": found.phone, "email": found.email}
    role, language = Party.Role.RESPONSIBLE, found.language
    return [lambda matter: looks.sealed_party(Party(matter=matter, role=role, language=language), **told)]


def _after_opening(
    hazard: Hazard, by: Actor, at: datetime, station: Station, source: Matter | None, photo: Any
) -> None:
    matter: Any = hazard.matter
    for earlier in queries.repeats(hazard, station, at):
        matters.link(matter, earlier, Link.Kind.RELATED, by=by, at=at)
    if photo:
        where, told = photos.told_by(*photo)
        row = photos.keep(hazard, photo[0], where, side=Photo.Side.BEFORE, source=told, by=by, at=at)
        matters.change(matter, "hazards.photo", by=by, at=at, rows=[row], facts={"side": row.side})
    if hazard.asset is not None and by.at_post:
        mark_asset(hazard, Asset.State.FAULTY, at=at)
    if hazard.severity == rules.GRAVE:
        grave.report(hazard, source, at=at, station=station)


def mark_asset(hazard: Hazard, state: str, *, at: datetime) -> None:
    """The register of places says what the hazard says of its asset."""
    asset = Asset.objects.filter(pk=hazard.asset_id, to_on=None).first()
    if asset is not None and asset.state != state:
        asset.state = state
        premises.change_asset(asset, by=SYSTEM, at=at)


def fresh(hazard: Hazard) -> tuple[Matter, Hazard]:
    """The locked matter, and the hazard as it is under that lock."""
    matter = matters.locked(hazard.matter)
    now: Hazard = Hazard.objects.select_related("asset", "unit").get(pk=hazard.pk)
    now.matter = matter
    return matter, now


# --- Repaired, verified ----------------------------------------------------------------------------------------------


@transaction.atomic
def repair(
    hazard: Hazard, *, by: Actor, at: datetime, station: Station, photo: tuple[Taken, rules.Shot] | None = None,
    source: str = "",
) -> Matter:  # fmt: skip
    """Say that it is repaired; with the second photograph, if there is one now. Somebody else then looks within the term."""
    require(by, "hazards.repair")
    matter, hazard = fresh(hazard)
    if photo:
        photos.add(hazard, *photo, side=Photo.Side.AFTER, by=by, at=at, station=station, source=source)
    hazard.repaired_at, hazard.repaired_by, hazard.repaired_label = at, by.account_id, by.label
    hazard.verified_at, hazard.verified_by, hazard.verified_label = None, None, ""
    _save(hazard, "repaired", "verified")
    matter = matters.move(
        matter, "repair", by=by, at=at, rows=[hazard], met=("correct",), waived=("order", "transfer")
    )
    matters.set_deadline(matter, "check", rules.LOOK_AGAIN, by=by, at=at, station=station)
    return matter


def _save(hazard: Hazard, *parts: str) -> None:
    hazard.save(update_fields=[f"{part}_{name}" for part in parts for name in ("at", "by", "label")])


def proof(hazard: Hazard, by: Actor, restored: bool) -> rules.Proof:
    found = queries.photos_of(hazard)
    before, after = (queries.shot(found.get(side)) for side in (Photo.Side.BEFORE, Photo.Side.AFTER))
    sort = kind(hazard.matter.type)
    repairer, verifier = (str(one) if one else "" for one in (hazard.repaired_by, by.account_id))
    return rules.Proof(before, after, repairer, verifier, sort.restored, restored)


@transaction.atomic
def verify(hazard: Hazard, *, by: Actor, at: datetime, station: Station, restored: bool = False) -> Matter:
    """Somebody else than the repairer looked, and both photographs show one spot: closed, or watched where a place was cleared.

    Raises Refused with the first thing that is missing.
    """
    require(by, "hazards.verify")
    matter, hazard = fresh(hazard)
    if matter.state != "repaired":
        raise Refused(_("Nobody has said that it is repaired, or it was verified already."))
    sort = kind(matter.type)
    said_no(rules.unfit_to_close(proof(hazard, by, restored), queries.limits(station, day_of(at, station))))
    hazard.verified_at, hazard.verified_by, hazard.verified_label = at, by.account_id, by.label
    _save(hazard, "verified")
    if not sort.restored:
        return _close(hazard, "verify", by=by, at=at, rows=[hazard])
    matter = matters.move(matter, "restore", by=by, at=at, rows=[hazard], met=("check",))
    matters.set_deadline(matter, "again", rules.STILL_FREE, by=by, at=at, station=station)
    return matter


def _close(hazard: Hazard, step: str, *, by: Actor, at: datetime, rows: Any = (), reason: str = "") -> Matter:
    met = {"verify": ("check",), "still_free": ("again",)}.get(step, ())
    waived = tuple(key for key in RUNNING if key not in met)
    closed = matters.move(hazard.matter, step, by=by, at=at, rows=rows, met=met, waived=waived, reason=reason)
    if hazard.asset_id and not queries.open_defects(hazard.asset_id):
        mark_asset(hazard, Asset.State.WORKING, at=at)
    return closed


@transaction.atomic
def still_free(hazard: Hazard, *, by: Actor, at: datetime) -> Matter:
    """Looked at once more: the place is still free. Now it is closed."""
    require(by, "hazards.verify")
    _matter, hazard = fresh(hazard)
    return _close(hazard, "still_free", by=by, at=at)


@transaction.atomic
def reject(hazard: Hazard, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Looked at: it is not in order. Who must put it right goes on, in a new round with a new second photograph."""
    require(by, "hazards.verify")
    return _again(hazard, "reject", reason, by=by, at=at, station=station)


@transaction.atomic
def reopen(hazard: Hazard, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    require(by, "hazards.verify")
    return _again(hazard, "reopen", reason, by=by, at=at, station=station)


@transaction.atomic
def contradict(hazard: Hazard, words: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Closed, but not fixed: whoever sees that says so, and it is open again at once, one step more urgent."""
    require(by, "hazards.contradict")
    matter, hazard = fresh(hazard)
    closed_on = day_of(hazard.verified_at or matter.state_since, station) if _may_end(matter) else None
    last = None
    if matter.closed_at is not None:
        last = (matter.closed_at + queries.shown_for(station, at)).date()
    said_no(rules.unfit_to_contradict(closed_on, last, day_of(at, station)))
    told = words.strip() or str(_("Somebody who saw it says that it is not fixed."))
    return _again(hazard, "contradict", told, by=by, at=at, station=station)


def _may_end(matter: Matter) -> bool:
    return matter.state in ("closed", "watched")


def _again(hazard: Hazard, step: str, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    matter, hazard = fresh(hazard)
    hazard.round += 1
    hazard.save(update_fields=["round"])
    urgent = {"priority": max(1, matter.priority - 1)} if step == "contradict" else {}
    facts = {"round": hazard.round}
    matter = matters.move(
        matter, step, by=by, at=at, reason=reason, rows=[hazard], changes=urgent, facts=facts,
        waived=("check", "again", "correct"),
    )  # fmt: skip
    matters.set_deadline(matter, "order", rules.ORDER, by=by, at=at, station=station)
    if hazard.asset_id:
        mark_asset(hazard, Asset.State.FAULTY, at=at)
    return matter


@transaction.atomic
def dismiss(hazard: Hazard, reason: str, *, by: Actor, at: datetime) -> Matter:
    """There is no hazard, or none of ours; the reason stays."""
    require(by, "hazards.order")
    _matter, hazard = fresh(hazard)
    return _close(hazard, "dismiss", by=by, at=at, reason=reason)


def fresh_of(hazard: Hazard) -> Hazard:
    """The hazard as it stands now, without a lock."""
    found: Hazard = Hazard.objects.select_related("matter").get(pk=hazard.pk)
    return found
