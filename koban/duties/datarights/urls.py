"""The desk of requests, and the resident's own pages for them."""

from koban.duties.datarights.views import copying, counter, desk, own
from koban.kernel.access.addresses import route

app_name = "datarights"

ONE = "desk/datarights/<int:year>/<int:number>/"
OWN = "o/<slug:office>/me/requests/"
MINE = f"{OWN}<int:year>/<int:number>/"

urlpatterns = [
    route("desk/datarights/", desk.listing, name="list", action="datarights.read"),
    route("desk/datarights/new/<uuid:matter>/", counter.page, name="new", action="datarights.ask"),
    route(ONE, desk.detail, name="detail", action="datarights.read"),
    route(f"{ONE}words/", desk.open_words, name="words", action="datarights.handle"),
    route(f"{ONE}copy/", copying.sheet, name="copy", action="datarights.handle"),
    route(f"{ONE}<slug:key>/", desk.act, name="act", action="datarights.handle"),
    route(OWN, own.listing, name="own_list", action="public.own"),
    route(f"{OWN}new/", own.ask_page, name="own_new", action="public.own"),
    route(f"{OWN}new/<slug:kind>/", own.ask_page, name="own_new_kind", action="public.own"),
    route(f"{OWN}copy/", own.copy, name="own_copy", action="public.own"),
    route(MINE, own.detail, name="own_detail", action="public.own"),
    route(f"{MINE}write/", own.write, name="own_write", action="public.own"),
    route(f"{MINE}withdraw/", own.withdraw, name="own_withdraw", action="public.own"),
    route(f"{MINE}again/", own.again, name="own_again", action="public.own"),
]
