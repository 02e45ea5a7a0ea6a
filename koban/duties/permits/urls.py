"""The addresses of registrations, permits and the queue: public, own, and at the desk."""

from koban.duties.permits.views import cards, desk, own, public, queue, steps, taking
from koban.kernel.access.addresses import route

app_name = "permits"

OFFICE = "o/<slug:office>/"
MINE = f"{OFFICE}me/permits/"
DESK = "desk/permits/"
ONE = f"{DESK}<int:year>/<int:number>/"
READ, DECLARE, OWN = "public.read", "permits.declare", "public.own"

urlpatterns = [
    route(f"{OFFICE}living/", public.start, name="start", action=READ),
    route(f"{OFFICE}living/register/", public.register, name="register", action=READ, write=DECLARE),
    route(f"{OFFICE}living/permit/", public.apply, name="apply", action=READ, write=DECLARE),
    route(f"{OFFICE}visit/", queue.book, name="book", action=READ, write="queue.book"),
    route(f"{OFFICE}visit/number/", queue.take, name="take", action=READ, write="queue.book"),
    route(f"{OFFICE}visit/give-up/", queue.leave, name="give_up", action=READ, write="queue.book"),
    route(f"{OFFICE}visit/now/", queue.serving, name="serving", action="queue.see"),
    route(MINE, own.home, name="own", action=OWN),
    route(f"{MINE}register/", own.register_own, name="own_register", action=OWN),
    route(f"{MINE}apply/", own.apply_own, name="own_apply", action=OWN),
    route(f"{MINE}ask/<slug:type>/", own.ask, name="own_ask", action=OWN),
    route(f"{MINE}leave/<uuid:residence>/", own.leave, name="own_leave", action=OWN),
    route(f"{MINE}proof/<uuid:residence>/", own.proof, name="own_proof", action=OWN),
    route(f"{MINE}paper/<uuid:certificate>.pdf", own.paper, name="own_paper", action=OWN),
    route(f"{MINE}<int:year>/<int:number>/papers/", own.papers_own, name="own_papers", action=OWN),
    route(DESK, desk.listing, name="list", action="permits.read"),
    route(f"{DESK}waiting/", desk.waiting, name="waiting", action="permits.read"),
    route(f"{DESK}new/", taking.new, name="new", action="permits.handle", write=DECLARE),
    route(f"{DESK}apply/", taking.apply, name="apply_desk", action="permits.handle", write=DECLARE),
    route(f"{DESK}cards/", cards.listing, name="cards", action="permits.read"),
    route(f"{DESK}cards/<slug:number>/", cards.detail, name="card", action="permits.read"),
    route(f"{DESK}cards/<slug:number>/<slug:type>/", cards.ask, name="card_ask", action="permits.handle"),
    route("desk/queue/", queue.listing, name="queue", action="queue.call"),
    route("desk/queue/call/", queue.call, name="queue_call", action="queue.call"),
    route("desk/queue/<uuid:visit>/<slug:state>/", queue.end, name="queue_end", action="queue.call"),
    route("desk/queue/hours/", queue.hours, name="queue_hours", action="queue.plan"),
    route(f"{ONE}fill/", taking.fill, name="fill", action="permits.handle", write=DECLARE),
    route(ONE, desk.detail, name="detail", action="permits.read"),
    route(f"{ONE}people/", steps.people, name="people", action="permits.handle"),
    route(f"{ONE}files/<uuid:attachment>/", desk.file, name="file", action="files.read"),
    *(
        route(
            f"{ONE}{key}/",
            steps.printed(key) if key in steps.PRINTED else steps.step(key),
            name=key,
            action="permits.read",
            write=step[0],
        )
        for key, step in steps.STEPS.items()
    ),
]
