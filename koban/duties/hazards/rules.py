"""When a hazard is put right: two photographs of one spot, and somebody else who looked. Values in, verdicts out."""

from dataclasses import dataclass
from datetime import date

from koban.lib import geo
from koban.lib.sentence import Sentence, gettext_noop

ORDER, LOOK_AGAIN, STILL_FREE = "OFFICE-HAZ-1", "OFFICE-HAZ-3", "OFFICE-HAZ-3A"
NEAR, PRECISE, TURNED = "OFFICE-HAZ-4", "OFFICE-HAZ-4A", "OFFICE-HAZ-4B"
REPEAT_NEAR, REPEAT_SINCE, REMIND, SHOWN = "OFFICE-HAZ-5", "OFFICE-HAZ-5A", "OFFICE-HAZ-6", "OFFICE-HAZ-7"
TRANSFER, REPORT, AUTHORITY, REMEDY = "CN-FIRE-3", "CN-FIRE-3A", "CN-FIRE-3B", "CN-REMEDY-1"
SMALL, SERIOUS, GRAVE = "small", "serious", "grave"
TERMS = {SMALL: "OFFICE-HAZ-2", SERIOUS: "OFFICE-HAZ-2A", GRAVE: "OFFICE-HAZ-2B"}
PRIORITY = {SMALL: 4, SERIOUS: 3, GRAVE: 1}
OUTSIDE = frozenset(
    {"", "door", "building", "unit"}
)  # kinds of address that tell of no home; "": a point in the street


@dataclass(frozen=True, slots=True)
class Shot:
    """Where a photograph was taken. lon, lat: degrees WGS 84, None where nothing tells them.

    heading: where the camera pointed, degrees from north. accuracy_m: how far the position may be wrong, 0 for unknown.
    """

    lon: float | None = None
    lat: float | None = None
    heading: float | None = None
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """near_m, turned_deg: how far two photographs of one spot may differ. precise_m: worse positions prove nothing."""

    near_m: int
    turned_deg: int
    precise_m: int


def turned(a: float, b: float) -> float:
    """The angle between two directions in degrees, 0 to 180."""
    between = abs(a - b) % 360
    return min(between, 360 - between)


def apart_m(a: Shot, b: Shot) -> float:
    """Metres between two photographs that both have a position."""
    return geo.metres(geo.point(a.lon, a.lat), geo.point(b.lon, b.lat))


NO_POSITION = gettext_noop(
    "The photo does not say where it was taken. Allow the camera page to know the position, "
    "or choose the point on the map."
)
NO_HEADING = gettext_noop(
    "The photo does not say which way the camera looked. Allow the camera page to know the direction, "
    "or write it in degrees."
)
NOT_PRECISE = gettext_noop(
    "The position may be wrong by %(metres)s metres. Wait outside until it is better than %(most)s metres, "
    "then take the photo again."
)
OTHER_SPOT = gettext_noop(
    "The second photo was taken %(metres)s metres from the first; at most %(most)s are allowed. "
    "Stand where the first was taken, lay it over the picture and take the photo again."
)
OTHER_WAY = gettext_noop(
    "The second photo looks %(degrees)s degrees away from the first; at most %(most)s are allowed. "
    "Turn until both pictures cover each other and take the photo again."
)
NO_FIRST = gettext_noop(
    "There is no photo of the hazard itself. Add one before anything is repaired, "
    "or dismiss the hazard with a reason."
)
NO_SECOND = gettext_noop("There is no photo after the repair. Take it from the same spot.")
SAME_PERSON = gettext_noop(
    "Who repaired it cannot verify it. Ask somebody else of the office to look and to verify."
)
NOT_FREE = gettext_noop("Say that the place is free again and as it was, or send it back.")
STILL_OPEN = gettext_noop("This is still open: somebody is working on it. Nothing has to be said again.")
LONG_AGO = gettext_noop("This was closed long ago. Report it anew, and it is linked to the old one.")


def unfit_shot(shot: Shot, limits: Limits) -> Sentence | None:
    """Why a photograph proves no spot (OFFICE-HAZ-4A), None if it does."""
    if shot.lon is None or shot.lat is None or (shot.lon == 0 and shot.lat == 0):
        return Sentence(NO_POSITION, clause=NEAR)
    if shot.heading is None:
        return Sentence(NO_HEADING, clause=TURNED)
    if shot.accuracy_m > limits.precise_m:
        told = {"metres": round(shot.accuracy_m), "most": limits.precise_m}
        return Sentence(NOT_PRECISE, told, PRECISE)
    return None


def unfit_pair(before: Shot, after: Shot, limits: Limits) -> Sentence | None:
    """Why two photographs do not show one spot (OFFICE-HAZ-4, -4B), None if they do."""
    for shot in (before, after):
        if why := unfit_shot(shot, limits):
            return why
    if (metres := apart_m(before, after)) > limits.near_m:
        return Sentence(OTHER_SPOT, {"metres": round(metres), "most": limits.near_m}, NEAR)
    if (degrees := turned(before.heading or 0, after.heading or 0)) > limits.turned_deg:
        return Sentence(OTHER_WAY, {"degrees": round(degrees), "most": limits.turned_deg}, TURNED)
    return None


@dataclass(frozen=True, slots=True)
class Proof:
    """What there is when somebody wants to close. before, after: None without a photograph.

    repairer, after_by, verifier: account of who repaired, who took the second photo, who verifies; "" for nobody of the office.
    restored: the verifier says that the place is free again; asked only where `needs_restored`.
    """

    before: Shot | None
    after: Shot | None
    repairer: str
    verifier: str
    needs_restored: bool = False
    restored: bool = False


def unfit_to_close(proof: Proof, limits: Limits) -> Sentence | None:
    """The first thing that is missing before a hazard closes, None if nothing is."""
    if proof.before is None:
        return Sentence(NO_FIRST, clause=NEAR)
    if proof.after is None:
        return Sentence(NO_SECOND, clause=NEAR)
    if why := unfit_pair(proof.before, proof.after, limits):
        return why
    if proof.repairer and proof.repairer == proof.verifier:
        return Sentence(SAME_PERSON)
    if proof.needs_restored and not proof.restored:
        return Sentence(NOT_FREE, clause=STILL_FREE)
    return None


def may_be_shown(address_kind: str, *, kind_is_public: bool) -> bool:
    """Whether neighbours see it: what one can see from the street or the stairs, never inside a home."""
    return kind_is_public and address_kind in OUTSIDE


def unfit_to_contradict(closed_on: date | None, last_on: date | None, today: date) -> Sentence | None:
    """Whether "closed, not fixed" can still be said. closed_on: None while it is open. last_on: last day for it."""
    if closed_on is None:
        return Sentence(STILL_OPEN)
    if last_on is not None and today > last_on:
        return Sentence(LONG_AGO, clause=SHOWN)
    return None


@dataclass(frozen=True, slots=True)
class Spot:
    """A hazard as repeats are sought: what, where, on which asset."""

    kind: str
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    asset: str = ""


def is_repeat(new: Spot, old: Spot, near_m: int) -> bool:
    """Whether two hazards of one kind are at one place: asset, address, or near enough (OFFICE-HAZ-5)."""
    if new.kind != old.kind:
        return False
    if new.asset or old.asset:
        return new.asset == old.asset
    if new.address and new.address == old.address:
        return True
    if None in (new.lon, new.lat, old.lon, old.lat):
        return False
    return geo.metres(geo.point(new.lon, new.lat), geo.point(old.lon, old.lat)) <= near_m
