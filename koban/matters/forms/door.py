"""OpenRosa 1.0 for telephones: the list of forms, what a form shows and reads, and the way back."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from koban.kernel.access import devices
from koban.kernel.access.models import Device
from koban.kernel.access.throttle import Throttled
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent, Conflict, Denied, KobanError, Refused
from koban.matters.forms import actions, knocking, lists, posting, receiving
from koban.matters.forms.models import Form, FormMedia

TYPE = "text/xml; charset=utf-8"
FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
STATUS: dict[type[KobanError], int] = {Refused: 400, Denied: 403, Absent: 404, Conflict: 409, Throttled: 429}
MOST_IDS = 2000

View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """Let telephones of this office in, say every no in OpenRosa's words, and put its headers on every answer."""

    @csrf_exempt
    @wraps(view)
    def opened(request: Request, **named: Any) -> HttpResponseBase:
        at = timezone.now()
        answer = _answered(view, request, at, named)
        answer["X-OpenRosa-Version"] = "1.0"
        answer["X-OpenRosa-Accept-Content-Length"] = str(posting.MOST_BYTES)
        answer["Date"] = http_date(at.timestamp())
        answer["Vary"] = "Authorization, Accept-Language"
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer

    return opened


def _answered(view: View, request: Request, at: datetime, named: dict[str, Any]) -> HttpResponseBase:
    try:
        device = knocking.device_of(request, at)
        if device.station_id != here(request).pk:
            raise knocking.Stranger
        request.actor = devices.actor_of(device)
        return view(request, device=device, at=at, **named)
    except knocking.Stranger as who:
        told = said(401, _("A telephone of this office is needed, with its login and key."))
        told["WWW-Authenticate"] = knocking.challenge(request, at, stale=who.stale)
        return told
    except posting.TooLarge:
        return said(
            413,
            _("A submission has at most %(most)s million bytes.") % {"most": posting.MOST_BYTES // 1_000_000},
        )
    except KobanError as why:
        return said(STATUS.get(type(why), 400), str(why) or _("There is nothing here."))


def said(status: int, message: str) -> HttpResponse:
    """OpenRosa's answer with a sentence for whoever holds the telephone."""
    nature = "submit_success" if status < 300 else "submit_error"
    body = f'<OpenRosaResponse xmlns="{RESPONSE}"><message nature="{nature}">{escape(message)}</message></OpenRosaResponse>'
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', status=status, content_type=TYPE)


@require_safe
@door
def form_list(request: Request, device: Device, at: datetime) -> HttpResponse:
    """The forms that are out. formID: one of them; verbose: with a description; listAllVersions: earlier ones too."""
    found = Form.objects.published().order_by("form_id")
    if request.GET.get("listAllVersions") == "true":
        ids = list(found.values_list("form_id", flat=True))
        found = (
            Form.objects.filter(form_id__in=ids)
            .exclude(published_at=None)
            .order_by("form_id", "-published_at")
        )
    if wanted := request.GET.get("formID"):
        found = found.filter(form_id=wanted[:249])
    rows = list(
        found.only(
            "pk", "form_id", "version", "title", "title_zh", "hash", "lists", "station", "published_at"
        )
    )
    with_files = set(
        FormMedia.objects.filter(form__in=[row.pk for row in rows]).values_list("form_id", flat=True)
    )
    verbose, base = request.GET.get("verbose") == "true", request.build_absolute_uri("/")[:-1]
    told = "".join(_listed(row, base, here(request).code, verbose, row.pk in with_files) for row in rows)
    return kept(request, f'<xforms xmlns="{FORMS}">{told}</xforms>')


def _listed(form: Form, base: str, office: str, verbose: bool, has_files: bool) -> str:
    def link(name: str) -> str:
        return escape(base + reverse(f"forms:{name}", args=[office, form.pk]))

    parts = [
        f"<formID>{escape(form.form_id)}</formID><name>{escape(str(form))}</name>",
        f"<version>{escape(form.version)}</version><hash>md5:{form.hash}</hash>",
        f"<descriptionText>{escape(form.title)}</descriptionText>" if verbose else "",
        f"<downloadUrl>{link('xform')}</downloadUrl>",
        f"<manifestUrl>{link('manifest')}</manifestUrl>" if has_files or form.lists else "",
    ]
    return f"<xform>{''.join(parts)}</xform>"


def kept(request: HttpRequest, xml: str) -> HttpResponse:
    """An answer with its ETag; 304 for who has it already."""
    tag = f'"{hashlib.sha256(xml.encode()).hexdigest()[:32]}"'
    if tag in [
        each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")
    ]:
        return HttpResponse(status=304, headers={"ETag": tag})
    answer = HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}', content_type=TYPE)
    answer["ETag"] = tag
    return answer


@require_safe
@door
def xform(request: Request, device: Device, at: datetime, id: UUID) -> HttpResponse:
    """The form itself, as it was published."""
    answer = HttpResponse(published(id).xform, content_type=TYPE)
    answer["Content-Disposition"] = 'inline; filename="form.xml"'
    return answer


@require_safe
@door
def manifest(request: Request, device: Device, at: datetime, id: UUID) -> HttpResponse:
    """Pictures and tables of a form, and the lists of places and things that it reads."""
    form, office, base = published(id), here(request).code, request.build_absolute_uri("/")[:-1]
    told = [_listed_list(name, base, office) for name in form.lists]
    for file in FormMedia.objects.filter(form=form).order_by("name").defer("content"):
        where = escape(base + reverse("forms:media", args=[office, file.pk, file.name]))
        told.append(
            f"<mediaFile><filename>{escape(file.name)}</filename><hash>md5:{file.hash}</hash>"
            f"<downloadUrl>{where}</downloadUrl></mediaFile>"
        )
    return kept(request, f'<manifest xmlns="{MANIFEST}">{"".join(told)}</manifest>')


def _listed_list(file: str, base: str, office: str) -> str:
    one = lists.named(file)
    if one is None:
        raise Absent
    digest = lists.hash_of(lists.text(one))
    where, integrity = (
        escape(base + reverse(f"forms:{name}", args=[office, one.key])) for name in ("entities", "integrity")
    )
    return (
        f'<mediaFile type="entityList"><filename>{file}</filename><hash>md5:{digest}</hash>'
        f"<downloadUrl>{where}</downloadUrl><integrityUrl>{integrity}</integrityUrl></mediaFile>"
    )


@require_safe
@door
def media(request: Request, device: Device, at: datetime, id: UUID, name: str) -> HttpResponse:
    """One file of a form."""
    file = FormMedia.objects.select_related("form").filter(pk=id, name=name).first()
    if file is None or file.form.published_at is None:
        raise Absent
    return as_file(bytes(file.content), file.type, file.name)


def as_file(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file as a download that no browser runs."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_safe
@door
def entity_list(request: Request, device: Device, at: datetime, key: str) -> HttpResponse:
    """A list of the registers, as CSV."""
    return as_file(lists.text(one_of(key)).encode(), "text/csv; charset=utf-8", f"{key}.csv")


@require_safe
@door
def integrity(request: Request, device: Device, at: datetime, key: str) -> HttpResponse:
    """Which of the places and things in `id` are gone from the register."""
    ids = list(lists.uuids(request.GET.get("id", "").split(",")[:MOST_IDS]))
    gone = lists.deleted(one_of(key), ids)
    told = "".join(
        f'<entity id="{pk}"><deleted>{str(is_gone).lower()}</deleted></entity>'
        for pk, is_gone in gone.items()
    )
    return kept(request, f"<data><entities>{told}</entities></data>")


@door
def submission(request: Request, device: Device, at: datetime) -> HttpResponse:
    """HEAD: where and how much. POST: a submission, or further files of one."""
    if request.method == "HEAD":
        answer = HttpResponse(status=204)
        answer["Location"] = request.build_absolute_uri()
        return answer
    if request.method != "POST":
        answer = said(405, _("Submissions are sent with POST."))
        answer["Allow"] = "HEAD, POST"
        return answer
    post = posting.read(request)
    incoming = receiving.read(post.xml, post.files)
    row = actions.receive(incoming, by=request.actor, at=at, device=device).submission
    answer = _thanks(row.waits_for)
    answer["Location"] = request.build_absolute_uri()
    return answer


def _thanks(waits_for: Iterable[str]) -> HttpResponse:
    """201: it is all there. 202: it is stored, and files that it names are still to come."""
    missing = list(waits_for)
    if not missing:
        return said(201, _("Thank you. The form has arrived."))
    return said(202, _("Stored. Still to come: %(files)s.") % {"files": ", ".join(missing)[:300]})


def published(id: UUID) -> Form:
    """A form that goes out, or went out. Raises Absent."""
    found: Form | None = Form.objects.filter(pk=id).exclude(published_at=None).first()
    if found is None:
        raise Absent
    return found


def one_of(key: str) -> lists.EntityList:
    if key not in lists.LISTS:
        raise Absent
    return lists.LISTS[key]
