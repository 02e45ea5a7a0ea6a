"""The addresses of inspections: the desk, what everybody may read, the page of a unit."""

from koban.duties.inspections import round_pages
from koban.duties.inspections.views import desk, places, public
from koban.duties.inspections.views import open as opening
from koban.kernel.access.addresses import route

app_name = "inspections"

HERE, OFFICE = "desk/inspections/", "o/<slug:office>/"
ONE = f"{HERE}<int:year>/<int:number>/"
READ, PLAN, FILE = "inspections.read", "inspections.plan", "inspections.file"

urlpatterns = [
    route(HERE, desk.listing, name="list", action=READ),
    route(f"{HERE}new/", desk.new, name="new", action=READ, write=PLAN),
    route(f"{HERE}due/", places.due, name="due", action=READ),
    route(f"{HERE}due/plan/", places.plan, name="plan", action=PLAN),
    route(f"{HERE}campaigns/", places.campaigns, name="campaigns", action=READ, write="inspections.campaign"),
    route(f"{HERE}round/", round_pages.day, name="round", action=READ, write=PLAN),
    route(f"{HERE}round/progress/", round_pages.how_far, name="round-progress", action=READ),
    route(f"{HERE}round/<uuid:one>/", round_pages.order, name="round-order", action=PLAN),
    route(f"{HERE}round/<uuid:one>/again/", round_pages.again, name="round-again", action=PLAN),
    route(f"{HERE}round/<uuid:one>/places.json", round_pages.places, name="round-places", action=READ),
    route(f"{HERE}round/<uuid:one>/line.json", round_pages.line, name="round-line", action=READ),
    route(f"{HERE}regimes/", places.regimes_page, name="regimes", action=READ),
    route(f"{HERE}regimes/publish/", places.publish, name="publish", action="forms.change"),
    route(f"{HERE}places/", places.places, name="places", action=READ),
    route(f"{HERE}places/open/", places.open_file, name="open-file", action=FILE),
    route(f"{HERE}places/<uuid:venue>/", places.place, name="place", action=READ, write=FILE),
    route(
        f"{HERE}places/<uuid:venue>/floor-plan/", places.floor_plan, name="floor-plan", action="files.read"
    ),
    route(f"{HERE}places/<uuid:venue>/warn/", opening.warn, name="warn", action="inspections.warn"),
    route(
        f"{HERE}places/<uuid:venue>/warn/<uuid:warning>/",
        opening.lift,
        name="lift",
        action="inspections.warn",
    ),
    route(f"{HERE}places/<uuid:venue>/code/", opening.code, name="code", action=FILE),
    route(f"{HERE}draws/", opening.draws, name="draws", action=READ, write="inspections.draw"),
    route(f"{HERE}events/", opening.event_list, name="events", action=READ, write=PLAN),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}record/", desk.record, name="record", action="inspections.record"),
    route(f"{ONE}paper/", opening.paper, name="paper", action="inspections.record"),
    route(f"{ONE}permit/", opening.permit, name="permit", action="inspections.record"),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", desk.file, name="file", action="files.read"),
    route(f"{ONE}<slug:key>/", desk.act, name="act", action=READ, write="inspections.failed"),
    route(f"{OFFICE}inspections/", public.listing, name="public", action="public.read"),
    route(f"{OFFICE}inspections/<uuid:venue>/", public.place, name="public-place", action="public.read"),
    route(
        f"{OFFICE}self-check/",
        public.code,
        name="self-check",
        action="public.read",
        write="inspections.check_self",
    ),
]
