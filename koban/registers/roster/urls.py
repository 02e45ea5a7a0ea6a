"""The addresses of the roster."""

from koban.kernel.access.addresses import route
from koban.registers.roster import views

app_name = "roster"

urlpatterns = [
    route("desk/roster/", views.now, name="now", action="roster.read"),
    route("desk/roster/on/", views.sign_on, name="on", action="roster.sign"),
    route("desk/roster/off/", views.sign_off, name="off", action="roster.sign"),
    route("desk/roster/out/", views.out, name="out", action="roster.sign"),
    route("desk/roster/back/", views.back, name="back", action="roster.sign"),
    route("desk/roster/hand-over/", views.hand_over, name="hand-over", action="roster.hand_over"),
    route("desk/roster/hand-over/<uuid:note>/", views.take_over, name="take-over", action="roster.hand_over"),
    route("desk/roster/shifts/", views.enter, name="enter", action="roster.plan"),
    route("desk/roster/shifts/<uuid:shift>/cancel/", views.cancel, name="cancel", action="roster.plan"),
    route("desk/roster/plan/", views.plan, name="plan", action="roster.plan"),
]
