"""The addresses of the command bar and of its page."""

from koban.desk.search import views
from koban.kernel.access.addresses import route

urlpatterns = [
    route("desk/commands", views.commands, name="commands", action="desk.command"),
    route("desk/search/", views.search, name="search", action="desk.command"),
]
