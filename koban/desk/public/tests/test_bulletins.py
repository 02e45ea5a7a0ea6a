"""The notice board: officers put up and take down, everybody reads, and the ledger knows who did it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from koban.desk.models import Bulletin
from koban.desk.public import bulletins
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.ledger import reading
from koban.lib.errors import Denied

PATH = "/desk/notices/"


def today():
    return timezone.localdate(timezone=ZoneInfo("Asia/Shanghai"))


TOLD = {
    "title": "防骗提醒",
    "text": "不要转账。",
    "title_en": "Beware of fraud",
    "text_en": "Send no money.",
    "from_on": "2026-01-01",
    "key": "b",
}


def put_up(by, **change):
    told = {"title": "停水", "text": "周三停水", "from_on": today(), "to_on": None} | change
    return bulletins.publish(told, by=by, at=timezone.now())


@pytest.fixture
def desk(office, li):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, li)
    return client


def test_an_officer_puts_up_a_notice_that_everybody_reads_in_their_language(desk, visitor, chinese):
    assert desk.post(PATH, TOLD).status_code == 302
    for path in ("/o/lake/", "/o/lake/notices/"):
        assert "Beware of fraud" in visitor.get(path).content.decode()
        assert "防骗提醒" in chinese.get(path).content.decode()
    assert "Send no money." in visitor.get("/o/lake/notices/").content.decode()


def test_a_notice_in_chinese_alone_is_read_in_chinese_by_all(visitor, li):
    put_up(actor_of(li))
    assert "周三停水" in visitor.get("/o/lake/notices/").content.decode()


def test_putting_up_and_taking_down_stand_in_the_ledger_once_each(desk, visitor):
    desk.post(PATH, TOLD)
    desk.post(PATH, TOLD)
    row = Bulletin.objects.get()
    for key in ("x", "y"):
        assert desk.post(f"{PATH}{row.pk}/down/", {"key": key}).status_code == 302
    verbs = [page.verb for page in reading.latest(20)]
    assert (verbs.count("desk.publish"), verbs.count("desk.withdraw")) == (1, 1)
    assert "Beware of fraud" not in visitor.get("/o/lake/notices/").content.decode()


@pytest.mark.parametrize(
    "from_day, to_day, shown", [(0, None, True), (-3, 0, True), (1, None, False), (-3, -1, False)]
)
def test_a_notice_is_shown_on_its_days_alone(visitor, li, from_day, to_day, shown):
    end = None if to_day is None else today() + timedelta(days=to_day)
    put_up(actor_of(li), from_on=today() + timedelta(days=from_day), to_on=end)
    assert ("停水" in visitor.get("/o/lake/notices/").content.decode()) == shown


@pytest.mark.parametrize("change, says", [
    ({"title": ""}, "Write a title."),
    ({"text": ""}, "Write what everybody shall read."),
    ({"from_on": "soon"}, "Choose the day."),
    ({"to_on": "2025-01-01"}, "The last day lies before the first one."),
    ({"text": "x" * 2001}, "too long"),
])  # fmt: skip
def test_a_mistake_in_a_notice_gets_a_sentence_and_keeps_the_words(desk, change, says):
    answer = desk.post(PATH, TOLD | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Beware of fraud" in answer.content.decode()
    assert not Bulletin.objects.exists()


def test_what_a_notice_says_is_never_run_by_a_browser(visitor, li):
    put_up(actor_of(li), title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    page = visitor.get("/o/lake/notices/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_an_auxiliary_and_the_neighbour_put_up_nothing(visitor, wang, tree, li):
    with pytest.raises(Denied):
        put_up(actor_of(wang))
    row = put_up(actor_of(li))
    client = Client()
    sign_in(client, make_account("zhao", role="officer", station=tree.hill, password=""))
    assert client.post(f"{PATH}{row.pk}/down/", {"key": "z"}).status_code == 404
    assert "停水" not in visitor.get("/o/hill/notices/").content.decode()


# The codes at doors


def test_the_sheet_of_a_door_leads_to_its_report(desk, address):
    found = desk.get("/desk/plates/", {"q": "denghu 12"}).content.decode()
    assert f"/desk/plates/{address.plate}/" in found
    sheet = desk.get(f"/desk/plates/{address.plate}/").content.decode()
    assert "12 Lantern Road" in sheet
    assert "<svg" in sheet
    assert desk.get("/desk/plates/NOSUCH/").status_code == 404


def test_the_codes_of_a_street_are_printed_together(desk, address):
    shown = desk.get("/desk/plates/", {"street": address.street_id}).content.decode()
    assert "/desk/plates/sheet/?street=" in shown
    sheet = desk.get("/desk/plates/sheet/", {"street": address.street_id}).content.decode()
    assert sheet.count("<svg") >= 1
    assert address.plate in sheet
    assert desk.get("/desk/plates/sheet/").status_code == 404


def test_a_sheet_is_not_printed_by_strangers(visitor, address):
    assert visitor.get(f"/desk/plates/{address.plate}/").status_code == 302
