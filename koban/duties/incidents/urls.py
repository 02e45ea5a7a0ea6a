"""The addresses of incidents at the desk. Residents come in through the public site of the desk."""

from koban.duties.incidents.panel import STEPS
from koban.duties.incidents.views import desk, presses, steps, things
from koban.kernel.access.addresses import route

app_name = "incidents"

ONE = "desk/incidents/<int:year>/<int:number>/"

urlpatterns = [
    route("desk/incidents/", desk.listing, name="list", action="incidents.read"),
    route("desk/incidents/new/", desk.new, name="new", action="incidents.take_at_desk"),
    route("desk/incidents/new/hints/", desk.hints, name="hints", action="incidents.take_at_desk"),
    route("desk/incidents/things/", things.listing, name="things", action="incidents.things"),
    route("desk/incidents/things/<uuid:thing>/end/", things.end, name="thing-end", action="incidents.things"),
    route(ONE, desk.detail, name="detail", action="incidents.read"),
    route(f"{ONE}place/", desk.place, name="place", action="incidents.read"),
    route(f"{ONE}tick/", presses.tick, name="tick", action="incidents.log"),
    route(f"{ONE}hold/", presses.take_in_hand, name="hold", action="matters.hold"),
    route(f"{ONE}people/<uuid:party>/", desk.look, name="look", action="matters.look"),
    route(f"{ONE}photo/", things.attach, name="photo", action="incidents.log", write="files.add"),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", things.file, name="file", action="files.read"),
    *(
        route(
            f"{ONE}{step.key}/",
            steps.step(step.key),
            name=step.key,
            action="incidents.read",
            write=step.right,
        )
        for step in STEPS
        if step.key != "photo"
    ),
]
