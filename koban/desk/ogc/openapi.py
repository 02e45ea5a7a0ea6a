"""The interface described in OpenAPI 3.0, for clients that read it before they ask."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koban import __version__
from koban.desk.ogc.asking import FORMATS, LIMIT, MOST
from koban.desk.ogc.layers import LAYERS
from koban.desk.ogc.shapes import GEOJSON, HTML, JSON, PROBLEM

_NUMBERS = {"type": "number"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "f": {"name": "f", "in": "query", "required": False, "description": _("The form of the answer: json or html."),
          "schema": {"type": "string", "enum": list(FORMATS)}},
    "limit": {"name": "limit", "in": "query", "required": False, "style": "form", "explode": False,
              "description": _("How many places at most in one answer. More than the most gives the most."),
              "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}},
    "bbox": {"name": "bbox", "in": "query", "required": False, "style": "form", "explode": False,
             "description": _("Only places in this box: west, south, east, north in degrees; heights make no difference."),
             "schema": {"type": "array", "items": _NUMBERS,
                        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]}},
    "datetime": {"name": "datetime", "in": "query", "required": False, "style": "form", "explode": False,
                 "description": _("Of what stands today, that which stood at this time or in this interval; .. is an open end."),
                 "schema": {"type": "string"}},
    "after": {"name": "after", "in": "query", "required": False,
              "description": _("Where the next answer goes on; it comes from a link “next”."), "schema": {"type": "string"}},
    "collectionId": {"name": "collectionId", "in": "path", "required": True, "description": _("The layer."),
                     "schema": {"type": "string", "enum": list(LAYERS)}},
    "featureId": {"name": "featureId", "in": "path", "required": True, "description": _("The place."),
                  "schema": {"type": "string", "format": "uuid"}},
}  # fmt: skip

_LINK = {"type": "object", "required": ["href", "rel"], "properties": {
    name: {"type": "string"} for name in ("href", "rel", "type", "title")}}  # fmt: skip
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


_ONE = {"$ref": "#/components/schemas/feature"}
_LAYER = {"$ref": "#/components/schemas/collection"}
SCHEMAS: dict[str, Any] = {
    "link": _LINK,
    "landingPage": _object("links", title={"type": "string"}, description={"type": "string"}, links=_LINKS),
    "confClasses": _object("conformsTo", conformsTo={"type": "array", "items": {"type": "string"}}),
    "collection": _object("id", "links", id={"type": "string"}, title={"type": "string"}, description={"type": "string"},
                          extent={"type": "object"}, crs={"type": "array", "items": {"type": "string"}}, links=_LINKS),
    "collections": _object("links", "collections", links=_LINKS, collections={"type": "array", "items": _LAYER}),
    "feature": _object("type", "geometry", "properties", type={"type": "string", "enum": ["Feature"]}, id={"type": "string"},
                       geometry={"type": "object"}, properties={"type": "object"}, links=_LINKS),
    "featureCollection": _object(
        "type", "features", type={"type": "string", "enum": ["FeatureCollection"]},
        features={"type": "array", "items": _ONE}, links=_LINKS, timeStamp={"type": "string", "format": "date-time"},
        numberMatched={"type": "integer", "minimum": 0}, numberReturned={"type": "integer", "minimum": 0}),
    "problem": _object("title", "status", type={"type": "string"}, title={"type": "string"},
                       status={"type": "integer"}, detail={"type": "string"}),
}  # fmt: skip

# path: operation, summary, schema of the answer, its form, parameters
_PATHS = {
    "/": ("getLandingPage", _("The landing page"), "landingPage", JSON, ()),
    "/conformance": ("getConformance", _("What this conforms to"), "confClasses", JSON, ()),
    "/collections": ("getCollections", _("The layers"), "collections", JSON, ()),
    "/collections/{collectionId}": ("describeCollection", _("One layer"), "collection", JSON, ("collectionId",)),
    "/collections/{collectionId}/items": (
        "getFeatures", _("Places of a layer"), "featureCollection", GEOJSON,
        ("collectionId", "limit", "bbox", "datetime", "after")),
    "/collections/{collectionId}/items/{featureId}": (
        "getFeature", _("One place"), "feature", GEOJSON, ("collectionId", "featureId")),
}  # fmt: skip


def document(base: str, office: str) -> dict[str, Any]:
    """base: address of the landing page without its last slash."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": str(_("Places of %(office)s") % {"office": office}),
            "description": str(
                _("OGC API - Features, part 1: the layers of places. No layer of persons exists.")
            ),
            "version": __version__,
        },
        "servers": [{"url": base}],
        "paths": {path: {"get": _operation(*told)} for path, told in _PATHS.items()},
        "components": {
            "parameters": {
                name: told | {"description": str(told["description"])} for name, told in PARAMETERS.items()
            },
            "schemas": SCHEMAS,
            "responses": {name: _problem(str(words)) for name, words in _NO.items()},
        },
    }


_NO = {
    "Invalid": _("A parameter is unknown or wrong; the answer says what to mend."),
    "Absent": _("There is no such thing."),
}


def _operation(
    operation: str, summary: Any, schema: str, form: str, parameters: tuple[str, ...]
) -> dict[str, Any]:
    content = {
        form: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
        HTML: {"schema": {"type": "string"}},
    }
    answers: dict[str, Any] = {
        "200": {"description": str(summary), "content": content},
        "400": {"$ref": "#/components/responses/Invalid"},
    }
    if "collectionId" in parameters:
        answers["404"] = {"$ref": "#/components/responses/Absent"}
    return {
        "operationId": operation,
        "summary": str(summary),
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in (*parameters, "f")],
        "responses": answers,
    }


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}}}
