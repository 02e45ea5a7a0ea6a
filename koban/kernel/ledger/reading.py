"""Reading pages: timelines, who looked, what is new. All inside the scope."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from koban.kernel.ledger.models import Head, Page


def of_matter(matter_id: UUID) -> QuerySet[Page]:
    """Pages of a matter, oldest first."""
    return Page.objects.filter(matter_id=matter_id).order_by("number")


def of_matters(matter_ids: Iterable[UUID]) -> QuerySet[Page]:
    """Pages of several matters of one station (a matter and those merged into it), oldest first."""
    return Page.objects.filter(matter_id__in=list(matter_ids)).order_by("number")


def looks_in(matter_id: UUID) -> QuerySet[Page]:
    """Every look and refused look at people in a matter, newest first."""
    return of_matter(matter_id).filter(verb__endswith=".look").order_by("-number")


def since(number: int, limit: int = 500) -> QuerySet[Page]:
    """Pages from `number` on, oldest first: numbers are commit order within a station, so nothing is skipped."""
    return Page.objects.filter(number__gte=number).order_by("number")[:limit]


def latest(limit: int = 50) -> QuerySet[Page]:
    return Page.objects.order_by("-number")[:limit]


def before(number: int, limit: int = 50) -> QuerySet[Page]:
    """The page of results that ends before `number`, newest first."""
    return Page.objects.filter(number__lt=number).order_by("-number")[:limit]


def told_by(station_id: UUID, verb: str = "") -> QuerySet[Page]:
    """Pages of one station, newest first; those whose verb begins with `verb`, where one is given."""
    pages = Page.objects.filter(station_id=station_id).order_by("-number")
    return pages.filter(verb__startswith=verb) if verb else pages


def by_number(number: int) -> Page | None:
    return Page.objects.filter(number=number).first()


def size(station_id: UUID) -> int:
    """How many pages a station's ledger has; the number of the next one."""
    found: int | None = Head.objects.filter(pk=station_id).aggregate(size=Max("size"))["size"]
    return found or 0


def sizes() -> dict[UUID, int]:
    """Every station's ledger size in one query: what the live hub compares."""
    return dict(Head.objects.values_list("station_id", "size"))


def counted(verbs: Iterable[str], subject: str) -> dict[str, int]:
    """Subject -> how many pages with one of the verbs tell of it; subjects that begin with `subject`."""
    pages = Page.objects.filter(verb__in=list(verbs), subject__startswith=subject)
    return dict(pages.values_list("subject").annotate(Count("id")).order_by())
