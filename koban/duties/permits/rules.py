"""What the law says about registering a residence and about the permit: values in, verdicts out.

Numbers come from the clauses of the pack and are handed in; nothing here knows one by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from koban.kernel.law.terms import months_after
from koban.lib.sentence import Sentence, gettext_noop

REGISTER, SHORTEST_STAY, LEAVE, HOTELS = "CN-RES-1", "CN-RES-1A", "CN-RES-1B", "CN-RES-1C"
HALF_YEAR, HALF_YEAR_FROM, CARD = "CN-RES-3", "ZJ-RES-1", "CN-RES-4"
ISSUE, LONGEST_ISSUE, TOLD_ONCE = "CN-RES-5", "CN-RES-5A", "CN-RES-5B"
PAPERS, OF_ADDRESS, OF_JOB, OF_STUDY = "CN-RES-5C", "CN-RES-5D", "CN-RES-5E", "CN-RES-5F"
PROXY, PROXY_AGE, PROXY_PAPERS = "CN-RES-6", "CN-RES-6A", "CN-RES-6B"
YEARLY, WINDOW, LATE, FREE, NEW_CARD = "CN-RES-7", "CN-RES-7A", "CN-RES-7B", "CN-RES-8", "CN-RES-11"
CONFIRM, LOOK_THROUGH, BRING, CHANGES, GROUND_GONE = (
    "OFFICE-REG-1", "OFFICE-PERMIT-1", "OFFICE-PERMIT-2", "ZJ-RES-1A", "ZJ-RES-2",
)  # fmt: skip
KIN, KIN_HOUSES = "ZJ-RES-1F", "ZJ-RES-1G"
# Who tells of somebody's stay, and the local clause that gives them their own term. Where a pack has none, CN-RES-1.
TERM_OF_SOURCE = {
    "employer": "ZJ-RES-1B",
    "landlord": "ZJ-RENT-1",
    "manager": "ZJ-RENT-3",
    "agent": "ZJ-RENT-4",
}

# --- Registering ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """days: how long they mean to stay, None where they do not say. house: hotel, hospital, school, shelter, or "".

    with_kin: in the home of near relatives who are registered there.
    """

    days: int | None = None
    house: str = ""
    with_kin: bool = False


def needs_registration(
    stay: Stay, *, shortest: int, kin_days: int | None, houses: Collection[str]
) -> Sentence | None:
    """None where the stay is to be registered here; else why not.

    shortest: days (CN-RES-1A). kin_days: days with relatives that a local rule leaves free, None where there is none.
    houses: kinds of house that keep their own register.
    """
    if stay.house in houses:
        text = gettext_noop("The house where they stay registers them. Nothing is to be done here.")
        return Sentence(text, clause=HOTELS if stay.house == "hotel" else KIN_HOUSES)
    if stay.days is not None and stay.days < shortest:
        return Sentence(gettext_noop("So short a stay needs no registration."), clause=SHORTEST_STAY)
    if stay.with_kin and kin_days is not None and stay.days is not None and stay.days <= kin_days:
        return Sentence(
            gettext_noop("A stay this long with near relatives needs no registration."), clause=KIN
        )
    return None


def wrong_days(from_on: date, to_on: date | None, today: date, *, ahead: int = 366) -> Sentence | None:
    """Why two days cannot be the first and the last of a stay. ahead: days that a stay may begin from today."""
    if from_on > today + timedelta(days=ahead):
        return Sentence(gettext_noop("This first day lies too far ahead. Register when you come."))
    if to_on is not None and to_on < from_on:
        return Sentence(gettext_noop("The last day comes before the first."))
    return None


# --- The right to a permit ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """What an application says. ground: job, home, study. lives_since_on, registered_on: None where not known."""

    ground: str
    lives_since_on: date | None
    registered_on: date | None
    is_from_here: bool = False


def counts_from(claim: Claim, *, from_registration: bool) -> date | None:
    """The day from which the half year runs: of living there, or of registering where a local rule says so."""
    return claim.registered_on if from_registration else claim.lives_since_on


def entitled_on(claim: Claim, *, months: int, from_registration: bool) -> date | None:
    """First day on which the half year is full; None where nothing says when it began."""
    began = counts_from(claim, from_registration=from_registration)
    return months_after(began, months) if began else None


def not_entitled(
    claim: Claim, on: date, *, months: int, grounds: Collection[str], from_registration: bool
) -> Sentence | None:
    """None where the conditions are met on `on`; else why not, with the day on which they will be."""
    if claim.ground not in grounds:
        return Sentence(
            gettext_noop("Work, a home or study: one of the three has to be there."), clause=HALF_YEAR
        )
    if claim.is_from_here:
        text = gettext_noop("Whose household is registered here needs no residence permit.")
        return Sentence(text, clause=HALF_YEAR)
    full = entitled_on(claim, months=months, from_registration=from_registration)
    if full is None:
        clause = HALF_YEAR_FROM if from_registration else HALF_YEAR
        return Sentence(
            gettext_noop("Nothing says since when they have lived here. Register first."), clause=clause
        )
    if on < full:
        text = gettext_noop("The half year is full on %(day)s. Apply again from that day on.")
        return Sentence(text, {"day": full.isoformat()}, HALF_YEAR_FROM if from_registration else HALF_YEAR)
    return None


def unbroken_since(stays: Sequence[tuple[date, date, date | None]], *, gap_days: int) -> date | None:
    """Since when somebody has been registered here without a break, None where they are not now.

    stays: (day of registering, first day, last day or None), of registrations that were confirmed. A new address within
    `gap_days` of the last one goes on with it.
    """
    since: date | None = None
    left: date | None = None
    for told_on, from_on, to_on in sorted(stays, key=lambda stay: (stay[1], stay[0])):
        if since is None or (left is not None and from_on > left + timedelta(days=gap_days)):
            since, left = told_on, to_on
        else:
            left = None if left is None or to_on is None else max(left, to_on)
    return since if left is None else None


# --- Proxies -----------------------------------------------------------------------------------------------------


def unfit_proxy(
    kin: str, age: int, *, cannot_come: bool, own_age: int, allowed: Collection[str]
) -> Sentence | None:
    """Why somebody may not act for an applicant of `age`. kin: what they are to them.

    cannot_come: it is hard for the applicant to come; why is nobody's business and is kept nowhere.
    """
    if kin not in allowed:
        return Sentence(
            gettext_noop("Only a guardian or a near relative may act for somebody."), clause=PROXY
        )
    if age >= own_age and not cannot_come:
        text = gettext_noop("From %(age)s years on one applies oneself, unless it is hard to come.")
        return Sentence(text, {"age": own_age}, PROXY_AGE)
    return None


def age_on(birth_on: str, on: date) -> int | None:
    """Full years on `on` of somebody born on "1980-05-01" or in "1980" (then on its last day); None if not known."""
    if not birth_on:
        return None
    born = date.fromisoformat(birth_on if len(birth_on) > 4 else f"{birth_on}-12-31")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# --- Papers ------------------------------------------------------------------------------------------------------

PROXY_IDENTITY = "proxy_identity"
ANOTHER = {"home": "", "job": "job", "study": "study"}  # the paper beside the address that a ground asks for


def needed_papers(ground: str, always: Sequence[str], *, by_proxy: bool) -> tuple[str, ...]:
    """Keys of the papers that an application needs, in order. always: those of every application (CN-RES-5C)."""
    more = [ANOTHER.get(ground, "")] + ([PROXY_IDENTITY] if by_proxy else [])
    return (*always, *(key for key in more if key))


NEEDED, BROUGHT, FIT, UNFIT = "needed", "brought", "fit", "unfit"


def missing(papers: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the papers (key → state) that are not there or not right."""
    return tuple(key for key, state in papers.items() if state in (NEEDED, UNFIT))


def incomplete(papers: Mapping[str, str]) -> Sentence | None:
    """Why an application cannot be accepted yet."""
    if missing(papers):
        return Sentence(
            gettext_noop("Papers are still missing. Tell the applicant which, all at once."), clause=TOLD_ONCE
        )
    if BROUGHT in papers.values():
        return Sentence(gettext_noop("Somebody has to look at every paper before it is accepted."))
    return None


def unfit_to_tell(
    papers: Mapping[str, str], notices: int, *, most: int, new_wrong: Collection[str]
) -> Sentence | None:
    """Why missing papers may not be told now.

    notices: how many were sent. most: how many there may be (CN-RES-5B). new_wrong: papers that the applicant brought
    after the last notice and that are wrong; they alone allow another one, and nothing else may stand in it.
    """
    if not missing(papers):
        return Sentence(gettext_noop("No paper is missing. Accept the application."), clause=TOLD_ONCE)
    if BROUGHT in papers.values():
        text = gettext_noop("Look at every paper first: what is missing is told once, and completely.")
        return Sentence(text, clause=TOLD_ONCE)
    if notices >= most and not new_wrong:
        text = gettext_noop("The missing papers were told already. A second notice is not possible.")
        return Sentence(text, clause=TOLD_ONCE)
    return None


def unlawful_term(days: int, longest: int) -> Sentence | None:
    """Why the term of a local pack cannot be used: no local rule goes beyond the national limit."""
    if days <= longest:
        return None
    text = gettext_noop(
        "The local rule gives %(days)s days to issue a permit; the law allows at most %(longest)s."
    )
    return Sentence(text, {"days": days, "longest": longest}, LONGEST_ISSUE)


# --- The years of a permit ---------------------------------------------------------------------------------------

VALID, SUSPENDED, CANCELLED, REPLACED = "valid", "suspended", "cancelled", "replaced"


@dataclass(frozen=True, slots=True)
class Years:
    """from_on: the day from which the years count. done: full years that were endorsed since."""

    from_on: date
    done: int = 0

    def due_on(self, months: int) -> date:
        """Last day on which the running year is endorsed in time. months: of a year (CN-RES-7)."""
        return months_after(self.from_on, months * (self.done + 1))

    def opens_on(self, months: int, window: int) -> date:
        """First day of the window before it. window: months (CN-RES-7A)."""
        return months_after(self.due_on(months), -window)


def too_early(years: Years, on: date, *, months: int, window: int) -> Sentence | None:
    """Why the running year cannot be endorsed yet."""
    opens = years.opens_on(months, window)
    if on >= opens:
        return None
    text = gettext_noop("It can be endorsed from %(day)s on, in the month before the year is full.")
    return Sentence(text, {"day": opens.isoformat()}, WINDOW)


def ground_gone(still_holds: bool, *, is_asked: bool) -> Sentence | None:
    """Why there is no endorsement where a local rule asks for the ground anew. is_asked: whether the pack has it."""
    if still_holds or not is_asked:
        return None
    return Sentence(
        gettext_noop("No ground for the permit is left, so it is not endorsed."), clause=GROUND_GONE
    )


def is_late(years: Years, on: date, *, months: int) -> bool:
    """Whether the permit is suspended by itself on `on`: its year is over and nobody endorsed it."""
    return on > years.due_on(months)


def endorsed(years: Years, on: date, *, months: int) -> Years:
    """The years after an endorsement on `on`. A late one restores the permit, and the years begin anew that day."""
    if is_late(years, on, months=months):
        return Years(on)
    return Years(years.from_on, years.done + 1)


def reminders(years: Years, *, months: int, window: int, last: int) -> tuple[date, date]:
    """Days on which the holder is reminded: when the window opens, and `last` days before it closes."""
    return years.opens_on(months, window), years.due_on(months) - timedelta(days=last)
