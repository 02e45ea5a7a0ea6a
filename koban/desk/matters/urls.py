"""The addresses of the list of all matters, and of handing one to another duty."""

from koban.desk.matters import referring, views
from koban.kernel.access.addresses import route

urlpatterns = [
    route("desk/matters/", views.matters, name="matters", action="matters.read"),
    route(
        "desk/matters/<uuid:matter>/refer/",
        referring.refer,
        name="refer",
        action="matters.read",
        write="matters.refer",
    ),
]
