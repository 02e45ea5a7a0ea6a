"""What can be done with the people of any matter, and with the notice of looks at them."""

from koban.kernel.access.addresses import route
from koban.matters import delay_views, double_views, household, unit_looks, views

app_name = "matters"

ONE = "desk/matters/<uuid:matter>/people/"

urlpatterns = [
    route(f"{ONE}open/", views.open_person, name="open_person", action="matters.look"),
    route(f"{ONE}contacts/", views.open_contacts, name="open_contacts", action="matters.look"),
    route(f"{ONE}find/", views.find_person, name="find_person", action="matters.look"),
    route(f"{ONE}add/", views.add_person, name="add_person", action="matters.hold"),
    route(
        "desk/matters/<uuid:matter>/units/<uuid:unit>/open/",
        unit_looks.open_responsible,
        name="open_responsible",
        action="matters.look",
    ),
    route("desk/matters/<uuid:matter>/household/", household.page, name="household", action="matters.read"),
    route(f"{ONE}notice/", delay_views.page, name="delays", action="matters.read", write="residents.delay"),
    route(
        f"{ONE}notice/<uuid:delay>/",
        delay_views.approve,
        name="approve_delay",
        action="residents.approve_delay",
    ),
    route(f"{ONE}doubles/", double_views.page, name="doubles", action="residents.merge"),
    route(f"{ONE}doubles/compare/", double_views.compare, name="compare_double", action="residents.merge"),
    route(f"{ONE}doubles/merge/", double_views.merge, name="merge_double", action="residents.merge"),
    route(f"{ONE}doubles/<uuid:merge>/", double_views.unmerge, name="unmerge", action="residents.merge"),
    route(f"{ONE}key/", views.give_key, name="give_key", action="residents.key"),
]
