"""The addresses of alarms about readers."""

from koban.desk.alarms import views
from koban.kernel.access.addresses import route

urlpatterns = [
    route("desk/look-alarms/", views.listing, name="look_alarms", action="residents.see_alarm"),
    route(
        "desk/look-alarms/<uuid:alarm>/seen/",
        views.seen,
        name="look_alarm_seen",
        action="residents.see_alarm",
    ),
]
