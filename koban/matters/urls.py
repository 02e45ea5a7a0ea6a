"""What can be done with the people of any matter, and with the notice of looks at them."""

from koban.kernel.access.addresses import route
from koban.matters import views

app_name = "matters"

ONE = "desk/matters/<uuid:matter>/people/"

urlpatterns = [
    route(f"{ONE}open/", views.open_person, name="open_person", action="matters.look"),
    route(f"{ONE}find/", views.find_person, name="find_person", action="matters.look"),
    route(f"{ONE}add/", views.add_person, name="add_person", action="matters.hold"),
    route(f"{ONE}key/", views.give_key, name="give_key", action="residents.key"),
]
