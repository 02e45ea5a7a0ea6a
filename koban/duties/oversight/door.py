"""The way past the office: what the public site calls, so that the office keeps nothing of a complaint."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from koban.duties.oversight import queries
from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused


@contextmanager
def past(office: Station) -> Iterator[Station]:
    """Work in the scope of the oversight body above `office`: rows, numbers and pages are the body's own.

    A view must also set `request.station` to what this gives before `@once` runs, or the office gets the key's row.
    Raises Refused where the tree has no oversight body for the office.
    """
    body = queries.body_for(office)
    if body is None:
        raise Refused(_("This office has no oversight body in the system yet. Please call 12389."))
    with stations.scope(body.pk):
        yield body
