"""The inspectors' desk. Complaints come in through the public site, past the office (`door.past`)."""

from koban.duties.oversight import views
from koban.kernel.access.addresses import route

app_name = "oversight"

ONE = "desk/oversight/<int:year>/<int:number>/"

urlpatterns = [
    route("desk/oversight/", views.listing, name="list", action="oversight.read"),
    route(ONE, views.detail, name="detail", action="oversight.read"),
    route(f"{ONE}words/", views.open_words, name="words", action="oversight.read"),
    route(f"{ONE}contact/", views.contact, name="contact", action="oversight.handle"),
    route(f"{ONE}files/", views.attach, name="attach", action="oversight.handle", write="files.add"),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", views.file, name="file", action="oversight.read"),
    route(f"{ONE}<slug:key>/", views.act, name="act", action="oversight.read", write="oversight.handle"),
]
