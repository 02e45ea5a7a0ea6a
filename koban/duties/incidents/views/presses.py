"""What one press does on the page of an incident: tick an item, take the matter in hand."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import actions, queries
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.once import once
from koban.kernel.access.who import Request
from koban.lib.errors import Refused
from koban.matters import actions as matters


@once
def tick(request: Request, year: int, number: int) -> HttpResponse:
    """Tick an item of the checklist; it stands in the scene log with its time."""
    matter = queries.numbered(year, number)
    item = request.POST.get("item", "")
    known = {i.key: i for i in CATALOGUE.checklist(matter.type).items} if matter.type in CATALOGUE else {}
    if not matter.is_open:
        raise Refused(_("This is closed. Open it again first."))
    if item not in known:
        raise Refused(_("This item is not on the list."))
    actions.log_scene(matter, "check", "", item=item, by=request.actor, at=timezone.now())
    return redirect("incidents:detail", year, number)


@once
def take_in_hand(request: Request, year: int, number: int) -> HttpResponse:
    """Hold the matter: from now on its people may be looked up, and every look is paged."""
    matters.hold(queries.numbered(year, number), request.actor.post_id, by=request.actor, at=timezone.now())
    return redirect("incidents:detail", year, number)
