"""The reading room: entered with a purpose and a ground, each time a page of the ledger."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from koban.duties.archive import keeping, queries, retention, shelf, transferring
from koban.duties.archive.composing import PEOPLE, WHAT
from koban.duties.archive.forms import ReadForm
from koban.duties.archive.models import Dossier
from koban.duties.archive.views.desk import page_of, tar_of, told
from koban.kernel.access.refusing import said_by
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent, Refused
from koban.lib.mistakes import Mistake

PLAIN = "text/plain; charset=utf-8"
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
AS_TEXT = frozenset({"application/x-ndjson"})
AS_PAGE = frozenset({"text/html"})


@require_POST
def enter(request: Request, year: int, number: int) -> HttpResponse:
    """Not within one transaction: the page of the look is committed before the way to the file is given."""
    dossier = queries.dossier(year, number)
    form = ReadForm(request.POST, auto_id="read_%s", grounds=queries.grounds(request.actor))
    if form.is_valid():
        with said_by(form):
            made = keeping.read(dossier, form.cleaned_data["purpose"], form.chosen, **told(request))
            return redirect("archive:reading", year, number, made.pk)
    return page_of(request, dossier, {"read_form": form}, 422)


def _read(request: Request, year: int, number: int, reading: UUID) -> tuple[Dossier, Any]:
    dossier, now = queries.dossier(year, number), timezone.now()
    found = keeping.reading_of(
        dossier, reading, by=request.actor, today=retention.day(now, here(request)), station=here(request)
    )
    if not dossier.package:
        raise Absent
    return dossier, found


@require_GET
def reading(request: Request, year: int, number: int, reading: UUID) -> HttpResponse:
    """What is in the file. The sealed names are not: they open in an open matter alone."""
    dossier, found = _read(request, year, number, reading)
    members = [
        {**one, "said": _(WHAT.get(one["what"], one["what"]))}
        for one in _members(dossier)
        if one["path"] != PEOPLE
    ]
    return render(
        request,
        "archive/reading.html",
        {"dossier": dossier, "matter": dossier.matter, "reading": found, "members": members},
    )


def _members(dossier: Dossier) -> list[dict[str, Any]]:
    try:
        told: list[dict[str, Any]] = json.loads((shelf.place_of(dossier) / "contents.json").read_text())[
            "members"
        ]
    except (OSError, ValueError):
        raise Refused(_("The package cannot be read. Check it first.")) from None
    return told


@require_GET
def one(request: Request, year: int, number: int, reading: UUID, place: int) -> HttpResponseBase:
    """One member, by its place in the list; never a path that somebody typed."""
    dossier, _found = _read(request, year, number, reading)
    members = [each for each in _members(dossier) if each["path"] != PEOPLE]
    if not 0 <= place < len(members):
        raise Absent
    member = members[place]
    kind = member["type"]
    response = StreamingHttpResponse(
        shelf.member(dossier, member["path"]), content_type=PLAIN if kind in AS_TEXT else kind
    )
    is_inline = kind in AS_PAGE | AS_TEXT
    name = Path(member["path"]).name
    response["Content-Disposition"] = f'{"inline" if is_inline else "attachment"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def copy(request: Request, year: int, number: int, reading: UUID) -> HttpResponseBase:
    """The whole file as an opened package, without the sealed names."""
    dossier, _found = _read(request, year, number, reading)
    folder = Path(tempfile.mkdtemp(prefix=".copy-", dir=shelf.root()))
    try:
        target = transferring.write_opened(
            dossier, folder / dossier.matter.printed, at=timezone.now(), station=here(request), with_people=False,
            why="dissemination",
        )  # fmt: skip
    except Mistake as wrong:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused(str(wrong)) from None
    return tar_of(_and_away(target, folder, dossier.matter.printed), f"{dossier.matter.printed}-copy")


def _and_away(target: Path, folder: Path, name: str) -> Iterator[bytes]:
    try:
        yield from shelf.tar(target, name, timezone.now())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
