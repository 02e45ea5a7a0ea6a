"""One value, two formats: JSON by the Spark convention (arrays of objects) and XML without a foreign namespace."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from django.http import HttpResponse

JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML calls the members of a list, where it is not the list's name without its "s".
MEMBERS = {"service_requests": "request", "values": "value", "formats": "format", "notes": "note"}
# XML 1.0 has no place for these, however they are written.
UNSPEAKABLE = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


def answer(format: str, root: str, value: Any, status: int = 200) -> HttpResponse:
    """`value` (a list of objects, or one object) as a response. root: name of the XML root."""
    if format == "json":
        return HttpResponse(json.dumps(value, ensure_ascii=False), content_type=JSON, status=status)
    return HttpResponse(
        DECLARATION + ET.tostring(element(root, value), "utf-8"), content_type=XML, status=status
    )


def mistakes(format: str, status: int, *sentences: str) -> HttpResponse:
    """The errors of the specification: a list of code and description."""
    found = [{"code": str(status), "description": sentence} for sentence in sentences]
    return answer(format, "errors", found, status)


def element(name: str, value: Any) -> ET.Element:
    """`value` as an element called `name`."""
    made = ET.Element(name)
    if isinstance(value, Mapping):
        made.extend(element(key, inner) for key, inner in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        made.extend(element(MEMBERS.get(name, name.removesuffix("s")), inner) for inner in value)
    elif value is not None and value != "":
        made.text = _text(value)
    return made


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).translate(UNSPEAKABLE)
