"""Answers and their links: JSON and GeoJSON for programs, pages for people, problem documents for what is wrong."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from pydantic_core import to_json

from koban.desk.public.front import office_of
from koban.kernel.access.who import Request

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM = "application/problem+json"
TITLES = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}
CHUNK = 500  # features of one piece of a long answer
# Anybody's map may show these layers, and nothing in them depends on who asks.
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
MINUTE = "public, max-age=60"

Link = dict[str, str]


def wants_html(request: Request) -> bool:
    """What `f` says, else what Accept prefers; JSON where neither decides."""
    if form := request.GET.get("f"):
        return form == "html"
    return request.get_preferred_type([GEOJSON, JSON, HTML]) == HTML


def answer(told: Any, kind: str = JSON) -> HttpResponse:
    return HttpResponse(to_json(told), content_type=kind)


def problem(status: int, sentence: str) -> HttpResponse:
    """A problem document (RFC 9457)."""
    told = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": sentence}
    return HttpResponse(to_json(told), content_type=PROBLEM, status=status)


def opened(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in OPEN.items():
        response.headers[name] = value
    patch_vary_headers(response, ("Accept", "Accept-Language", "Cookie"))
    if response.status_code == 200:
        response.headers["Cache-Control"] = MINUTE
    return response


def collection(told: dict[str, Any], features: Iterator[dict[str, Any]]) -> HttpResponseBase:
    """A collection of features: handed over whole where it is short, else written as it is sent. told: the rest of it."""
    pieces = _pieces(told, features)
    if told["numberReturned"] <= CHUNK:
        return HttpResponse(b"".join(pieces), content_type=GEOJSON)
    return StreamingHttpResponse(pieces, content_type=GEOJSON)


def _pieces(told: dict[str, Any], features: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield to_json(told)[:-1] + b',"features":['
    comma = b""
    while some := list(islice(features, CHUNK)):
        yield comma + to_json(some)[1:-1]
        comma = b","
    yield b"]}"


def address(request: Request, name: str, *args: object) -> str:
    """The whole address of a page of this office's interface."""
    path = reverse(f"desk:{name}", args=[office_of(request).code, *args])
    return request.build_absolute_uri(path)


def link(href: str, rel: str, kind: str, title: str = "") -> Link:
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def both(request: Request, href: str, kind: str, **query: str) -> list[Link]:
    """The page itself and the same as the other form, HTML or `kind`."""
    html = wants_html(request)
    here, there = (HTML, kind) if html else (kind, HTML)
    other = query | {"f": "json" if html else "html"}
    own = query | ({"f": request.GET["f"]} if "f" in request.GET else {})
    return [link(asked(href, own), "self", here), link(asked(href, other), "alternate", there)]


def asked(href: str, query: dict[str, str]) -> str:
    return f"{href}?{urlencode(query, safe=',/:')}" if query else href
