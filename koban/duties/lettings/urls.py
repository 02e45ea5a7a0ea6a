"""The addresses of lettings: the desk, the own pages of landlords and tenants, the door of agents."""

from koban.duties.lettings.views import desk, door, own, own_tenants, steps
from koban.kernel.access.addresses import route

app_name = "lettings"

ONE = "desk/lettings/<int:year>/<int:number>/"
ME = "o/<slug:office>/me/lettings/"
AGENT = "o/<slug:office>/agents/"
READ, TAKE, AGENTS = "lettings.read", "lettings.take", "lettings.agents"

urlpatterns = [
    route("desk/lettings/", desk.listing, name="list", action=READ),
    route("desk/lettings/new/", desk.new, name="new", action=TAKE),
    route("desk/lettings/units/", desk.units, name="units", action=READ),
    route("desk/lettings/units/<uuid:unit>/", desk.unit, name="unit", action=READ),
    route("desk/lettings/units/<uuid:unit>/enquire/", desk.enquire, name="enquire", action=READ, write=TAKE),
    route("desk/lettings/agents/", desk.agents, name="agents", action=READ, write=AGENTS),
    route("desk/lettings/agents/<uuid:agent>/key/", desk.agent_key, name="agent-key", action=AGENTS),
    route("desk/lettings/agents/<uuid:agent>/revoke/", desk.agent_revoke, name="agent-revoke", action=AGENTS),
    route("desk/lettings/agents/<uuid:agent>/report/", desk.agent_report, name="agent-report", action=TAKE),
    route(ONE, steps.detail, name="detail", action=READ),
    route(f"{ONE}files/<uuid:attachment>/<slug:form>/", steps.file, name="file", action="files.read"),
    route(f"{ONE}<slug:key>/", steps.act, name="act", action=READ, write="lettings.handle"),
    route(ME, own.home, name="own", action="public.own"),
    route(f"{ME}unit/", own.both(own.unit_page, own.unit_add), name="own-unit", action="public.own"),
    route(f"{ME}letter/", own.both(own.letter_page, own.letter_sign), name="own-letter", action="public.own"),
    *(
        route(f"{ME}<uuid:{what}>/{key}/", own.both(get, post), name=f"own-{key}", action="public.own")
        for what, key, get, post in (
            ("unit", "tenant", own_tenants.tenant_page, own_tenants.tenant_add),
            ("unit", "check", own_tenants.check_page, own_tenants.check),
            ("unit", "close", own.close_page, own.close_unit),
            ("tenancy", "end", own_tenants.end_page, own_tenants.end),
            ("tenancy", "longer", own_tenants.end_page, own_tenants.prolong),
            ("tenancy", "wrong", own_tenants.wrong_page, own_tenants.wrong),
            ("matter", "matter", own_tenants.matter_page, own_tenants.tell_more),
        )
    ),
    route(AGENT, door.enter, name="agent-enter", action="lettings.tell"),
    route(f"{AGENT}reports/", door.home, name="agent-home", action="lettings.tell"),
    route(f"{AGENT}leave/", door.leave, name="agent-leave", action="lettings.tell"),
]  # fmt: skip
