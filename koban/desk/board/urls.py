"""Addresses of the live board."""

from koban.desk.board import sending, views
from koban.kernel.access.addresses import route

urlpatterns = [
    route("desk/board/", views.board, name="board", action="events.read"),
    route("desk/board/map.json", views.map_json, name="board_map", action="events.read"),
    route(
        "desk/board/send/<int:year>/<int:number>/",
        sending.send,
        name="send",
        action="matters.read",
        write="incidents.dispatch",
    ),
]
