"""The register of certificates at the desk, and the own identity card."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here, signed_in
from koban.kernel.files import serving
from koban.kernel.files.models import Attachment
from koban.kernel.flow.fields import Told
from koban.kernel.ledger import book
from koban.lib.credential import State
from koban.lib.errors import Absent, Denied
from koban.matters import looks
from koban.matters.documents import actions, keys, printing, tokens
from koban.matters.documents.certificates import OFFICER_CARD, on_the_card
from koban.matters.documents.kinds import CertificateKind, kind
from koban.matters.documents.models import STATE_LABELS, Certificate, tone_of

PAGE = 50
STEPS = {"revoke": actions.revoke, "suspend": actions.suspend, "restore": actions.restore}
STEP_LABELS = {"revoke": _("Revoke"), "suspend": _("Suspend"), "restore": _("Restore")}


class ReasonForm(forms.Form):
    reason = Told(label=_("Why?"), limit=200)


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as lists and its page show it."""

    row: Certificate
    kind: CertificateKind
    state: State

    @property
    def label(self) -> Any:
        return STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return tone_of(self.state)


def _shown(row: Certificate) -> Shown:
    return Shown(row, kind(row.kind), row.state_at(timezone.now()))


@require_safe
def listing(request: Request) -> HttpResponse:
    """Every certificate, newest first; numbers and states, no names."""
    rows = Certificate.objects.select_related("matter").order_by("-issued_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = [_shown(row) for row in page.object_list]
    return render(request, "documents/certificates.html", {"page": page})


@require_safe
def detail(request: Request, id: UUID) -> HttpResponse:
    return _detail(request, _found(id), ReasonForm())


def _detail(request: Request, row: Certificate, form: ReasonForm, status: int = 200) -> HttpResponse:
    told = {
        "shown": _shown(row),
        "row": row,
        "form": form,
        "steps": [(key, STEP_LABELS[key]) for key in _steps(row)],
    }
    return render(request, "documents/certificate.html", told, status=status)


def _steps(row: Certificate) -> list[str]:
    """What can be done to it now."""
    if row.revoked_at:
        return []
    if row.suspended_at:
        return ["restore", "revoke"]
    return ["suspend", "revoke"] if kind(row.kind).can_suspend else ["revoke"]


@require_POST
@once
def mark(request: Request, id: UUID, step: str) -> HttpResponseBase:
    """Revoke, suspend or restore."""
    if step not in STEPS:
        raise Absent
    row, form = _found(id), ReasonForm(request.POST)
    if form.is_valid():
        with said_by(form):
            STEPS[step](row, form.cleaned_data["reason"], by=request.actor, at=timezone.now())
            return redirect("documents:certificate", id)
    return _detail(request, row, form, status=422)


@require_safe
def paper(request: Request, id: UUID) -> HttpResponseBase:
    """The PDF; it tells of a person, so the look needs the open matter in hand and stands in the ledger first."""
    row = _found(id)
    if row.matter is None or row.attachment_id is None:
        raise Absent
    if not row.matter.is_open or not looks.holds(request.actor, row.matter.pk):
        raise Denied(looks.NOT_YOURS, matter_id=row.matter_id)
    facts = {"kind": row.kind, "number": row.printed}
    book.look(
        "documents.look",
        by=request.actor,
        at=timezone.now(),
        matter_id=row.matter_id,
        subject=row,
        facts=facts,
    )
    return serving.open_view(get_object_or_404(Attachment, pk=row.attachment_id))


@once
def card(request: Request) -> HttpResponseBase:
    """The own identity card: which one is good now, and a button for a new one."""
    post = signed_in(request).post
    if post is None:
        raise Absent
    at = timezone.now()
    if request.method == "POST":
        actions.issue(
            OFFICER_CARD, on_the_card(post, here(request)), by=request.actor, at=at, station=here(request),
            holder_id=post.pk, language=settings.LANGUAGE_CODE, base=printing.base_of(request),
        )  # fmt: skip
        return redirect("documents:card")
    held = [_shown(row) for row in Certificate.objects.of_holder(post.pk).filter(kind=OFFICER_CARD.key)[:5]]
    good = next((one for one in held if one.state is State.VALID), None)
    told = {"held": held, "good": good, "values": on_the_card(post, here(request))}
    return render(request, "documents/card.html", told)


@require_safe
def card_paper(request: Request, id: UUID) -> HttpResponse:
    """The own card on a sheet, to be cut out."""
    post, row = signed_in(request).post, _found(id)
    if post is None or row.holder_id != post.pk or row.kind != OFFICER_CARD.key:
        raise Absent
    station, token, base = here(request), tokens.token_of(row), printing.base_of(request)
    key, values = keys.signer_of(token), on_the_card(post, station)
    pdf = printing.pdf(OFFICER_CARD, row, values, token, key=key, station=station, base=base)
    return printing.download(pdf, f"card-{row.printed}.pdf")


def _found(id: UUID) -> Certificate:
    row: Certificate | None = Certificate.objects.select_related("matter").filter(pk=id).first()
    if row is None:
        raise Absent
    return row
