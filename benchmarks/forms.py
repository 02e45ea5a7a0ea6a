"""Forms for the office of a benchmark, and a telephone that asks for their list."""

from datetime import timedelta

from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access import devices
from koban.kernel.access.models import Post
from koban.kernel.access.testing import actor_of
from koban.kernel.stations.models import Station
from koban.matters.forms import knocking, publishing, xlsforms


def publish(station: Station, wanted: int) -> str:
    """Publish `wanted` forms; returns the header with which a telephone asks for their list."""
    now = timezone.now()
    with stations.scope(station.pk):
        post = Post.objects.filter(station=station, role="officer").select_related("account")[0]
        by = actor_of(post.account)
        for number in range(wanted):
            told = {"form_id": f"bench_{number}", "form_title": f"Form {number}", "version": "1"}
            survey = [{"type": "text", "name": f"q{n}", "label": f"Question {n}"} for n in range(20)]
            form = publishing.add(xlsforms.build({"survey": survey, "settings": [told]}), by=by, at=now)
            publishing.publish(form, by=by, at=now)
        device, _key = devices.enrol(post, "bench", ends_at=now + timedelta(hours=12), by=by, at=now)
    uri = f"/openrosa/{station.code}/formList"
    said = {"uri": uri, "nonce": knocking.nonce(now), "nc": "00000001", "cnonce": "b", "qop": "auth"}
    answer = knocking.response(devices.ha1(device), "GET", said)
    return (
        f'Digest username="{device.login}", realm="{devices.REALM}", nonce="{said["nonce"]}", uri="{uri}", qop=auth, '
        f'nc=00000001, cnonce="b", response="{answer}", algorithm=MD5'
    )
