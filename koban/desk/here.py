"""The station that a page of the desk is about."""

from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent


def here(request: Request) -> Station:
    """The station of the post that is acted in. Raises Absent for somebody without a post."""
    if request.station is None:
        raise Absent
    return request.station
