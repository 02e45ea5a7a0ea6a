"""OGC API - Features, part 1 (core, GeoJSON, HTML, OpenAPI 3.0) over the places of one office.

An office is one interface with one landing page, /o/OFFICE/ogc/; /ogc/ leads to it where there is one office.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koban.desk.ogc import asking, openapi, reading, shapes
from koban.desk.ogc.layers import LAYERS, Layer
from koban.desk.ogc.shapes import GEOJSON, HTML, JSON, address, both, link
from koban.desk.public.front import office_of, offices, only_office, show
from koban.kernel.access.refusing import problem
from koban.kernel.access.who import Request
from koban.lib.errors import Absent, Refused

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASSES = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "geojson", "html", "oas30")
]
FILTERS = ("limit", "bbox", "datetime", "after")
View = Callable[..., HttpResponseBase]


def door(*known: str) -> Callable[[View], View]:
    """Check the parameters, and say every no as the client reads it. known: besides `f`, which every page takes."""

    def made(view: View) -> View:
        @require_safe
        @wraps(view)
        def opened(request: Request, **named: Any) -> HttpResponseBase:
            try:
                given = asking.plain(request.GET, known)
                response = view(request, given=given, **named)
            except Refused as no:
                response = _no(request, 400, str(no))
            except Absent as no:
                response = _no(request, 404, str(no))
            return shapes.opened(response)

        return opened

    return made


def _no(request: Request, status: int, sentence: str) -> HttpResponse:
    return (
        problem(request, status, sentence) if shapes.wants_html(request) else shapes.problem(status, sentence)
    )


def _found(id: str) -> Layer:
    if (layer := LAYERS.get(id)) is None:
        raise Absent(_("There is no layer “%(id)s”; there are: %(known)s.") % {
            "id": id[:40], "known": ", ".join(LAYERS)})  # fmt: skip
    return layer


@door()
def landing(request: Request, given: dict[str, str]) -> HttpResponseBase:
    told = {
        "title": _("Places of %(office)s") % {"office": office_of(request).label},
        "description": _(
            "Addresses, buildings, units and safety assets for maps. No layer of persons exists."
        ),
        "links": [
            *both(request, address(request, "ogc"), JSON),
            link(
                address(request, "ogc-api"), "service-desc", shapes.OPENAPI, _("The interface for programs")
            ),
            link(address(request, "ogc-api") + "?f=html", "service-doc", HTML, _("The interface for people")),
            link(address(request, "ogc-conformance"), "conformance", JSON, _("What this conforms to")),
            link(address(request, "ogc-collections"), "data", JSON, _("The layers")),
        ],
    }
    return _said(request, "landing", told, layers=LAYERS.values(), url=address(request, "ogc"))


@door()
def conformance(request: Request, given: dict[str, str]) -> HttpResponseBase:
    links = both(request, address(request, "ogc-conformance"), JSON)
    return _said(request, "conformance", {"links": links, "conformsTo": CLASSES})


@door()
def api(request: Request, given: dict[str, str]) -> HttpResponseBase:
    told = openapi.document(address(request, "ogc").rstrip("/"), office_of(request).label)
    if not shapes.wants_html(request):
        return shapes.answer(told, shapes.OPENAPI)
    return show(
        request, "desk/ogc/api.html", {"parameters": openapi.PARAMETERS.values(), "paths": told["paths"]}
    )


@door()
def collections(request: Request, given: dict[str, str]) -> HttpResponseBase:
    told = {
        "links": both(request, address(request, "ogc-collections"), JSON),
        "collections": [_described(request, layer) for layer in LAYERS.values()],
    }
    return _said(request, "collections", told, layers=LAYERS.values())


@door()
def collection(request: Request, given: dict[str, str], layer: str) -> HttpResponseBase:
    told = _described(request, _found(layer))
    told["links"] = both(request, address(request, "ogc-collection", layer), JSON) + told["links"]
    return _said(request, "collection", told)


def _described(request: Request, layer: Layer) -> dict[str, Any]:
    items = address(request, "ogc-items", layer.id)
    told: dict[str, Any] = {
        "id": layer.id,
        "title": str(layer.title),
        "description": str(layer.about),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(items, "items", GEOJSON, str(layer.title)),
            link(f"{items}?f=html", "items", HTML, str(layer.title)),
        ],
    }
    if box := layer.extent(timezone.localdate()):
        told["extent"] = {"spatial": {"bbox": [box], "crs": CRS84}}
    return told


@door(*FILTERS)
def items(request: Request, given: dict[str, str], layer: str) -> HttpResponseBase:
    found = _found(layer)
    rows, after = found.page(asking.wanted(given, len(found.order)), timezone.localdate())
    links = _around(request, layer, given, after)
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().isoformat(timespec="seconds"),
        "numberReturned": len(rows),
        "links": links,
    }
    if not after and "after" not in given:
        told["numberMatched"] = len(rows)
    features = found.features(rows)
    if shapes.wants_html(request):
        rows_read = [reading.Place.of(feature) for feature in features]
        following = links[-1]["href"] if after else ""
        return _said(request, "items", told, layer=found, rows=rows_read, next=following)
    return shapes.collection(told, features)


def _around(request: Request, layer: str, given: dict[str, str], after: str) -> list[shapes.Link]:
    items = address(request, "ogc-items", layer)
    asked = {name: value for name, value in given.items() if name != "f"}
    links = both(request, items, GEOJSON, **asked)
    links.append(link(address(request, "ogc-collection", layer), "collection", JSON))
    if after:
        on = given | {"after": after}
        links.append(link(shapes.asked(items, on), "next", HTML if shapes.wants_html(request) else GEOJSON))
    return links


@door()
def item(request: Request, given: dict[str, str], layer: str, fid: str) -> HttpResponseBase:
    found = _found(layer)
    if (row := found.one(_key(fid), timezone.localdate())) is None:
        raise Absent(_("There is no such place in this layer."))
    feature = next(found.features([row]))
    feature["links"] = [
        *both(request, address(request, "ogc-item", layer, fid), GEOJSON),
        link(address(request, "ogc-collection", layer), "collection", JSON, str(found.title)),
    ]
    if shapes.wants_html(request):
        place = reading.Place.of(feature)
        return _said(request, "item", feature, layer=found, place=place, lon=row[1], lat=row[2])
    return shapes.answer(feature, GEOJSON)


def _key(fid: str) -> UUID:
    try:
        return UUID(fid)
    except ValueError:
        raise Absent(_("There is no such place in this layer.")) from None


def _said(request: Request, name: str, told: dict[str, Any], **more: Any) -> HttpResponseBase:
    """The same as JSON or as a page."""
    if shapes.wants_html(request):
        return show(request, f"desk/ogc/{name}.html", {"told": told, **more})
    return shapes.answer(told)


@require_safe
def house(request: Request, rest: str = "") -> HttpResponseBase:
    """The short way: the same page of the only office; where there are several, which ones there are."""
    if office := only_office():
        query = request.META.get("QUERY_STRING", "")
        return redirect(reverse("desk:ogc", args=[office.code]) + rest + (f"?{query}" if query else ""))
    if rest or not (found := offices()):
        return shapes.opened(
            _no(request, 404, _("Say which office: /o/OFFICE/ogc/. They are listed at /ogc/."))
        )
    if shapes.wants_html(request):
        return shapes.opened(render(request, "desk/ogc/offices.html", {"offices": found}))
    links = [
        link(request.build_absolute_uri(reverse("desk:ogc", args=[one.code])), "child", JSON, one.label)
        for one in found
    ]
    return shapes.opened(shapes.answer({"title": "Koban", "links": links}))
