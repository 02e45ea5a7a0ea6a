"""The public catalogue: number, kind and day of files that are open. Nobody is named in it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from koban.duties.archive import queries
from koban.duties.archive.views.desk import kind_label
from koban.kernel.access.who import Request, here

PAGE = 50


@require_GET
def catalogue(request: Request) -> HttpResponse:
    page = Paginator(queries.catalogue(), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.kind_label = kind_label(row)
    return render(request, "archive/catalogue.html", {"page": page, "station": here(request)})
