"""The addresses of visits: the desk, and the own pages of residents."""

from koban.duties.visits.views import desk, own
from koban.kernel.access.addresses import route

app_name = "visits"

ONE = "desk/visits/<int:year>/<int:number>/"
ME = "o/<slug:office>/me/visits/"
READ, GO, OWN = "visits.read", "visits.go", "public.own"

urlpatterns = [
    route("desk/visits/", desk.listing, name="list", action=READ),
    route("desk/visits/plan/", desk.plan, name="plan", action=READ, write="visits.plan"),
    route("desk/visits/month/", desk.month, name="month", action="visits.month"),
    route("desk/visits/month/seen/", desk.month_review, name="month-seen", action="visits.review"),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}needs/<uuid:noted>/", desk.refer, name="refer", action=READ, write=GO),
    route(f"{ONE}<slug:key>/", desk.act, name="act", action=READ, write=GO),
    route(ME, own.home, name="own", action=OWN),
    route(f"{ME}ask/", own.both(own.ask_page, own.ask), name="own-ask", action=OWN),
    route(f"{ME}rest/", own.rest, name="own-rest", action=OWN),
    route(f"{ME}card/", own.both(own.card_page, own.card), name="own-card", action=OWN),
    route(f"{ME}card/again/", own.card_again, name="own-card-again", action=OWN),
    route(f"{ME}card/end/", own.card_end, name="own-card-end", action=OWN),
    route(f"{ME}<uuid:matter>/", own.both(own.visit_page, own.correct), name="own-visit", action=OWN),
]
