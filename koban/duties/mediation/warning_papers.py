"""The written warning on paper: one copy for each of the two, one for the committee, which learns who but not what."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koban.duties.mediation import elsewhere, protecting, standing
from koban.duties.mediation.certificates import WARNING
from koban.duties.mediation.models import Mediation, ProtectionStep, Side
from koban.duties.mediation.running import fresh
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents import actions as documents
from koban.matters.documents.models import Certificate


def issued(mediation: Mediation) -> list[Certificate]:
    """The copies that were made, in their order."""
    rows = Certificate.objects.filter(matter_id=mediation.matter_id, kind=WARNING.key)
    return list(rows.order_by("number"))


def violent(mediation: Mediation) -> Side:
    """The one side that was violent. Raises Refused where it is none, or both."""
    acted = list(Side.objects.filter(mediation=mediation, acted=True).select_related("party__matter")[:2])
    if len(acted) != 1 or acted[0].party is None:
        raise Refused(_("Write down first who was violent, by name: one of the two sides."))
    return acted[0]


def made(mediation: Mediation) -> ProtectionStep:
    """The warning as it was written down. Raises Refused before it was."""
    found: ProtectionStep | None = (
        ProtectionStep.objects.filter(mediation=mediation, key=ProtectionStep.Key.WARNING)
        .select_related("mediation__matter")
        .first()
    )
    if found is None:
        raise Refused(_("Make the written warning first."), clause=elsewhere.WARNING)
    return found


@transaction.atomic
def issue(
    mediation: Mediation, name: str, what: str, *, by: Actor, at: datetime, station: Station, base: str = ""
) -> list[Certificate]:
    """Three copies of the warning that was made (CN-DV-4, -5). Once is enough.

    name: of who is warned; what: what was done. Both were looked up, and paged, before.
    """
    require(by, WARNING.right)
    matter, mediation = fresh(mediation)
    if known := issued(mediation):
        return known
    step = made(mediation)
    with translation.override(matter.language):
        copies = [values(copy, step, name, what, station) for copy in protecting.AFTER_WARNING]
    return [
        documents.issue(
            WARNING, {**told, "matter": matter.printed}, by=by, at=at, station=station, matter=matter,
            language=matter.language, base=base,
        ).certificate
        for told in copies
    ]  # fmt: skip


def values(copy: str, step: ProtectionStep, name: str, what: str, station: Station) -> Mapping[str, str]:
    """The lines of one copy, in the open language. The committee is told of the warning, not of what happened at home."""
    day = standing.day(step.at)
    warning, after = (law.clause(key, station.pack, on=day) for key in (elsewhere.WARNING, elsewhere.SERVED))
    language = translation.get_language() or "en"
    whose = {"violent": _("who is warned"), "victim": _("victim"), "committee": _("residents' committee")}
    return {
        "made_on": date_format(day, "DATE_FORMAT"), "copy": whose[copy], "who": name,
        "what": "" if copy == "committee" else what,
        "ban": _("Violence at home is forbidden. Whoever does it again answers for it before the law."),
        "law": f"{warning.source.said(language)}, {warning.article}: {warning.text.said(language)}",
        "after": after.text.said(language),
    }  # fmt: skip
