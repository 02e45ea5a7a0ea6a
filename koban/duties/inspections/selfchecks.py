"""Units look at themselves; the office draws some of them and looks for itself."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.inspections import checklists, filing, planning, queries, regimes, rules
from koban.duties.inspections.models import Draw, Inspection, SelfCheck, Venue
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Refused
from koban.matters import receipts

ONCE = _("This place has told of its self-inspection in this round already.")
DRAWN = _("This round was drawn already.")
NOT_ASKED = _("This kind of place takes no part in self-inspections.")


def round_of(day: date) -> str:
    """`2026-1` for the first quarter."""
    return f"{day.year}-{(day.month + 2) // 3}"


@transaction.atomic
def give_link(venue: Venue, *, by: Actor, at: datetime, station: Station) -> str:
    """The code with which a unit opens its own page; an earlier one opens nothing any more. Shown this once."""
    require(by, "inspections.file")
    row = filing.locked(venue)
    regime = regimes.regime(row.kind, station.pack, queries.day_of(at, station))
    if regime is None or not regime.checks_itself:
        raise Refused(NOT_ASKED)
    secret = receipts.new_secret()
    row.link = receipts.fingerprint(secret)
    row.save(update_fields=["link"])
    book.write("inspections.give_link", by=by, at=at, subject=row, rows=[row])
    return secret


def by_code(code: str) -> Venue:
    """The venue of a code. Raises Absent for every other."""
    rows = Venue.objects.open().select_related("unit__address").exclude(link=b"")
    found: Venue | None = rows.filter(link=receipts.fingerprint(code or "-")).first()
    if found is None:
        raise Absent
    return found


@transaction.atomic
def tell(
    venue: Venue, answers: Mapping[str, rules.Answer], *, by: Actor, at: datetime, station: Station
) -> SelfCheck:
    """A unit tells how it stands, once a round. What it tells itself is no finding."""
    require(by, "inspections.check_self")
    row, today = filing.locked(venue), queries.day_of(at, station)
    sheet = checklists.of_kind(row.kind, station, today)
    planning.said_no(rules.incomplete(sheet.points, answers))
    if SelfCheck.objects.filter(venue=row, round=round_of(today)).exists():
        raise Refused(ONCE)
    kept = {
        key: {"said": one.said, "value": one.value, "words": one.words.strip()[:400]}
        for key, one in answers.items()
    }
    made: SelfCheck = SelfCheck.objects.create(
        venue=row, round=round_of(today), told_at=at, answers=kept, label=by.label,
        failing=list(rules.failing(sheet.points, answers)),
    )  # fmt: skip
    facts = {"round": made.round}
    book.write("inspections.self_check", by=by, at=at, subject=made, facts=facts, rows=[made])
    return made


@transaction.atomic
def commit(round: str, *, by: Actor, at: datetime, station: Station) -> Draw:
    """Choose the seed of a round and publish its hash, before anybody knows who takes part. Again changes nothing."""
    require(by, "inspections.draw")
    there: Draw | None = Draw.objects.filter(round=round).first()
    if there is not None:
        return there
    seed = secrets.token_hex(16)
    percent = queries.value(rules.SAMPLE, station, queries.day_of(at, station))
    made = Draw(round=round, commitment=rules.commitment(seed), percent=percent, begun_at=at)
    made.sealed_seed = vault.seal(made, "sealed_seed", seed)
    made.save(force_insert=True)
    facts = {"round": round, "commitment": made.commitment, "percent": percent}
    book.write("inspections.commit", by=by, at=at, subject=made, facts=facts, rows=[made])
    return made


@transaction.atomic
def draw(made: Draw, *, by: Actor, at: datetime, station: Station) -> Draw:
    """Tell the seed, draw by it, and ask for an inspection of each that was drawn."""
    require(by, "inspections.draw")
    row: Draw = Draw.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if row.drawn_at is not None:
        raise Refused(DRAWN)
    checks = {
        str(one.pk): one
        for one in SelfCheck.objects.filter(round=row.round).select_related("venue__unit__address")
    }
    row.seed, row.drawn_at, row.keys = row.hidden_seed(), at, sorted(checks)
    row.chosen = list(rules.sample(row.seed, row.keys, row.percent))
    row.save(update_fields=["seed", "drawn_at", "keys", "chosen"])
    looked = [_ask(checks[key], by=by, at=at, station=station) for key in row.chosen]
    facts = {"round": row.round, "seed": row.seed, "of": len(row.keys), "drawn": len(row.chosen)}
    book.write("inspections.draw", by=by, at=at, subject=row, facts=facts, rows=[row, *looked])
    return row


def _ask(check: SelfCheck, *, by: Actor, at: datetime, station: Station) -> SelfCheck:
    wish = planning.Wish.of(check.venue, Inspection.Why.SAMPLE)
    waiting = planning.waiting_at(check.venue)
    check.drawn = waiting.matter if waiting else planning.ask(wish, by=by, at=at, station=station)
    check.save(update_fields=["drawn"])
    return check
