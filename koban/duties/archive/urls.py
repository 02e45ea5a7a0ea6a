"""The addresses of the archive."""

from koban.duties.archive.views import desk, lists, paper, public, room
from koban.kernel.access.addresses import route

app_name = "archive"

READ, LOOK, PAPER = "archive.read", "archive.look", "archive.paper"
ONE = "desk/archive/<int:year>/<int:number>/"
ROLL = "desk/archive/lists/<int:year>/<int:number>/"
BOX = "desk/archive/paper/boxes/<slug:code>/"
ROOM = f"{ONE}reading/<uuid:reading>/"

urlpatterns = [
    route("desk/archive/", desk.listing, name="list", action=READ),
    route("desk/archive/progress/", desk.far, name="progress", action=READ),
    route("desk/archive/file/", desk.file_now, name="file_now", action="archive.file"),
    route("desk/archive/lists/", lists.listing, name="rolls", action=READ),
    route("desk/archive/lists/new/<slug:kind>/", lists.begin, name="new_roll", action="archive.propose"),
    route(ROLL, lists.detail, name="roll", action=READ),
    route(f"{ROLL}progress/", lists.far, name="roll_progress", action=READ),
    route(f"{ROLL}packages.tar", lists.packages, name="roll_packages", action="archive.approve"),
    route(f"{ROLL}certificate.pdf", lists.certificate, name="certificate", action=READ),
    route(f"{ROLL}<slug:key>/", lists.act, name="act", action="archive.propose"),
    route(ONE, desk.detail, name="detail", action=READ),
    route(f"{ONE}package.tar", desk.package, name="package", action=READ),
    route(f"{ONE}check/", desk.check, name="check", action=READ),
    route(f"{ONE}hold/", desk.hold, name="hold", action="archive.hold"),
    route(f"{ONE}hold/<uuid:held>/end/", desk.end_hold, name="end_hold", action="archive.hold"),
    route(f"{ONE}longer/", desk.longer, name="longer", action="archive.appraise"),
    route(f"{ONE}read/", room.enter, name="read", action=LOOK),
    route(ROOM, room.reading, name="reading", action=LOOK),
    route(f"{ROOM}copy.tar", room.copy, name="copy", action=LOOK),
    route(f"{ROOM}<int:place>/", room.one, name="member", action=LOOK),
    route(f"{ONE}volume/", paper.volume, name="volume", action=PAPER),
    route(f"{ONE}labels.pdf", paper.sheet_of_file, name="file_labels", action=PAPER),
    route("desk/archive/paper/", paper.boxes, name="boxes", action=READ),
    route("desk/archive/paper/new/", paper.put_up, name="put_up", action=PAPER),
    route("desk/archive/paper/loans/<uuid:loan>/back/", paper.give_back, name="give_back", action=PAPER),
    route(BOX, paper.box, name="box", action=READ),
    route(f"{BOX}put/", paper.put, name="put", action=PAPER),
    route(f"{BOX}stock/", paper.take_stock, name="stock", action=PAPER),
    route(f"{BOX}lend/", paper.lend, name="lend", action=PAPER),
    route(f"{BOX}labels.pdf", paper.sheet, name="labels", action=PAPER),
    route("o/<slug:office>/archive/", public.catalogue, name="catalogue", action="archive.catalogue"),
]
