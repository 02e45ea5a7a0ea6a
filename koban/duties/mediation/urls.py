"""The addresses of mediation: a side's own page, and the desk."""

from koban.duties.mediation import steps
from koban.duties.mediation.views import desk, door, papers
from koban.duties.mediation.views import steps as pages
from koban.kernel.access.addresses import route

app_name = "mediation"

OFFICE = "o/<slug:office>/"
DESK = "desk/mediation/"
ONE = f"{DESK}<int:year>/<int:number>/"
READ, FOLLOW, OWN = "mediation.read", "mediation.follow", "public.own"

urlpatterns = [
    route(f"{OFFICE}mediation/", door.door, name="door", action=FOLLOW),
    route(f"{OFFICE}mediation/<slug:key>/", door.act, name="door_act", action=FOLLOW),
    route(f"{OFFICE}me/mediation/", door.mine, name="own", action=OWN),
    route(f"{OFFICE}me/mediation/<uuid:side>/<slug:key>/", door.mine_act, name="own_act", action=OWN),
    route(DESK, desk.listing, name="list", action=READ),
    route(f"{DESK}repeats/", desk.repeats, name="repeats", action=READ),
    route(f"{DESK}new/", desk.new, name="new", action="mediation.take"),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}look/<uuid:party>/", desk.look, name="look", action="matters.look"),
    route(f"{ONE}words/<uuid:step>/", desk.words, name="words", action="matters.look"),
    route(
        f"{ONE}side/<slug:letter>/<slug:key>/", pages.side, name="side", action=READ, write="mediation.take"
    ),
    route(f"{ONE}owed/<int:row>/<slug:key>/", pages.owed, name="owed", action=READ, write="mediation.track"),
    route(f"{ONE}issue/<slug:key>/", papers.issue, name="issue", action=READ, write="mediation.lead"),
    route(f"{ONE}bundle/", papers.bundle, name="bundle", action=READ, write="mediation.track"),
    route(f"{ONE}files/", papers.attach, name="attach", action=READ, write="files.add"),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", papers.file, name="file", action="files.read"),
    *(
        route(f"{ONE}{step.key}/", pages.step(step.key), name=step.key, action=READ, write=step.right)
        for step in steps.STEPS
    ),
]
