"""The answer of the command bar."""

from django.http import HttpRequest, JsonResponse

from koban.desk.search.commands import answer


def commands(request: HttpRequest) -> JsonResponse:
    """`?q=` as typed so far; `{"items": [{"title", "url", "hint", "icon"}]}`."""
    return JsonResponse(answer(request.GET.get("q", ""), request.actor.role, request.station))
