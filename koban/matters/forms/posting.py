"""The body of a submission: multipart, whole or in pieces without a length, and never more than is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext_lazy as _

from koban.lib.errors import Refused
from koban.matters.forms import instances

MOST_BYTES = 120_000_000
XML, INCOMPLETE = "xml_submission_file", "*isIncomplete*"
STEP = 65_536

NOT_MULTIPART = _("A submission is sent as multipart/form-data. Nothing was stored.")
CUT_OFF = _("The submission arrived cut off or damaged. Nothing was stored; send it again.")
ONE_XML = _("A submission has exactly one part named xml_submission_file. Nothing was stored.")
TWICE = _("Two files have the same name. Nothing was stored.")


class TooLarge(Exception):
    """More bytes than a submission may have."""


@dataclass(frozen=True, slots=True)
class Post:
    """xml: of the submission. files: by the names that the XML gives them."""

    xml: bytes
    files: Mapping[str, UploadedFile]


class Bounded:
    """A body that is counted, and whose last bytes are remembered: they show whether it came whole."""

    def __init__(self, source: Any, length: int | None) -> None:
        self._source, self.tail = source, b""
        # One more than is taken, where nobody said how long it is: that one shows that it is too long.
        self._left, self._has_end = (MOST_BYTES + 1, False) if length is None else (length, True)

    def read(self, size: int = STEP) -> bytes:
        """Up to `size` bytes. Raises TooLarge beyond the limit."""
        got: bytes = self._source.read(min(size if size > 0 else STEP, self._left)) if self._left else b""
        self._left -= len(got)
        if not self._left and not self._has_end:
            raise TooLarge
        self.tail = (self.tail + got)[-200:]
        return got


def read(request: HttpRequest) -> Post:
    """Take the body apart. Raises TooLarge before anything is read where the length says so, and Refused."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise TooLarge
    if request.content_type != "multipart/form-data":
        raise Refused(NOT_MULTIPART)
    fields, files = _parts(request)
    xmls = files.pop(XML, [])
    if not xmls and isinstance(written := fields.get(XML), str):
        return Post(written.encode(), _named(files))
    if len(xmls) != 1:
        raise Refused(ONE_XML)
    content: BinaryIO = xmls[0].file  # type: ignore[assignment]
    return Post(content.read(instances.MOST_BYTES + 1), _named(files))


def _parts(request: HttpRequest) -> tuple[Any, dict[str, list[UploadedFile]]]:
    length = request.META.get("CONTENT_LENGTH")  # sent in pieces, it says none
    body: Any = Bounded(request.META["wsgi.input"], int(length) if length else None)
    told = {"CONTENT_TYPE": request.META["CONTENT_TYPE"], "CONTENT_LENGTH": length or str(MOST_BYTES)}
    handlers = [TemporaryFileUploadHandler(request)]
    try:
        parser = MultiPartParser(told, body, handlers, "utf-8")
        fields, files = parser.parse()
        while body.read():
            pass
    except (MultiPartParserError, TooManyFilesSent, SuspiciousOperation) as why:
        if isinstance(why, RequestDataTooBig):
            raise TooLarge from None
        raise Refused(CUT_OFF) from None
    if b"--" + _boundary(request) + b"--" not in body.tail:
        raise Refused(CUT_OFF)
    return fields, {name: files.getlist(name) for name in files}


def _boundary(request: HttpRequest) -> bytes:
    return str((request.content_params or {}).get("boundary", "")).strip('"').encode()


def _named(files: Mapping[str, list[UploadedFile]]) -> dict[str, UploadedFile]:
    """Files by the name of their part; a client that names every part alike is taken by the files' own names."""
    found: dict[str, UploadedFile] = {}
    for part, uploads in files.items():
        for upload in uploads:
            name = part if len(uploads) == 1 else str(upload.name)
            if name in found:
                raise Refused(TWICE)
            found[name] = upload
    return found
