"""The address of the command bar."""

from koban.desk.search import views
from koban.kernel.access.addresses import route

urlpatterns = [route("desk/commands", views.commands, name="commands", action="desk.command")]
