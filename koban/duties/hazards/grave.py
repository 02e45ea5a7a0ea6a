"""A grave hazard is reported at once: somebody of the office goes, the chief is told, two letters are written."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from koban.duties.hazards import rules
from koban.duties.hazards.kinds import kind
from koban.duties.hazards.models import Hazard
from koban.kernel import law
from koban.kernel.access.models import Post
from koban.kernel.flow import spoken
from koban.kernel.ledger import SYSTEM
from koban.kernel.notices import outbox
from koban.kernel.stations.models import Station
from koban.matters import joins
from koban.matters.duty import all_duties
from koban.matters.models import Matter

NOTICE, TO_BODY = "hazards.grave", "hazards.grave_letter"
FIELD = "incidents"  # the duty whose matters stand on the live board


def report(hazard: Hazard, source: Matter | None, *, at: datetime, station: Station) -> None:
    """In the caller's transaction. What was found at an incident stands on the board by that one already."""
    matter: Any = hazard.matter
    if FIELD in all_duties() and (source is None or source.kind != FIELD):
        sort = kind(matter.type)
        reason = f"{spoken(sort.words)} · {matter.printed}"
        joins.refer(matter, FIELD, by=SYSTEM, at=at, station=station, reason=reason, type=sort.incident)
    _tell_chief(matter, at, station)
    for body in _bodies(station, at):
        context = {**_told(matter, station), "to": body.zh, "to_en": body.en}
        outbox.send(
            TO_BODY, channel="print", language=matter.language, context=context, matter_id=matter.pk, by=SYSTEM, at=at
        )  # fmt: skip


def _tell_chief(matter: Matter, at: datetime, station: Station) -> None:
    held = Post.objects.held(timezone.localtime(at).date()).filter(role="chief", account__is_active=True)
    chiefs = held.filter(station__in=[station.pk, station.parent_id]).exclude(account__email="")
    for post in chiefs.select_related("account"):
        outbox.send(
            NOTICE, channel="email", language=post.account.language or "zh-hans", to=post.account.email,
            context=_told(matter, station), matter_id=matter.pk, by=SYSTEM, at=at,
        )  # fmt: skip


def _told(matter: Matter, station: Station) -> dict[str, str]:
    """Number, kind and place: nobody's name."""
    words = kind(matter.type).words
    place = matter.address.label if matter.address else matter.place
    place_en = (matter.address.label_en or place) if matter.address else matter.place
    return {
        "number": matter.printed, "kind": words.zh, "kind_en": words.en, "place": place, "place_en": place_en,
        "office": station.name, "office_en": station.name_en or station.name, "phone": station.phone,
    }  # fmt: skip


def _bodies(station: Station, at: datetime) -> list[Any]:
    """Street office and fire service, as the pack's clause names them; none where the pack has no such clause."""
    try:
        clause = law.clause(rules.REPORT, station.pack, on=at.date())
    except law.NoClause:
        return []
    return [item.label for item in clause.items]
