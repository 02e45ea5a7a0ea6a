"""The addresses of forms: for telephones under /openrosa/, for the office under /desk/forms/."""

from koban.kernel.access.addresses import route
from koban.matters.forms import answering, desk, door, phones

app_name = "forms"

DOOR, ROSA = "forms.door", "openrosa/<slug:office>/"
READ, CHANGE, FILL = "forms.read", "forms.change", "forms.fill"
FORM, RECORD = "desk/forms/<uuid:id>/", "desk/records/<uuid:id>/"

urlpatterns = [
    route(f"{ROSA}formList", door.form_list, name="form_list", action=DOOR),
    route(f"{ROSA}submission", door.submission, name="submission", action=DOOR),
    route(f"{ROSA}forms/<uuid:id>/form.xml", door.xform, name="xform", action=DOOR),
    route(f"{ROSA}forms/<uuid:id>/manifest", door.manifest, name="manifest", action=DOOR),
    route(f"{ROSA}media/<uuid:id>/<str:name>", door.media, name="media", action=DOOR),
    route(f"{ROSA}lists/<slug:key>.csv", door.entity_list, name="entities", action=DOOR),
    route(f"{ROSA}lists/<slug:key>/integrity", door.integrity, name="integrity", action=DOOR),
    route("desk/forms/", desk.listing, name="list", action=READ),
    route("desk/forms/new/", desk.new, name="new", action=CHANGE),
    route("desk/forms/files/<uuid:id>/<str:name>", desk.picture, name="picture", action=READ),
    route("desk/forms/phones/", phones.listing, name="phones", action="devices.enrol"),
    route("desk/forms/phones/<uuid:id>/lost/", phones.lose, name="lost", action="devices.lose"),
    route(FORM, desk.detail, name="detail", action=READ),
    route(f"{FORM}engine.json", desk.engine, name="engine", action=READ),
    route(f"{FORM}workbook", desk.workbook, name="workbook", action=READ),
    route(f"{FORM}fill/", desk.fill, name="fill", action=FILL),
    route(f"{FORM}files/", desk.add_media, name="add_media", action=CHANGE),
    route(f"{FORM}answers", answering.export, name="export", action="forms.export"),
    route(f"{FORM}<slug:step>/", desk.act, name="act", action=READ, write=CHANGE),
    route("desk/records/", answering.listing, name="records", action=READ),
    route(RECORD, answering.detail, name="answers", action=READ),
    route(f"{RECORD}files/<uuid:attachment>/<slug:form>/", answering.file, name="file", action=READ),
    route(
        f"{RECORD}settle/<uuid:update>/<slug:choice>/",
        answering.settle,
        name="settle",
        action=READ,
        write="forms.settle",
    ),
    route(f"{RECORD}<slug:step>/", answering.act, name="record_act", action=READ, write="forms.settle"),
]
