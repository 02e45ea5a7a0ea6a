"""Every address of the desk. Each part of it has its own `urls.py`."""

from django.urls import include, path

from koban.desk import crawlers, styleguide, tiles
from koban.kernel.access.addresses import route

app_name = "desk"

urlpatterns = [
    path("", include("koban.desk.public.urls")),
    route("robots.txt", crawlers.robots, name="robots", action="public.read"),
    route("favicon.ico", crawlers.favicon, name="favicon", action="public.read"),
    route("about/design", styleguide.page, name="design", action="public.read"),
    route("tiles/<int:z>/<int:x>/<int:y>", tiles.tile, name="tile", action="public.read"),
    path("", include("koban.desk.open311.urls")),
    path("", include("koban.desk.ogc.urls")),
    path("", include("koban.desk.alarms.urls")),
    path("", include("koban.desk.board.urls")),
    path("", include("koban.desk.matters.urls")),
    path("", include("koban.desk.today.urls")),
    path("", include("koban.desk.search.urls")),
    path("", include("koban.desk.pages.urls")),
]
