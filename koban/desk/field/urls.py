"""The app itself is open to everybody: it holds nothing. What it speaks with is not."""

from koban.desk.field import api, desk, shell
from koban.kernel.access.addresses import route

app_name = "field"

urlpatterns = [
    route("field/", shell.page, name="app", action="public.read"),
    route("field/sw.js", shell.worker, name="worker", action="public.read"),
    route("field/manifest.webmanifest", shell.manifest, name="manifest", action="public.read"),
    route("field/map/<slug:office>.pmtiles", shell.map_file, name="map", action="public.read"),
    route("desk/field/", desk.phones_of_office, name="phones", action="field.phones"),
    route("desk/field/<uuid:device>/lost/", desk.lost, name="lost", action="field.phones"),
    route("api/v1/field/device", api.device, name="device", action="public.read"),
    route("api/v1/field/shift", api.shift, name="shift", action="field.work"),
    route("api/v1/field/entries", api.post_entries, name="entries", action="field.work"),
    route("api/v1/field/forms/<str:digest>", api.form, name="form", action="field.work"),
    route("api/v1/field/files/<str:sha256>", api.file, name="file", action="field.work"),
]
