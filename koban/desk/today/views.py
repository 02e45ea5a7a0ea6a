"""The start page of the desk."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from koban.desk import menu
from koban.desk.today import queries
from koban.kernel.access.roles import LINE, ROLES
from koban.kernel.access.who import Request, here


def today(request: Request) -> HttpResponse:
    """What I hold, what is due, what changed. Who holds no matters (an administrator) sees what there is to do."""
    role, at = request.actor.role, timezone.now()
    if role not in LINE | {"inspector"}:
        items = [line for line in menu.lines(role, request.path) if line.key != "desk:today"]
        return render(request, "desk/today/doors.html", {"role": ROLES[role], "items": items, "now": at})
    found = queries.today(here(request), request.actor, at)
    return render(request, "desk/today/today.html", {"today": found, "station": here(request), "now": at})
