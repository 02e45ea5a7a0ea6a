"""The addresses of inspections at the desk."""

from koban.duties.inspections.views import desk, places
from koban.kernel.access.addresses import route

app_name = "inspections"

HERE = "desk/inspections/"
ONE = f"{HERE}<int:year>/<int:number>/"
READ, PLAN, FILE = "inspections.read", "inspections.plan", "inspections.file"

urlpatterns = [
    route(HERE, desk.listing, name="list", action=READ),
    route(f"{HERE}new/", desk.new, name="new", action=READ, write=PLAN),
    route(f"{HERE}due/", places.due, name="due", action=READ),
    route(f"{HERE}due/plan/", places.plan, name="plan", action=PLAN),
    route(f"{HERE}campaigns/", places.campaigns, name="campaigns", action=READ, write="inspections.campaign"),
    route(f"{HERE}regimes/", places.regimes_page, name="regimes", action=READ),
    route(f"{HERE}places/", places.places, name="places", action=READ),
    route(f"{HERE}places/open/", places.open_file, name="open-file", action=FILE),
    route(f"{HERE}places/<uuid:venue>/", places.place, name="place", action=READ, write=FILE),
    route(
        f"{HERE}places/<uuid:venue>/floor-plan/", places.floor_plan, name="floor-plan", action="files.read"
    ),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}record/", desk.record, name="record", action="inspections.record"),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", desk.file, name="file", action="files.read"),
    route(f"{ONE}<slug:key>/", desk.act, name="act", action=READ, write="inspections.failed"),
]
