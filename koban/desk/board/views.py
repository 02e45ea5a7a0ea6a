"""The board as a page, and as GeoJSON for its map. Both are whole without JavaScript and without the live stream."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from koban.desk import marks
from koban.desk.board import queries
from koban.desk.board.filters import FilterForm
from koban.kernel import stations
from koban.kernel.access.roles import may
from koban.kernel.access.who import Request, here
from koban.kernel.stations.models import Station


def board(request: Request) -> HttpResponse:
    """The whole board. Its mark is read first: whatever comes while it is drawn comes again by the stream."""
    at, station = timezone.now(), here(request)
    mark = marks.written(marks.now(stations.current().ids or {station.pk}))
    found = queries.board(station, at)
    form = FilterForm(request.GET, found.beats)
    wanted = form.filter(request.actor.post_id)
    shown = {slip.id for slip in found.slips if wanted.fits(slip)}
    context = {"board": found, "form": form, "wanted": wanted, "shown": shown, "mark": mark, "now": at}
    return render(request, "desk/board/board.html", context | _told(request, found, station))


def _told(request: Request, found: queries.Board, station: Station) -> dict[str, Any]:
    post_id, at = request.actor.post_id, found.at
    return {
        "station": station,
        "centre": queries.centre(station),
        "rings_again_s": queries.rings_again_s(station, at),
        "writes_note": queries.writes_note_soon(found, post_id, at),
        "told": words(),
        "sends": may(request.actor.role, "incidents.dispatch"),
        "takes": may(request.actor.role, "incidents.take"),
    }


def words() -> dict[str, str]:
    """The sentences that the board's script needs."""
    return {
        "live": gettext("Live"),
        "lost": gettext("Connection lost; trying again"),
        "sound": gettext("Sound on"),
        "muted": gettext("Sound off"),
        "sleeping": gettext("Press once to allow sound"),
        "urgent": gettext("Urgent: %s"),
        "title": gettext("Board"),
    }


def map_json(request: Request) -> JsonResponse:
    """Open matters with a place, as GeoJSON."""
    feed = queries.map_feed(queries.open_slips(here(request).pack))
    return JsonResponse(feed, content_type="application/geo+json")
