"""The addresses of the imports."""

from koban.kernel.access.addresses import route
from koban.registers.importing import views

app_name = "importing"

urlpatterns = [
    route("desk/imports/", views.listing, name="list", action="importing.read"),
    route("desk/imports/load/", views.load, name="load", action="importing.load"),
    route("desk/imports/<uuid:one>/", views.detail, name="detail", action="importing.read"),
    route("desk/imports/<uuid:one>/progress/", views.progress, name="progress", action="importing.read"),
    route("desk/imports/<uuid:one>/messages.csv", views.messages, name="messages", action="importing.read"),
    route("desk/imports/<uuid:one>/map/", views.map_columns, name="map", action="importing.load"),
    route("desk/imports/<uuid:one>/<slug:key>/", views.step, name="step", action="importing.load"),
]
