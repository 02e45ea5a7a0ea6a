"""One value, two formats: JSON by the Spark convention (arrays of objects) and XML without a foreign namespace."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse
from pydantic_core import to_json

JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML calls the members of a list, where it is not the list's name without its "s".
MEMBERS = {"service_requests": "request", "values": "value", "formats": "format", "notes": "note"}
# XML 1.0 has no place for these, however they are written.
UNSPEAKABLE = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}
CAREFUL = re.compile(r"[\x00-\x1f&<>\ufffe\uffff]")


def answer(format: str, root: str, value: Any, status: int = 200) -> HttpResponse:
    """`value` (a list of objects, or one object) as a response. root: name of the XML root."""
    if format == "json":
        return HttpResponse(to_json(value), content_type=JSON, status=status)
    return HttpResponse(DECLARATION + element(root, value).encode(), content_type=XML, status=status)


def mistakes(format: str, status: int, *sentences: str) -> HttpResponse:
    """The errors of the specification: a list of code and description."""
    found = [{"code": str(status), "description": sentence} for sentence in sentences]
    return answer(format, "errors", found, status)


def element(name: str, value: Any) -> str:
    """`value` as an element called `name`, which is a word of ours and needs no care."""
    if isinstance(value, str):
        inside = _escaped(value)
    elif isinstance(value, Mapping):
        inside = "".join([element(key, inner) for key, inner in value.items()])
    elif isinstance(value, Sequence):
        member = MEMBERS.get(name) or name.removesuffix("s")
        inside = "".join([element(member, inner) for inner in value])
    else:
        inside = _text(value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name} />"


def _escaped(text: str) -> str:
    return escape(text.translate(UNSPEAKABLE)) if CAREFUL.search(text) else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
