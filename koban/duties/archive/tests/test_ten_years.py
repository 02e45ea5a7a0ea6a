"""Ten years and more of nights with the pack's terms: exactly what it says is disposed of, held, opened and handed over."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from koban.duties.archive import keeping, queries, retention, rolls, shelf, tasks, transferring
from koban.duties.archive.models import Dossier, Roll
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.verify import verify as verify_ledger
from koban.lib.bag import verify
from koban.matters import actions as matters
from koban.matters.models import Matter

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 3, 2), date(2037, 2, 1)


def noon(day):
    return datetime.combine(day, time(12), ZONE).astimezone(UTC)


def made(kind, closed_on, office):
    """A matter of a kind, closed on a day; the archive knows nothing of its duty but the name."""
    at = noon(closed_on)
    matter = matters.open_matter(kind, by=SYSTEM, at=at, station=office, type="x")
    closed = {"state": CLOSED[kind], "is_open": False, "closed_at": at}
    return matters.change(matter, f"{kind}.close", by=SYSTEM, at=at, changes=closed)


CLOSED = {
    "incidents": "closed",
    "datarights": "granted",
    "mediation": "closed",
    "oversight": "answered",
    "visits": "closed",
}
FILES = {
    "ten years from the year's end": ("incidents", date(2026, 3, 2)),
    "ten years from closing": ("datarights", date(2026, 5, 4)),
    "ten years, held": ("datarights", date(2026, 5, 5)),
    "ten years, kept longer": ("datarights", date(2026, 5, 6)),
    "ten years, too young": ("incidents", date(2027, 1, 4)),
    "thirty years, handed over": ("mediation", date(2026, 6, 1)),
    "thirty years, held for the court": ("mediation", date(2026, 6, 2)),
    "for good, handed over": ("oversight", date(2026, 7, 1)),
}


@pytest.fixture
def files(office):
    found = {}
    for name, (kind, closed_on) in FILES.items():
        matter = made(kind, closed_on, office)
        found[name] = matter.pk
    return found


def night(day, office, team, told):
    """What happens by itself, and what the two archivists do each morning with what is due."""
    at = noon(day)
    told["opened"] += [day] * tasks.open_due(office, at)
    for kind, show in ((Roll.Kind.DISPOSAL, "dispose"), (Roll.Kind.TRANSFER, "hand_over")):
        due = list(queries.on_no_list(queries.dossiers(show, day)))
        if due:
            carried(kind, due, at, office, team)
            told[show] += [(day, one.matter_id) for one in due]


def carried(kind, due, at, office, team):
    roll = rolls.begin(kind, due, by=team.he, at=at, station=office, body="县档案馆")
    rolls.propose(roll, by=team.he, at=at, station=office)
    roll = rolls.approve(roll, by=team.wang, at=at, station=office)
    if kind == Roll.Kind.TRANSFER:
        roll.matter.refresh_from_db()
        count = len(list(transferring.write_all(roll, at=at, station=office)))
        transferring.say_ready(roll, count, by=SYSTEM, at=at)
        rolls.receipt(
            Roll.objects.select_related("matter").get(pk=roll.pk), "收-1", by=team.wang, at=at, station=office
        )


def days():
    """Every day from the first to the last."""
    day = FIRST
    while day <= LAST:
        yield day
        day += timedelta(days=1)


def test_ten_years_of_nights_do_exactly_what_the_pack_says(
    files, office, team, django_capture_on_commit_callbacks
):
    tasks.file_some(office, noon(date(2027, 1, 4)))
    dossiers = {name: Dossier.objects.select_related("matter").get(matter=pk) for name, pk in files.items()}
    names = {pk: name for name, pk in files.items()}
    told: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    hold(dossiers["ten years, held"], date(2036, 5, 1), date(2036, 11, 30), office, team)
    hold(dossiers["thirty years, held for the court"], date(2036, 6, 1), date(2037, 1, 31), office, team)
    keeping.keep_longer(
        dossiers["ten years, kept longer"],
        "社区史料",
        date(2045, 1, 1),
        by=team.he,
        at=noon(date(2036, 5, 1)),
        station=office,
    )
    with django_capture_on_commit_callbacks(execute=True):
        for day in days():
            if day.year >= 2031:
                night(day, office, team, told)
    assert [(day, names[pk]) for day, pk in told["dispose"]] == [
        (date(2036, 5, 5), "ten years from closing"),
        (date(2036, 12, 1), "ten years, held"),
        (date(2037, 1, 1), "ten years from the year's end"),
    ]
    assert [(day, names[pk]) for day, pk in told["hand_over"]] == [
        (date(2036, 6, 2), "thirty years, handed over"),
        (date(2036, 7, 2), "for good, handed over"),
        (date(2037, 2, 1), "thirty years, held for the court"),
    ]
    assert told["opened"] == []  # twenty-five years are not over
    left = Dossier.objects.exclude(kind="archive").filter(state="kept").values_list("matter", flat=True)
    assert {names[pk] for pk in left} == {"ten years, kept longer", "ten years, too young"}
    assert all(verify(shelf.place_of(one)).is_valid for one in Dossier.objects.packaged())
    assert verify_ledger(office).ok


def hold(dossier, first, last, office, team):
    keeping.hold(dossier, "法院", last, asked_by="法院", by=team.li, at=noon(first), station=office)


@pytest.mark.parametrize("kind, closed_on, retained, ends, handed, opens", [
    ("incidents", date(2026, 3, 2), "short", date(2036, 12, 31), None, date(2051, 3, 2)),
    ("datarights", date(2028, 2, 29), "short", date(2038, 2, 28), None, date(2053, 2, 28)),
    ("mediation", date(2026, 6, 1), "long", date(2056, 12, 31), date(2036, 6, 1), date(2051, 6, 1)),
    ("oversight", date(2026, 7, 1), "permanent", None, date(2036, 7, 1), date(2051, 7, 1)),
    ("inspections", date(2026, 7, 1), "long", date(2056, 12, 31), date(2036, 7, 1), date(2031, 7, 1)),
    ("unheard_of", date(2026, 7, 1), "short", date(2036, 7, 1), None, date(2051, 7, 1)),
])  # fmt: skip
def test_the_pack_of_china_gives_each_kind_its_days(office, kind, closed_on, retained, ends, handed, opens):
    term = retention.term(kind, closed_on, office)
    assert (term.retention, term.ends_on, term.hand_over_on, term.opens_on) == (retained, ends, handed, opens)


def test_a_pack_without_such_law_hands_nothing_over_and_opens_nothing(office):
    office.pack = "uk"
    term = retention.term("mediation", date(2026, 6, 1), office)
    assert (term.retention, term.hand_over_on, term.opens_on) == ("long", None, None)
    assert Matter.objects.count() == 0
