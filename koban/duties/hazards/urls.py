"""The addresses of hazards: the desk, the neighbours' pages, and the link of an order."""

from koban.duties.hazards.views import assets, desk, order, proof, public
from koban.kernel.access.addresses import route

app_name = "hazards"

DESK = "desk/hazards/"
ONE = f"{DESK}<int:year>/<int:number>/"
OFFICE = "o/<slug:office>/hazards/"
READ, WORK, SEEN = "hazards.read", "hazards.repair", "public.read"
SAY, ARRIVED = "hazards.contradict", "hazards.receive"

urlpatterns = [
    route(DESK, desk.listing, name="list", action=READ),
    route(f"{DESK}new/", desk.new, name="new", action=READ, write="hazards.find"),
    route(f"{DESK}month/", desk.month, name="month", action=READ),
    route(f"{DESK}assets/", assets.listing, name="assets", action=READ),
    route(f"{DESK}assets/<uuid:asset>/", assets.asset, name="asset", action=READ, write="hazards.find"),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}photo/<slug:side>/", proof.photo, name="photo", action=READ, write=WORK),
    route(f"{ONE}file/<uuid:attachment>/<slug:form>/", desk.file, name="file", action=READ),
    route(f"{ONE}orders/<uuid:order>/", proof.serve, name="serve", action=READ, write="hazards.serve"),
    route(
        f"{ONE}orders/<uuid:order>/signed/", proof.signed, name="signed", action=READ, write="hazards.serve"
    ),
    route(f"{ONE}<slug:key>/", desk.act, name="act", action=READ, write=WORK),
    route(OFFICE, public.listing, name="public", action=SEEN),
    route(f"{OFFICE}not-fixed/", public.not_fixed, name="not-fixed", action=SEEN, write=SAY),
    route(f"{OFFICE}asset/<uuid:asset>/", public.defect, name="defect", action=SEEN, write="hazards.find"),
    route(f"{OFFICE}order/", order.door, name="order", action=ARRIVED),
    route(f"{OFFICE}order/paper/", order.paper, name="order-paper", action=ARRIVED),
    route(f"{OFFICE}order/<slug:key>/", order.act, name="order-act", action=ARRIVED),
    route(f"{OFFICE}<int:year>/<int:number>/", public.one, name="public-one", action=SEEN, write=SAY),
]
