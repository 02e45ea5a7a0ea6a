"""What hazards do by themselves: each morning they remind who must put something right, before the term ends."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from koban.duties.hazards import ordering, queries, rules
from koban.duties.hazards.models import Order
from koban.kernel import stations
from koban.kernel.access.who import working_at
from koban.kernel.ledger import SYSTEM
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.periodic import periodic
from koban.matters import actions as matters
from koban.matters.models import Party


@periodic(
    "20 8 * * *", key="hazards.remind", what=gettext_noop("Remind of hazards that are not yet put right")
)
@task()
def remind() -> None:
    """Office by office; run again, it does nothing twice."""
    for station in Station.objects.filter(kind=Station.Kind.OFFICE):
        with stations.outside(), working_at(station):
            remind_at(station, timezone.now())


def remind_at(station: Station, at: datetime) -> int:
    """Orders whose term ends soon and that nobody was reminded of. How many were."""
    days = queries.value(rules.REMIND, station, queries.day_of(at, station))
    soon = Order.objects.filter(
        due_at__lte=at + timedelta(days=days), reminded_at=None, hazard__matter__state="ordered"
    )
    rows = list(soon.select_related("hazard__matter__station").order_by("due_at", "id"))
    for row in rows:
        _remind(row, station, at)
    return len(rows)


@transaction.atomic
def _remind(row: Order, station: Station, at: datetime) -> None:
    matter, row = ordering.of(row)
    if row.reminded_at is not None:
        return
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    matters.change(matter, "hazards.remind", by=SYSTEM, at=at, rows=[row])
    party = Party.objects.filter(matter=matter, role=Party.Role.RESPONSIBLE).order_by("-id").first()
    channel, to = _way(party)
    context: dict[str, Any] = {
        "number": matter.printed, "due": queries.day_of(row.due_at, station).isoformat(), "office": station.name,
        "office_en": station.name_en or station.name, "phone": station.phone,
    }  # fmt: skip
    outbox.send(
        "hazards.due", channel=channel, language=matter.language, to=to, context=context, matter_id=matter.pk,
        by=SYSTEM, at=at,
    )  # fmt: skip


def _way(party: Party | None) -> tuple[str, str]:
    """By mail or message where an address is known, else on paper."""
    if party is not None and party.email:
        return "email", vault.unseal(party, "email")
    if party is not None and party.phone:
        return "sms", vault.unseal(party, "phone")
    return "print", ""
