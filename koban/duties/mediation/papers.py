"""Making the papers: three copies of an agreement, and the bundle for the court. Names come from a look that was paged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koban.duties.mediation import elsewhere, performing
from koban.duties.mediation.certificates import AGREEMENT, COURT
from koban.duties.mediation.models import Agreement, Performance
from koban.duties.mediation.running import fresh
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents import actions as documents
from koban.matters.documents.models import Certificate

Names = Mapping[str, Mapping[str, str]]  # letter of a side → name, phone


def copies_of(agreement: Agreement) -> list[Certificate]:
    """What was issued, in the order of the copies."""
    matter_id = agreement.mediation.matter_id
    rows = Certificate.objects.filter(
        matter_id=matter_id, kind=AGREEMENT.key, issued_at__date__gte=agreement.agreed_on
    )
    return list(rows.order_by("number"))


@transaction.atomic
def issue_copies(
    agreement: Agreement, names: Names, *, by: Actor, at: datetime, station: Station, base: str = ""
) -> list[Certificate]:
    """One copy for each side and one for the file, signed and provable each by itself. Once is enough."""
    require(by, AGREEMENT.right)
    matter, _mediation = fresh(agreement.mediation)
    if known := copies_of(agreement):
        return known
    language = matter.language
    with translation.override(language):
        owners = (_("first side"), _("other side"), _("file of the office"))
        content = values(agreement, names)
    made = []
    for owner in owners:
        told = {**content, "copy": owner, "matter": matter.printed}
        issued = documents.issue(
            AGREEMENT, told, by=by, at=at, station=station, matter=matter, language=language, base=base
        )
        made.append(issued.certificate)
    return made


def values(agreement: Agreement, names: Names) -> dict[str, str]:
    """The lines of the paper, in the open language."""
    plain = (
        "body", "mediator", "others", "happened", "place", "people", "cause", "course", "circumstances", "result", "terms",
    )  # fmt: skip
    told = {name: str(getattr(agreement, name)) for name in plain}
    both = (
        _("both sides have signed")
        if agreement.signed_a and agreement.signed_b
        else agreement.get_form_display()
    )
    return told | {
        "agreed_on": date_format(agreement.agreed_on, "DATE_FORMAT"), "signed": str(both),
        "a": names["a"].get("name") or "–", "b": names["b"].get("name") or "–",
        "dues": "\n".join(due_line(row) for row in agreement.performances.select_related("owed_by").order_by("number")),
    }  # fmt: skip


def due_line(row: Performance) -> str:
    """`1. other side: first half, 150.00, by 20 March 2026, transfer`."""
    who = str(row.owed_by.get_letter_display())
    amount = f" {row.amount_fen / 100:.2f}" if row.amount_fen else ""
    by_day = _("by %(day)s") % {"day": date_format(row.due_on, "DATE_FORMAT")}
    return f"{row.number}. {who}: {row.what}{amount}, {by_day}, {row.manner}"


@transaction.atomic
def issue_court_request(
    agreement: Agreement, names: Names, *, by: Actor, at: datetime, station: Station, base: str = ""
) -> Certificate:
    """The request to the court with the list of what goes with it (CN-PMED-2B), inside the thirty days."""
    require(by, COURT.right)
    matter, mediation = fresh(agreement.mediation)
    if agreement.form not in (Agreement.Form.ORAL, Agreement.Form.WRITTEN):
        raise Refused(
            _("Only an agreement of a people's mediation body is confirmed by the court."),
            clause=elsewhere.COURT,
        )
    until = performing.court_until(agreement, station)
    with translation.override(matter.language):
        content = values(agreement, names)
        told: dict[str, Any] = {
            key: content[key] for key in ("agreed_on", "a", "b", "terms", "dues", "signed")
        }
        told |= {
            "matter": matter.printed, "until": date_format(until, "DATE_FORMAT"), "body": mediation.committee,
            "contact_a": names["a"].get("phone", ""), "contact_b": names["b"].get("phone", ""),
            "parts": "\n".join(parts(station, at, matter.language)),
        }  # fmt: skip
    issued = documents.issue(
        COURT, told, by=by, at=at, station=station, matter=matter, language=matter.language, base=base
    )
    return issued.certificate


def parts(station: Station, at: datetime, language: str) -> Sequence[str]:
    """What the court wants, from the clause."""
    clause = law.clause("CN-PMED-2B", station.pack, on=at.date())
    return [item.label.said(language) for item in clause.items]
