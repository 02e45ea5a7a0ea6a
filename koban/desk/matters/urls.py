"""The address of the list of all matters."""

from koban.desk.matters import views
from koban.kernel.access.addresses import route

urlpatterns = [route("desk/matters/", views.matters, name="matters", action="matters.read")]
