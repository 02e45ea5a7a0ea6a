"""The address of the start page."""

from koban.desk.today import views
from koban.kernel.access.addresses import route

urlpatterns = [route("desk/", views.today, name="today", action="desk.today")]
