"""The answer of the command bar."""

from django.http import JsonResponse

from koban.desk.search.commands import answer
from koban.kernel.access.who import Request, here


def commands(request: Request) -> JsonResponse:
    """`?q=` as typed so far; `{"items": [{"title", "url", "hint", "icon"}]}`."""
    return JsonResponse(answer(request.GET.get("q", ""), request.actor.role, here(request)))
