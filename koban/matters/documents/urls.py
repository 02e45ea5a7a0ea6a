"""The addresses of papers."""

from koban.kernel.access.addresses import route
from koban.matters.documents import desk, views

app_name = "documents"

VERIFY, READ, BACK = "documents.verify", "documents.certificates", "documents.withdraw"
ONE = "desk/certificates/<uuid:id>/"

urlpatterns = [
    # Short, because it stands in every printed code: the digits follow behind "#".
    route("v/", views.verify, name="scanned", action=VERIFY),
    route("verify/", views.verify, name="verify", action=VERIFY),
    route("verify/keys", views.jwks, name="keys", action=VERIFY),
    route(
        "o/<slug:office>/status/<slug:purpose>/<int:number>", views.status_list, name="status", action=VERIFY
    ),
    route("desk/certificates/", desk.listing, name="certificates", action=READ),
    route(ONE, desk.detail, name="certificate", action=READ),
    route(f"{ONE}paper/", desk.paper, name="paper", action=READ),
    route(f"{ONE}<slug:step>/", desk.mark, name="mark", action=BACK),
    route("desk/card/", desk.card, name="card", action="documents.card"),
    route("desk/card/<uuid:id>.pdf", desk.card_paper, name="card_paper", action="documents.card"),
]
