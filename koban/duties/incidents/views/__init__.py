"""The pages of incidents at the desk: list, new report, one incident, and one address for each step."""

from koban.kernel.access.who import Request
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent


def here(request: Request) -> Station:
    """The station of the post that the reader acts in. Raises Absent for who acts in none."""
    if request.station is None:
        raise Absent
    return request.station
