"""The addresses of papers."""

from koban.kernel.access.addresses import route
from koban.matters.documents import acting, desk, papers, views, writing

app_name = "documents"

VERIFY, READ, BACK = "documents.verify", "documents.certificates", "documents.withdraw"
ONE = "desk/certificates/<uuid:id>/"
SEE, DRAFT = "documents.read", "documents.draft"
PAPER = "desk/papers/<uuid:id>/"

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
    route("desk/papers/", papers.listing, name="papers", action=SEE),
    route("desk/papers/new/", writing.choose, name="choose", action=DRAFT),
    route("desk/papers/new/<slug:letter>/", writing.new, name="new", action=DRAFT),
    route("desk/papers/many/<slug:letter>/", acting.batch_new, name="batch_new", action="documents.batch"),
    route(
        "desk/papers/batches/<uuid:id>/", acting.batch, name="batch", action=SEE, write="documents.approve"
    ),
    route("desk/papers/batches/<uuid:id>/far/", acting.batch_progress, name="batch_progress", action=SEE),
    route(
        "desk/papers/copies/<uuid:id>/", acting.acknowledge, name="acknowledge", action="documents.deliver"
    ),
    route(PAPER, papers.detail, name="detail", action=SEE),
    route(f"{PAPER}edit/", writing.edit, name="edit", action=DRAFT),
    route(f"{PAPER}compare/", papers.compare, name="compare", action=SEE),
    route(f"{PAPER}pdf/", writing.pdf, name="pdf", action=SEE),
    route(f"{PAPER}word/", writing.word, name="word", action=SEE),
    route(f"{PAPER}comment/", acting.comment, name="comment", action="documents.comment"),
    route(f"{PAPER}deliver/", acting.deliver, name="deliver", action="documents.deliver"),
    route(f"{PAPER}<slug:step>/", acting.act, name="act", action=SEE),
]
