"""The certificate of a permit follows the permit: issued, suspended, restored and revoked with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from koban.duties.permits.certificates import PERMIT, REGISTRATION
from koban.duties.permits.models import Permit
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.documents import actions as documents
from koban.matters.documents.models import Certificate
from koban.matters.models import Matter


def certify(
    permit: Permit, values: Mapping[str, str], *, by: Actor, at: datetime, station: Station, base: str = ""
) -> Any:
    """Issue the paper of a permit. values: of the holder, as the look in this matter opened them."""
    zh = permit.matter.language.startswith("zh")
    address = (permit.address.label if zh else permit.address.label_en) if permit.address else ""
    told = {
        **values, "permit": permit.printed, "address": address or str(permit.address or ""),
        "issued_on": permit.issued_on.isoformat(), "sex": _sex(values.get("sex", ""), zh),
    }  # fmt: skip
    told.pop("id_kind", None)
    return documents.issue(
        PERMIT, told, by=by, at=at, station=station, matter=permit.matter, holder_id=permit.person_id,
        language=permit.matter.language, base=base,
    )  # fmt: skip


SEXES = {"f": ("Female", "女"), "m": ("Male", "男")}


def _sex(code: str, zh: bool) -> str:
    return SEXES[code][int(zh)] if code in SEXES else ""


def prove(
    home: Any,
    name: str,
    matter: Matter,
    *,
    by: Actor,
    at: datetime,
    station: Station,
    on: str,
    base: str = "",
) -> Any:
    """Prove a confirmed registration to its person. on: the day as of which it holds."""
    zh = matter.language.startswith("zh")
    told = {
        "name": name, "address": home.address.label if zh else home.address.label_en or home.address.label,
        "from_on": home.from_on.isoformat(), "as_of": on,
    }  # fmt: skip
    return documents.issue(
        REGISTRATION, told, by=by, at=at, station=station, matter=matter, holder_id=home.person_id,
        language=matter.language, base=base,
    )  # fmt: skip


def certificates_of(permit: Permit) -> list[Certificate]:
    """The running papers of a permit."""
    found = Certificate.objects.filter(matter_id=permit.matter_id, kind=PERMIT.key, revoked_at=None)
    return list(found.order_by("issued_at"))


def suspend(permit: Permit, *, by: Actor, at: datetime) -> None:
    for paper in certificates_of(permit):
        if paper.suspended_at is None:
            documents.suspend(paper, _("not endorsed in time"), by=by, at=at)


def restore(permit: Permit, *, by: Actor, at: datetime) -> None:
    for paper in certificates_of(permit):
        if paper.suspended_at is not None:
            documents.restore(paper, _("endorsed"), by=by, at=at)


def revoke(permit: Permit, *, by: Actor, at: datetime) -> None:
    for paper in certificates_of(permit):
        documents.revoke(paper, _("the permit ended or was replaced"), by=by, at=at)
