"""The addresses of the house: every room that has a `urls.py` is found, none is listed twice."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

ROOMS = [
    app.removesuffix(".apps.StationsConfig") for app in settings.INSTALLED_APPS if app.startswith("koban.")
]
ROOMS += ["koban.desk.api"]  # has a namespace of its own, so it is not inside the desk

urlpatterns = [path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")]

handler400 = "koban.kernel.access.edge.bad_request"
handler403 = "koban.kernel.access.edge.forbidden"
handler404 = "koban.kernel.access.edge.not_found"
handler500 = "koban.kernel.access.edge.server_error"
