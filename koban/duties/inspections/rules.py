"""What is due, what fails, who may go: values in, verdicts out. Places, days and kinds only; nothing here knows a person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from koban.lib.sentence import Sentence, gettext_noop

# House clauses that this duty asks for by name.
AGAIN_SOON, SELF_EVERY, SAMPLE, VERIFY = "OFFICE-INSP-2", "OFFICE-INSP-3", "OFFICE-INSP-4", "OFFICE-INSP-5"
AHEAD, AFTER_TERM, TRAINING = "OFFICE-INSP-7", "OFFICE-INSP-8", "OFFICE-INSP-10"
HOME, SHOW_CARD = "CN-CASE-5", "CN-FIRE-1"
EVENT_FROM, EVENT_CITY, EVENT_APPLY, EVENT_DECIDE = "CN-EVT-1", "CN-EVT-1A", "CN-EVT-2", "CN-EVT-3"

# --- What is due -------------------------------------------------------------------------------------------------

INTERVAL, RISK, COMPLAINT, CAMPAIGN, AGAIN, FAILED = (
    "interval",
    "risk",
    "complaint",
    "campaign",
    "again",
    "failed",
)
LEAD = (COMPLAINT, AGAIN, FAILED, CAMPAIGN, RISK, INTERVAL)  # of two reasons for one day the first is said


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the plan sees it. Each day is the last one by which somebody should have been there.

    weight: of its kind, 1 to 3. hazards: that are open there. last_on: of the last inspection, None for never.
    """

    key: str
    kind: str
    interval_on: date
    weight: int = 1
    last_on: date | None = None
    hazards: int = 0
    complaint_on: date | None = None
    campaign_on: date | None = None
    again_on: date | None = None
    failed_on: date | None = None
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """rank: the higher, the sooner; from the place alone."""

    place: Place
    on: date
    why: str
    rank: int


def due(places: Iterable[Place], today: date, ahead: int) -> list[Due]:
    """What should be inspected by `today` and `ahead` days after it, most pressing first. What is planned is left out."""
    found = [reason(place, today) for place in places if not place.is_planned]
    until = today + timedelta(days=ahead)
    return sorted(
        (one for one in found if one.on <= until), key=lambda one: (-one.rank, one.on, one.place.key)
    )


def reason(place: Place, today: date) -> Due:
    """The earliest day and why. Open hazards bring the interval forward to today once half of it is gone."""
    days = {
        COMPLAINT: place.complaint_on, AGAIN: place.again_on, FAILED: place.failed_on, CAMPAIGN: place.campaign_on,
        INTERVAL: place.interval_on, RISK: today if _is_risky(place, today) else None,
    }  # fmt: skip
    on, _order, why = min((day, LEAD.index(key), key) for key, day in days.items() if day is not None)
    return Due(place, on, why, _rank(place, on, why, today))


def _is_risky(place: Place, today: date) -> bool:
    if not place.hazards or place.last_on is None:
        return False
    return (today - place.last_on) * 2 >= place.interval_on - place.last_on


def _rank(place: Place, on: date, why: str, today: date) -> int:
    """Days late, capped at a year; open hazards and the kind; a complaint and a re-inspection before all others."""
    late = max(-60, min((today - on).days, 365))
    return late + 60 * min(place.hazards, 5) + 20 * place.weight + (100 if why in (COMPLAINT, AGAIN) else 0)


# --- Who may go, and where ---------------------------------------------------------------------------------------

GROUNDS = ("consent", "warrant", "danger_now", "dangerous_substances")

_CREW = gettext_noop("This inspection needs %(needed)s people.")
_OFFICER = gettext_noop("An auxiliary does not inspect alone: an officer has to be there.")
_HOME = gettext_noop("This is a home. Say on what ground it was entered; without one, do not go in.")
_CARD = gettext_noop("Show the card before the inspection begins.")


@dataclass(frozen=True, slots=True)
class Crew:
    officers: int
    auxiliaries: int = 0

    @property
    def people(self) -> int:
        return self.officers + self.auxiliaries


def unfit_crew(crew: Crew, needed: int, clause: str, *, counts_officers: bool) -> Sentence | None:
    """Why these people may not inspect. counts_officers: whether the clause asks for that many officers."""
    if crew.officers < 1:
        return Sentence(_OFFICER, clause="CN-AUX-1")
    have = crew.officers if counts_officers else crew.people
    return Sentence(_CREW, {"needed": needed}, clause=clause) if have < needed else None


def unfit_to_enter(ground: str, *, is_home: bool) -> Sentence | None:
    """Why a home may not be entered; other places are open to an inspection."""
    return Sentence(_HOME, clause=HOME) if is_home and ground not in GROUNDS else None


def unshown_card(shown: bool) -> Sentence | None:
    return None if shown else Sentence(_CARD, clause=SHOW_CARD)


# --- What was found ----------------------------------------------------------------------------------------------

YES, NO, NONE = "yes", "no", "none"
_OPEN_ITEM = gettext_noop("Answer every point; choose “does not apply” where there is no such thing.")
_WORDS = gettext_noop("Write down what is wrong at: %(item)s")
_NUMBER = gettext_noop("A number is missing at: %(item)s")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a checklist. allows: whether a measured number is enough; None for a point of yes and no."""

    key: str
    label: object
    severity: str
    allows: Callable[[int], bool] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    said: str = ""
    value: int | None = None
    words: str = ""


def fails(point: Point, answer: Answer) -> bool:
    """Whether the point is not in order: somebody said no, or the number is not enough."""
    if point.allows is not None and answer.value is not None:
        return not point.allows(answer.value)
    return answer.said == NO


def incomplete(points: Sequence[Point], answers: Mapping[str, Answer]) -> Sentence | None:
    """Why a checklist is not complete, None where it is. A point that fails by a no says in words what is wrong."""
    for point in points:
        answer = answers.get(point.key, Answer())
        if point.allows is not None and answer.value is None and answer.said != NONE:
            return Sentence(_NUMBER, {"item": point.label})
        if point.allows is None and answer.said not in (YES, NO, NONE):
            return Sentence(_OPEN_ITEM)
        if answer.said == NO and not answer.words.strip():
            return Sentence(_WORDS, {"item": point.label})
    return None


def failing(points: Sequence[Point], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """The points that are not in order, as they stand in the list."""
    return tuple(point.key for point in points if fails(point, answers.get(point.key, Answer())))


# --- The file of a venue -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What the file of a venue says. paper: what it has: licence, filing or nothing."""

    holds: str
    paper: str = ""
    paper_to: date | None = None
    has_plan: bool = False
    guards: int | None = None
    guards_needed: int = 0
    camera_days: int | None = None
    camera_days_needed: int = 0
    trained_until: date | None = None


LACKS = ("paper", "expired", "guards", "cameras", "training", "floor_plan")
_ENOUGH = {"none": ("", "filing", "licence"), "filing": ("filing", "licence"), "licence": ("licence",)}


def lacks(file: Standing, today: date) -> tuple[str, ...]:
    """What is missing in the file, gravest first: keys of LACKS."""
    found = {
        "paper": file.paper not in _ENOUGH[file.holds],
        "expired": bool(file.paper) and file.paper_to is not None and file.paper_to < today,
        "guards": file.guards_needed > 0 and (file.guards or 0) < file.guards_needed,
        "cameras": file.camera_days_needed > 0 and (file.camera_days or 0) < file.camera_days_needed,
        "training": file.trained_until is None or file.trained_until < today,
        "floor_plan": not file.has_plan,
    }
    return tuple(key for key in LACKS if found[key])


def guards_needed(area_m2: int | None, base: int, step_m2: int) -> int:
    """`base` for the first `step_m2`, one more for each further begun step."""
    if not area_m2:
        return base
    return base + max(0, -(-(area_m2 - step_m2) // step_m2))


# --- Large events ------------------------------------------------------------------------------------------------

COUNTY, CITY, NO_PERMIT = "county", "city", "none"


def who_decides(expected: int, large: int, city: int) -> str:
    """Who gives the permit for an event with so many expected people."""
    if expected < large:
        return NO_PERMIT
    return CITY if expected >= city else COUNTY


def last_day_to_apply(on: date, days: int) -> date:
    """The day of the event is not counted."""
    return on - timedelta(days=days)


# --- Sampling of self-inspections --------------------------------------------------------------------------------


def commitment(seed: str) -> str:
    """What is published before a draw, so that nobody can choose the seed afterwards."""
    return sha256(seed.encode()).hexdigest()


def sample(seed: str, keys: Iterable[str], percent: int) -> tuple[str, ...]:
    """Which of `keys` are looked at: the smallest SHA-256 of `seed|key`, `percent` of them, rounded up.

    Everybody who knows the seed gets the same answer.
    """
    order = sorted(set(keys), key=lambda key: sha256(f"{seed}|{key}".encode()).hexdigest())
    return tuple(order[: -(-len(order) * percent // 100)])
