"""The addresses of OGC API - Features: one landing page for each office, and the short way to it."""

from koban.desk.ogc import views
from koban.kernel.access.addresses import route

READ = "public.read"
BASE = "o/<slug:office>/ogc/"
LAYER = f"{BASE}collections/<str:layer>"

urlpatterns = [
    route(BASE, views.landing, name="ogc", action=READ),
    route(f"{BASE}conformance", views.conformance, name="ogc-conformance", action=READ),
    route(f"{BASE}api", views.api, name="ogc-api", action=READ),
    route(f"{BASE}collections", views.collections, name="ogc-collections", action=READ),
    route(LAYER, views.collection, name="ogc-collection", action=READ),
    route(f"{LAYER}/items", views.items, name="ogc-items", action=READ),
    route(f"{LAYER}/items/<str:fid>", views.item, name="ogc-item", action=READ),
    route("ogc/", views.house, name="ogc-house", action=READ),
    route("ogc/<path:rest>", views.house, name="ogc-short", action=READ),
]
