"""All matters of the office as a list, and as a file."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from koban.desk.board.slips import READ, slips
from koban.desk.matters import export
from koban.desk.matters.forms import ListForm
from koban.desk.matters.keys import Order, cut
from koban.kernel.access.who import Request, here
from koban.kernel.ledger import book
from koban.matters.models import Matter

SIZE = 50
# What a list can be sorted by. The last two are what only open matters are asked about, and few are open.
SORTS = {"opened": "opened_at", "priority": "priority", "due": "due_at"}
OPEN_ONLY = ("priority", "due")
NEWEST = "-opened"


def matters(request: Request) -> HttpResponseBase:
    """Fifty at a time, the newest first; `?export=csv` gives everything that the filters leave."""
    form = ListForm(request.GET)
    order, rows = _rows(request, form)
    if request.GET.get("export") == "csv":
        return _csv(request, form, order, rows)
    return _page(request, form, order, rows)


def _rows(request: Request, form: ListForm) -> tuple[Order, Any]:
    wanted = request.GET.get("sort", NEWEST)
    name = wanted.removeprefix("-")
    if name not in SORTS:
        wanted, name = NEWEST, "opened"
    found = Matter.objects.filter(form.condition(here(request), request.actor.post_id, timezone.now()))
    if name in OPEN_ONLY:
        found = found.filter(is_open=True)
    if name == "due":
        found = found.filter(due_at__isnull=False)
    return Order(SORTS[name], wanted.startswith("-")), found.select_related("address__beat", "holder").only(
        *READ
    )


def _page(request: Request, form: ListForm, order: Order, rows: Any) -> HttpResponse:
    page = cut(
        rows, order, size=SIZE, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "form": form,
        "page": page,
        "rows": slips(page.rows, (), here(request).pack),
        "now": timezone.now(),
        "told": form.told(),
    }
    return render(request, "desk/matters/list.html", context)


def _csv(request: Request, form: ListForm, order: Order, rows: Any) -> StreamingHttpResponse:
    told = {name: str(value) for name, value in form.told().items() if name != "q"}
    book.look("matters.export", by=request.actor, at=timezone.now(), facts={"filter": told})
    body = export.lines(rows, order, here(request), get_language() or "en")
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="matters.csv"'
    return response
