"""The notice board: what the office promises, and what became of it."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from koban.desk.models import Bulletin
from koban.desk.public.front import office_of, show
from koban.desk.public.numbers import DAYS, LEAST, numbers
from koban.kernel import law
from koban.kernel.access.who import Request
from koban.matters.deadlines import clause_of

MOST = 20
# The promises that residents feel, in the order in which they wait.
PROMISES = (
    "OFFICE-COVER-1",
    "OFFICE-ARRIVE-1",
    "OFFICE-ARRIVE-3",
    "OFFICE-ANSWER-1",
    "OFFICE-REPLY-1",
    "OFFICE-FEEDBACK-1",
)


@require_safe
def notices(request: Request) -> HttpResponse:
    now, station = timezone.now(), office_of(request)
    promises = [clause for key in PROMISES if (clause := clause_of(key, station, now))]
    language = get_language() or "en"
    told = [(clause, law.why(clause, language)) for clause in promises]
    board = Bulletin.objects.shown(timezone.localdate())[:MOST]
    context = {
        "board": board,
        "numbers": numbers(now),
        "promises": told,
        "days": DAYS,
        "least": LEAST,
        "now": now,
    }
    return show(request, "desk/public/notices.html", context)
