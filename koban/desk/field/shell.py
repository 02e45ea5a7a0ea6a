"""The app as files: its page, its service worker, its manifest, its map. None of it knows anybody."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from koban.desk.field import mapfile, package, words
from koban.kernel.access.edge import SecurityHeaders
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

HOME = "koban/field"
# What the first screen needs is taken at once; the rest follows when the shift is loaded.
SHARED = ("koban/css/tokens.css", "vendor/icons/sprite.svg", "koban/lamp.svg")
LATER = (
    "vendor/maplibre/maplibre-gl.mjs", "vendor/maplibre/maplibre-gl-worker.mjs", "vendor/maplibre/maplibre-gl.css",
    "koban/js/mapstyle.js", "koban/js/mapfont.js", "vendor/noble-ed25519/index.js", "vendor/qr/decode.js",
    "vendor/qr/index.js", "xforms/forms.js", "xforms/form.css", "vendor/enketo/enketo.mjs",
)  # fmt: skip
FEATURES = SecurityHeaders.headers["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")


@require_safe
def page(request: Request) -> HttpResponse:
    """The one page of the app. Its words come in every language, because outside nobody can ask for them."""
    context = {"words": words.all_words(), "languages": package.LANGUAGES, "first": first_scripts()}
    answer = render(request, "field/shell.html", context)
    answer["Permissions-Policy"] = (
        FEATURES  # a photograph of a hazard tells where it was taken, if its taker wants
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def worker(request: Request) -> HttpResponse:
    """The service worker, with the hash of each file that it keeps: another file is another version."""
    shell, later = _listed(first_files()), _listed(later_files())
    told = {"shell": shell, "later": later, "page": reverse("field:app"), "version": version()}
    body = Path(_found(f"{HOME}/worker.js")).read_text(encoding="utf-8")
    text = f"const TOLD = {json.dumps(told)};\n{body.replace('__STATIC__', settings.STATIC_URL)}"
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"], answer["Cache-Control"] = reverse("field:app"), "no-cache"
    return answer


@require_safe
def manifest(request: Request) -> HttpResponse:
    """What a phone needs to install the app."""
    home = reverse("field:app")
    icons = [
        {
            "src": static(f"{HOME}/icons/{name}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, size, purpose in (("192", 192, "any"), ("512", 512, "any"), ("maskable", 512, "maskable"))
    ]
    told = {
        "id": home, "start_url": home, "scope": home, "display": "standalone", "orientation": "portrait",
        "name": gettext("Koban outside"), "short_name": gettext("Koban outside"), "lang": get_language(),
        "description": gettext("The shift on the phone, also without a network."),
        "background_color": "#f5f4f0", "theme_color": "#14294a", "icons": icons,
    }  # fmt: skip
    answer = JsonResponse(told, content_type="application/manifest+json")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def map_file(request: Request) -> HttpResponseBase:
    """The base map of the office as one PMTiles file."""
    station = here(request)
    west, south, east, north = package.box_of(station)
    path = mapfile.excerpt(station.code, (west, south, east, north))
    if path is None:
        raise Absent
    answer = FileResponse(path.open("rb"), content_type="application/octet-stream")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def first_files() -> list[str]:
    return [*SHARED, *_own()]


def later_files() -> list[str]:
    return list(LATER)


def first_scripts() -> list[str]:
    """Scripts that the page tells the browser of at once, so that it need not find them one by one."""
    return [path for path in _own() if path.endswith(".js") and "/js/" in path and "/screens/" not in path]


def version() -> str:
    """Of everything that is kept: files, page and words."""
    told = [*_listed(first_files()), *_listed(later_files()), [words.fingerprint(), _page_source()]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _page_source() -> str:
    template: Any = get_template("field/shell.html")
    return str(template.template.source)


@lru_cache(maxsize=1)
def _own() -> tuple[str, ...]:
    """Files of the app itself, but for its worker and its icons."""
    return tuple(sorted(_walk()))


def _walk() -> Iterator[str]:
    home = Path(_found(f"{HOME}/field.css")).parent
    for path in home.rglob("*"):
        if path.suffix in (".js", ".css") and path.name != "worker.js":
            yield f"{HOME}/{path.relative_to(home).as_posix()}"


def _listed(paths: list[str]) -> list[list[str]]:
    """(address, integrity) of each file."""
    return [[static(path), _integrity(_found(path), _changed(path))] for path in paths]


def _changed(path: str) -> int:
    return Path(_found(path)).stat().st_mtime_ns


@lru_cache(maxsize=256)
def _integrity(path: str, _changed_at: int) -> str:
    return "sha256-" + b64encode(hashlib.sha256(Path(path).read_bytes()).digest()).decode()


@lru_cache(maxsize=256)
def _found(path: str) -> str:
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(path)
    return str(found)
