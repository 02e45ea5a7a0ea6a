"""The addresses of the public site."""

from koban.desk.public import (
    about,
    bulletins,
    complaint,
    front,
    living_pages,
    lost,
    me,
    me_looks,
    mine,
    notices,
    plates,
    report,
)
from koban.kernel.access.addresses import route

READ = "public.read"
TAKE, FOLLOW = "incidents.take", "incidents.follow"
OFFICE = "o/<slug:office>/"
MINE = f"{OFFICE}follow/mine/"
ME, OWN = f"{OFFICE}me/", "public.own"

urlpatterns = [
    route("", front.choose, name="public_choose", action=READ),
    route(OFFICE, front.home, name="public_home", action=READ),
    route(f"{OFFICE}in/", front.sign_page, name="public_in", action=READ),
    route(f"{OFFICE}notices/", notices.notices, name="public_notices", action=READ),
    route(f"{OFFICE}report/", report.report, name="public_report", action=READ, write=TAKE),
    route(
        f"{OFFICE}report/at/<slug:plate>/", report.report, name="public_report_at", action=READ, write=TAKE
    ),
    route(f"{OFFICE}places/", report.places, name="public_places", action=READ),
    route(f"{OFFICE}lost/", lost.found_here, name="public_lost", action=READ),
    route(f"{OFFICE}lost/<slug:way>/", lost.tell, name="public_lost_tell", action=READ, write=TAKE),
    route(
        f"{OFFICE}complaint/",
        complaint.complaint,
        name="public_complaint",
        action=READ,
        write="oversight.complain",
    ),
    route(f"{OFFICE}follow/", mine.enter, name="public_follow", action=READ, write=FOLLOW),
    route(MINE, mine.page, name="public_mine", action=FOLLOW),
    route(f"{MINE}write/", mine.write, name="public_write", action=FOLLOW),
    route(f"{MINE}photo/", mine.add_photos, name="public_photo", action=FOLLOW, write="files.add"),
    route(f"{MINE}photo/<uuid:id>/", mine.photo, name="public_photo_seen", action=FOLLOW),
    route(f"{MINE}judge/", mine.judge, name="public_judge", action=FOLLOW),
    route(f"{MINE}contact/", mine.contact, name="public_contact", action=FOLLOW),
    route(f"{MINE}proof/", mine.proof, name="public_proof", action=FOLLOW),
    route(f"{MINE}papers/", living_pages.papers, name="public_papers", action=FOLLOW, write="permits.bring"),
    route(
        f"{MINE}move-out/",
        living_pages.move_out,
        name="public_move_out",
        action=FOLLOW,
        write="permits.declare",
    ),
    route(
        f"{MINE}withdraw/",
        living_pages.withdraw,
        name="public_withdraw",
        action=FOLLOW,
        write="permits.withdraw",
    ),
    route(f"{MINE}leave/", mine.leave, name="public_leave", action=FOLLOW),
    route(ME, me.home, name="me", action=OWN),
    route(f"{ME}enter/", me.enter, name="me_enter", action=OWN),
    route(f"{ME}data/", me.data, name="me_data", action=OWN),
    route(f"{ME}looks/", me_looks.page, name="me_looks", action=OWN),
    route(f"{ME}leave/", me.leave, name="me_leave", action=OWN),
    route("desk/notices/", bulletins.listing, name="bulletins", action=bulletins.RIGHT),
    route(
        "desk/notices/<uuid:bulletin>/down/",
        bulletins.take_down,
        name="bulletin_down",
        action=bulletins.RIGHT,
    ),
    route("desk/plates/", plates.listing, name="plates", action="premises.read"),
    route("desk/plates/sheet/", plates.sheets, name="plate-sheet", action="premises.read"),
    route("desk/plates/<slug:plate>/", plates.sheet, name="plate", action="premises.read"),
    route("about/rules", about.rules, name="public_rules", action=READ),
    route("about/refusals", about.refusals, name="public_refusals", action=READ),
    route("about/privacy", about.privacy, name="public_privacy", action=READ),
]
