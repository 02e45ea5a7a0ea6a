"""Issuing certificates and taking them back. Nothing is half-issued: number, bit, PDF and page share one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import numbers, vault
from koban.kernel.stations.models import Station
from koban.lib import credential as vc
from koban.lib.credential.status import REVOCATION, SUSPENSION
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.documents import keys, printing
from koban.matters.documents.kinds import CertificateKind, kind
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter

HERE = "http://localhost:8000/"
SERIAL = "certificate.list"  # counts every certificate of a station, for its place in the status lists


@dataclass(frozen=True, slots=True)
class Issued:
    """The row and the paper. pdf: its bytes, the same that the matter keeps."""

    certificate: Certificate
    pdf: bytes


@transaction.atomic
def issue(
    sort: CertificateKind,
    values: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
    station: Station,
    matter: Matter | None = None,
    holder_id: UUID | None = None,
    language: str = "zh-hans",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    base: str = "",
) -> Issued:
    """Issue a certificate of kind `sort` in the next number of its register, signed, as PDF/A in the matter's files.

    values: key of a line -> what stands there. holder_id: a person's handle or a post, never a name.
    valid_until: the last second; None takes the kind's clause. base: of `printing.base_of(request)`.
    Raises Refused: a line is empty, a sign cannot be set, the key is gone. Nothing is kept then, no number is used.
    """
    require(by, sort.right)
    _complete(sort, values)
    key = keys.secret_key()
    if matter is not None:
        matter = matters.locked(matter)
    start = valid_from or at
    made = numbered(sort, at, station)
    made.matter, made.holder_id, made.language, made.valid_from = matter, holder_id, language, start
    made.valid_until = valid_until or _until(sort, start, station)
    base = base or default_base()
    token = signed(sort, made, values, by=by, at=at, station=station, base=base, key=key)
    pdf = printing.pdf(sort, made, values, token, key=key.public, station=station, base=base)
    if matter is not None:
        file = intake.keep_made(pdf, name=f"{sort.key}-{made.printed}.pdf")
        made.attachment_id = intake.attach(file, matter_id=matter.id, by=by, at=at).id
    made.save(force_insert=True)
    _page("documents.issue", made, by=by, at=at)
    return Issued(made, pdf)


def default_base() -> str:
    """The public address of this house where no request says it."""
    return settings.KOBAN_PUBLIC_URL or HERE


def signed(
    sort: CertificateKind,
    made: Certificate,
    values: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
    station: Station,
    base: str,
    key: vc.SecretKey,
) -> str:
    """Sign an unsaved certificate: its token, which is also sealed into the row. Writes nothing."""
    made.issued_at, made.issued_by = at, by.label
    token = vc.sign(credential_of(sort, made, values, station, base), key)
    made.sealed_token = vault.seal(made, "sealed_token", token)
    return token


def revoke(certificate: Certificate, reason: str, *, by: Actor, at: datetime) -> Certificate:
    """Take a certificate back for good. Raises Refused without a reason, or where it was taken back before."""
    return _mark("revoke", certificate, reason, by=by, at=at)


def suspend(certificate: Certificate, reason: str, *, by: Actor, at: datetime) -> Certificate:
    """Stop a certificate for a while. Raises Refused for kinds that cannot be stopped."""
    return _mark("suspend", certificate, reason, by=by, at=at)


def restore(certificate: Certificate, reason: str, *, by: Actor, at: datetime) -> Certificate:
    """End a suspension."""
    return _mark("restore", certificate, reason, by=by, at=at)


@transaction.atomic
def _mark(step: str, certificate: Certificate, reason: str, *, by: Actor, at: datetime) -> Certificate:
    sort = kind(certificate.kind)
    require(by, sort.back)
    row: Certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if why := _against(step, sort, row, reason):
        raise Refused(why)
    row.reason = reason.strip()[:200]
    if step == "revoke":
        row.revoked_at = at
    else:
        row.suspended_at = at if step == "suspend" else None
    row.save(update_fields=["reason", "revoked_at", "suspended_at"])
    _page(f"documents.{step}", row, by=by, at=at)
    return row


def _against(step: str, sort: CertificateKind, row: Certificate, reason: str) -> str:
    """Why a step cannot be taken, "" if it can."""
    if not reason.strip():
        return _("Say why: the register keeps the reason.")
    if row.revoked_at:
        return _("This certificate was revoked before. That is for good; issue a new one.")
    if step == "suspend" and (row.suspended_at or not sort.can_suspend):
        return _("This certificate cannot be suspended now.")
    if step == "restore" and not row.suspended_at:
        return _("This certificate is not suspended.")
    return ""


def credential_of(
    sort: CertificateKind, made: Certificate, values: Mapping[str, str], station: Station, base: str
) -> vc.Credential:
    """What the code tells: the number and the lines that are marked as signed, and nothing else."""
    claims = {line.key: values[line.key] for line in sort.lines if line.signed and values.get(line.key)}
    purposes = [REVOCATION, SUSPENSION] if sort.can_suspend else [REVOCATION]
    entries = [
        vc.Entry(one, list_url(base, station, one, made.list_number), made.list_index) for one in purposes
    ]
    office = printing.spoken(lambda: station.label, made.language)
    return vc.Credential(
        sort.type, office, claims | {"number": made.printed}, made.valid_from, made.valid_until, entries
    )


def list_url(base: str, station: Station, purpose: str, number: int) -> str:
    """Where the status list is."""
    return f"{base}o/{station.code}/status/{purpose}/{number}"


def _complete(sort: CertificateKind, values: Mapping[str, str]) -> None:
    if unknown := set(values) - {line.key for line in sort.lines}:
        raise LookupError(f"the certificate {sort.key} has no lines {sorted(unknown)}")
    empty = [str(line.label) for line in sort.lines if line.needed and not values.get(line.key, "").strip()]
    if empty:
        raise Refused(_("Missing on the certificate: %(lines)s.") % {"lines": ", ".join(empty)})


def numbered(sort: CertificateKind, at: datetime, station: Station) -> Certificate:
    """An unsaved certificate with the next number of its register and its place in the status lists."""
    year = at.astimezone(ZoneInfo(station.tz)).year
    number = numbers.take(f"certificate.{sort.key}"[:40], year)
    list_number, index = vc.listed(numbers.take(SERIAL, 0))
    return Certificate(
        station_id=station.pk,
        kind=sort.key,
        year=year,
        number=number,
        list_number=list_number,
        list_index=index,
    )


def _until(sort: CertificateKind, start: datetime, station: Station) -> datetime | None:
    return law.term(sort.term, start, pack=station.pack, tz=station.tz).due_at if sort.term else None


def _page(verb: str, row: Certificate, *, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {"kind": row.kind, "number": row.printed}
    if row.valid_until:
        facts["until"] = row.valid_until.isoformat()
    book.write(verb, by=by, at=at, matter_id=row.matter_id, subject=row, facts=facts, rows=[row])
