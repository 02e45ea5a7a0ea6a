"""From values to the PDF of a certificate: words in both languages, the signed code, the credential inside the file."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koban.kernel.files import serving
from koban.kernel.stations.models import Station
from koban.lib import typeset
from koban.lib.credential import PublicKey, link, pack
from koban.lib.errors import Refused
from koban.matters.documents.kinds import CertificateKind
from koban.matters.documents.models import Certificate

LANGUAGES = ("zh-hans", "en")
NOT_SET = gettext_lazy("The paper could not be set. Nothing was issued; try again.")


def code(token: str, key: PublicKey, base: str) -> Any:
    """The QR code of a token: a link whose fragment is the credential."""
    # Two parts, so that the digits are stored as digits: a third of the room.
    parts: Any = [link(base, ""), pack(token, key)]
    return segno.make(parts, error="m", micro=False, boost_error=False)


def drawing(qr: Any) -> str:
    """The code as SVG for the compositor, with its quiet zone."""
    file = io.BytesIO()
    qr.save(file, kind="svg", xmldecl=False, svgns=True, border=4, dark="#000", light="#fff")
    return file.getvalue().decode()


def pdf(
    kind: CertificateKind,
    certificate: Certificate,
    values: Mapping[str, str],
    token: str,
    *,
    key: PublicKey,
    station: Station,
    base: str,
) -> bytes:
    """The PDF of a certificate. Raises Refused with words that name what cannot be set."""
    told = sheet(kind, certificate, values, station)
    return compose(
        kind.form, told, language=certificate.language, at=certificate.issued_at,
        drawings={"qr": drawing(code(token, key, base))}, attached=[carried(token)],
    )  # fmt: skip


def carried(token: str) -> dict[str, str]:
    """The credential as a file inside the PDF."""
    return {
        "name": "credential.jwt",
        "text": token,
        "kind": "application/vc+jwt",
        "what": "Verifiable credential",
    }


def compose(form: str, told: Mapping[str, Any], **how: Any) -> bytes:
    """`typeset`, with its errors as refusals in the reader's language."""
    try:
        return typeset.typeset(form, told, **how)
    except typeset.NoGlyph as lacking:
        signs = ", ".join(typeset.named(sign) for sign in lacking.characters)
        raise Refused(
            _("The typeface has no sign for %(signs)s. Nothing was issued.") % {"signs": signs}
        ) from None
    except typeset.Unset:
        raise Refused(NOT_SET) from None


def sheet(
    kind: CertificateKind, certificate: Certificate, values: Mapping[str, str], station: Station
) -> dict[str, Any]:
    """What the form is told."""
    first = certificate.language
    second = next(language for language in LANGUAGES if language != first)
    rows = [both(line.label, first, second, values[line.key]) for line in kind.lines if values.get(line.key)]
    if certificate.valid_until is not None:
        label = gettext_lazy("Good until")
        rows.append(both(label, first, second, day(certificate.valid_until, station, first)))
    return {
        "title": spoken(kind.title, first),
        "subtitle": spoken(kind.title, second),
        "office": spoken(lambda: station.label, first),
        "number": certificate.printed,
        "lead": "",
        "rows": rows,
        "note": spoken(kind.note, first),
        "issued": day(certificate.issued_at, station, first),
        "qr_words": spoken(
            gettext_lazy("Point a telephone at this code to see whether this paper holds today."), first
        ),
        "qr_alt": spoken(gettext_lazy("Code that proves this paper"), first),
        "until": day(certificate.valid_until, station, first),
    }


def both(label: Any, first: str, second: str, value: str) -> list[str]:
    """A row: label, the same in the second language, value."""
    return [spoken(label, first), spoken(label, second), value]


def spoken(words: Any, language: str) -> str:
    """Lazy words, or what a function gives, in a language."""
    with translation.override(language):
        return str(words() if isinstance(words, Callable) else words)  # type: ignore[arg-type]


def day(at: datetime | None, station: Station, language: str) -> str:
    """The local day of an instant in words, "" for None."""
    with translation.override(language):
        return "" if at is None else date_format(at.astimezone(ZoneInfo(station.tz)), "DATE_FORMAT")


def base_of(request: Any) -> str:
    """The address under which the public reaches this house: KOBAN_PUBLIC_URL, else as this request came."""
    return settings.KOBAN_PUBLIC_URL or str(request.build_absolute_uri("/"))


def download(content: bytes, name: str, *, kind: str = "application/pdf") -> HttpResponse:
    """A file as a download that no browser runs and no cache keeps."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = serving.POLICY
    response["Cache-Control"] = "private, no-store"
    return response
