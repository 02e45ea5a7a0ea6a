"""The tiles of the base map, read from one file. No tile server, and nothing that leaves the house."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from koban.lib.tiles import Tiles

TYPE = "application/vnd.mapbox-vector-tile"
FRESH_S = 3600
"""The map changes when somebody builds another one; then an hour is soon enough, and the ETag tells."""


def _tiles() -> Tiles | None:
    """The map of this house, None where none was built. A new file is seen at once."""
    path = Path(settings.KOBAN_TILES)
    try:
        built_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _opened(path, built_at)


@lru_cache(maxsize=2)
def _opened(path: Path, _built_at: int) -> Tiles:
    return Tiles(path)


def _tag(request: HttpRequest, z: int, x: int, y: int) -> str | None:
    found = _tiles()
    return f'"{found.etag}{"" if _takes_gzip(request) else "-plain"}"' if found else None


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


@require_safe
@condition(etag_func=_tag)
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile; 204 where the map is empty, or where there is no map."""
    found = _tiles()
    packed = found.get(z, x, y) if found else None
    if packed is None:
        response = HttpResponse(status=204)
    elif _takes_gzip(request):
        response = HttpResponse(packed, content_type=TYPE, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed), content_type=TYPE)
    response["Cache-Control"] = f"public, max-age={FRESH_S if found else 0}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
