"""Whoever left a number or an address is told that there is something to read; nobody else is."""

from datetime import UTC, datetime

import pytest

from koban.duties.incidents import actions, endings
from koban.duties.incidents.intake import ANONYMOUS, Report, Reporter
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import PUBLIC
from koban.kernel.ledger.verify import verify
from koban.kernel.notices.models import Notice
from koban.kernel.notices.outbox import message_of
from koban.kernel.stations.models import Station

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
WAYS = [
    (Reporter(phone="000-1", reply_by="sms"), ["000-1", "000-1"]),
    (Reporter(email="a@example.org", reply_by="email"), ["a@example.org", "a@example.org"]),
    (Reporter(phone="000-1", reply_by="phone"), []),
    (Reporter(phone="000-1", reply_by="page"), []),
    (Reporter(reply_by="sms"), []),
    (ANONYMOUS, []),
]


@pytest.mark.parametrize(("reporter", "told"), WAYS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_who_is_told_that_there_is_something_to_read(
    reporter: Reporter, told: list[str], language: str
) -> None:
    station = Station.objects.create(
        code="lamp", name="灯湖", kind="office", path="lamp/", pack="demo", phone="000-9"
    )
    with stations.scope(station.pk):
        report = Report("noise", "public", "loud music", reporter=reporter, language=language)
        matter = actions.take(report, by=PUBLIC, at=NOON, station=station).matter
        li = actor_of(make_account("li", role="officer", station=station))
        endings.write_out(matter, "Which floor is it?", by=li, at=NOON)
        actions.handle(matter, by=li, at=NOON)
        endings.answer(matter, "They were told to be quiet.", by=li, at=NOON, station=station)
        notices = list(Notice.objects.order_by("id"))
        assert [notice.to for notice in notices] == told
        words = " ".join(str(message_of(notice)) for notice in notices)
        assert all(matter.printed in str(message_of(notice)) for notice in notices)
        assert "quiet" not in words
        assert "loud" not in words
        verdict = verify(station)
        assert verdict.ok, verdict.fault
