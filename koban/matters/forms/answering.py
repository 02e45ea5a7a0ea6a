"""What came in, at the desk: the list, one record with its editions and conflicts, files, and what is decided about it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from koban.kernel.access.once import once
from koban.kernel.access.who import Request, here
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import book
from koban.lib.errors import Absent
from koban.matters import attached
from koban.matters.forms import actions, exporting, registers
from koban.matters.forms import rules as verdicts
from koban.matters.forms.desk import found as form_of
from koban.matters.forms.models import EntityUpdate, Form, Submission
from koban.matters.forms.shapes import AnswersFilter
from koban.matters.forms.xforms import words

PAGE = 50
HEAVY = ("sealed_xml", "sealed_answers", "form__xform", "form__workbook", "form__fields")
TONES = {"waiting": "amber", "complete": "green", "conflict": "red", "replaced": "grey"}
FLAGS: dict[str, Any] = {
    verdicts.CLOCK: _("The clock of the device is wrong"),
    verdicts.POSITION: _("The place is 0,0 or no place"),
    verdicts.OLD_VERSION: _("Filled in with an old version"),
    verdicts.CLOSED: _("The form was closed"),
    verdicts.EDITED_TWICE: _("Changed twice from the same edition"),
    verdicts.OUT_OF_ORDER: _("Came before the edition that it replaces"),
    verdicts.EXTRA_FILES: _("Came with a file that no answer tells of"),
    verdicts.ENTITY: _("Stands against a newer version in the register"),
    verdicts.UNTAKEN: _("Its duty did not take it"),
    verdicts.INCOMPLETE: _("Counts without all of its files"),
}


@require_safe
def listing(request: Request) -> HttpResponse:
    """Every record, newest first; what it says is on its own page."""
    names = dict(Form.objects.order_by("made_at").values_list("form_id", "title"))
    shape = AnswersFilter(request.GET, names=sorted(names.items()))
    told = shape.cleaned_data if shape.is_valid() else {}
    rows = Submission.objects.select_related("form").defer(*HEAVY).order_by("-received_at")
    if told.get("form"):
        rows = rows.filter(form__form_id=told["form"])
    if told.get("state"):
        rows = rows.filter(state=told["state"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = [_shown(row) for row in page.object_list]
    return render(request, "xforms/records.html", {"page": page, "filter": shape})


def _shown(row: Submission) -> Submission:
    row.tone = TONES[row.state]  # type: ignore[attr-defined]
    row.told_flags = [FLAGS.get(flag, flag) for flag in row.flags]  # type: ignore[attr-defined]
    return row


@require_safe
def detail(request: Request, id: UUID) -> HttpResponse:
    """One record. That it was opened is a page of the ledger before its answers are shown."""
    row = _shown(_found(id))
    facts = {"form": row.form.form_id[:120]}
    book.look(
        "forms.look", by=request.actor, at=timezone.now(), matter_id=row.matter_id, subject=row, facts=facts
    )
    editions = (
        Submission.objects.filter(root=row.root).exclude(pk=row.pk).defer(*HEAVY[:2]).order_by("received_at")
    )
    context = {
        "row": row, "answers": _answers(row, get_language() or "en"), "files": _files(row),
        "editions": [_shown(one) for one in editions], "other": _other(row),
        "updates": [_sides(one) for one in EntityUpdate.objects.filter(submission=row)],
    }  # fmt: skip
    return render(request, "xforms/record.html", context)


def _found(id: UUID) -> Submission:
    row: Submission | None = Submission.objects.select_related("form", "device").filter(pk=id).first()
    if row is None:
        raise Absent
    return row


def _answers(row: Submission, language: str) -> list[dict[str, Any]]:
    return _said(row.answers, {one["path"]: one for one in row.form.fields}, language)


def _said(
    answers: dict[str, Any], fields: dict[str, Any], language: str, depth: int = 0
) -> list[dict[str, Any]]:
    """Questions and answers in the reader's words, repeats one after the other."""
    lines: list[dict[str, Any]] = []
    for path, answer in answers.items():
        field = fields.get(path, {"path": path})
        label = words(field.get("label") or {}, language) or path.rpartition("/")[2]
        if isinstance(answer, list):
            for number, one in enumerate(answer, 1):
                lines.append({"label": f"{label} {number}", "head": True, "depth": depth})
                lines += _said(one, fields, language, depth + 1)
        else:
            lines.append(
                {"label": label, "answer": _picked(answer, field, language), "path": path, "depth": depth}
            )
    return lines


def _picked(answer: str, field: dict[str, Any], language: str) -> str:
    choices = field.get("choices") or {}
    parts = answer.split() if field.get("many") else [answer]
    return "; ".join(words(choices.get(part) or {}, language) or part for part in parts)


def _other(row: Submission) -> list[dict[str, Any]]:
    """Where two editions replaced the same one: both, answer by answer."""
    if verdicts.EDITED_TWICE not in row.flags:
        return []
    twin = (
        Submission.objects.filter(deprecated_id=row.deprecated_id)
        .exclude(pk=row.pk)
        .order_by("received_at")
        .first()
    )
    if twin is None:
        return []
    ours, theirs = row.answers, twin.answers
    return [
        {
            "path": path,
            "ours": ours.get(path, ""),
            "theirs": theirs.get(path, ""),
            "differs": ours.get(path) != theirs.get(path),
        }
        for path in dict.fromkeys([*theirs, *ours])
    ]


def _sides(update: EntityUpdate) -> dict[str, Any]:
    current = registers.now(update)
    lines = [
        {
            "key": key,
            "form": value,
            "register": current.get(key, ""),
            "differs": value != current.get(key, ""),
        }
        for key, value in update.values.items()
    ]
    is_open = update.state in (EntityUpdate.State.CONFLICT, EntityUpdate.State.KEPT)
    return {
        "update": update,
        "lines": lines,
        "is_open": is_open,
        "tone": "red" if update.state == "conflict" else "grey",
    }


def _files(row: Submission) -> list[dict[str, Any]]:
    kept = {one.pk: one for one in Attachment.objects.filter(matter_id=row.pk)}
    found = []
    for file in row.files.order_by("name"):
        one = kept.get(file.attachment_id)
        if one is not None:
            at = {form: reverse("forms:file", args=[row.pk, one.pk, form]) for form in ("view", "thumb")}
            thumb = {"thumb": at["thumb"]} if one.kind == "photo" and one.state == "viewable" else {}
            found.append(
                {"url": at["view"], "name": file.name, "size": one.size, "sha256": one.sha256} | thumb
            )
    return found


@require_safe
def file(request: Request, id: UUID, attachment: UUID, form: str) -> HttpResponseBase:
    """One file of a record. All but the small picture is a look and stands in the ledger first."""
    row = _found(id)
    found = Attachment.objects.filter(matter_id=row.pk, pk=attachment).first()
    return attached.opened(request, found, form, under=row.pk)


@require_POST
@once
def settle(request: Request, id: UUID, update: UUID, choice: str) -> HttpResponseBase:
    """Take over what a form said of a place or thing, or leave the register as it is."""
    row = _found(id)
    one = EntityUpdate.objects.filter(submission=row, pk=update).first()
    if one is None or choice not in ("take", "leave"):
        raise Absent
    registers.settle(one, choice == "take", by=request.actor, at=timezone.now())
    return redirect("forms:answers", row.pk)


@require_POST
@once
def act(request: Request, id: UUID, step: str) -> HttpResponseBase:
    """Let a record count without its files, or hand it to its duty again."""
    row, at = _found(id), timezone.now()
    if step == "count":
        actions.take_as_is(row, by=request.actor, at=at)
    elif step == "again":
        actions.again(row, by=request.actor, at=at)
    else:
        raise Absent
    return redirect("forms:answers", row.pk)


@require_safe
def export(request: Request, id: UUID) -> HttpResponse:
    """The answers of a form as a file; a page of the ledger tells of it first."""
    form, kind = form_of(id), request.GET.get("export", "csv")
    if kind not in exporting.KINDS:
        raise Absent
    facts = {"form": form.form_id[:120], "as": kind}
    book.look("forms.export", by=request.actor, at=timezone.now(), subject=form, facts=facts)
    made = exporting.made(form, kind, here(request), get_language() or "en")
    answer = HttpResponse(made, content_type=exporting.KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="answers.{kind}"'
    return answer
