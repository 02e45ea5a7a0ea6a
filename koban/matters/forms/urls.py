"""The addresses of forms: for telephones under /openrosa/, for the office under /desk/forms/."""

from koban.kernel.access.addresses import route
from koban.matters.forms import door

app_name = "forms"

DOOR, ROSA = "forms.door", "openrosa/<slug:office>/"

urlpatterns = [
    route(f"{ROSA}formList", door.form_list, name="form_list", action=DOOR),
    route(f"{ROSA}submission", door.submission, name="submission", action=DOOR),
    route(f"{ROSA}forms/<uuid:id>/form.xml", door.xform, name="xform", action=DOOR),
    route(f"{ROSA}forms/<uuid:id>/manifest", door.manifest, name="manifest", action=DOOR),
    route(f"{ROSA}media/<uuid:id>/<str:name>", door.media, name="media", action=DOOR),
    route(f"{ROSA}lists/<slug:key>.csv", door.entity_list, name="list", action=DOOR),
    route(f"{ROSA}lists/<slug:key>/integrity", door.integrity, name="integrity", action=DOOR),
]
