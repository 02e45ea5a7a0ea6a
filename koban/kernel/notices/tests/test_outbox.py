from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.template import TemplateDoesNotExist
from django_tasks.base import TaskContext
from pytest_django import Settings

from koban.kernel import stations
from koban.kernel.jobs import running
from koban.kernel.jobs.backend import result_of
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.worker import drain
from koban.kernel.ledger import Actor, reading
from koban.kernel.ledger.book import OutsideTransaction
from koban.kernel.notices import outbox
from koban.kernel.notices.gateway import Gateway
from koban.kernel.notices.models import Notice
from koban.kernel.notices.tests.servers import Gate, Mailbox, gateway_server, mail_server
from koban.kernel.notices.wording import words
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.ids import uuid7

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MATTER = uuid7()
LI = Actor("officer", label="A-07")
NAME, NUMBER, ADDRESS = "Wang & Daughters", "2026-000123", "wang@example.org"
WRITTEN: dict[str, Any] = {
    "channel": "email", "language": "en", "to": ADDRESS, "context": {"name": NAME, "number": NUMBER},
    "matter_id": MATTER, "by": LI, "at": NOON,
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("scope")


def written(**change: Any) -> Notice:
    with transaction.atomic():
        return outbox.send("tests.received", **{**WRITTEN, **change})


def fresh(notice: Notice) -> Notice:
    found: Notice = Notice.objects.get(pk=notice.pk)
    return found


def verbs() -> list[str]:
    return [page.verb for page in reading.of_matter(MATTER)]


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings.KOBAN_SMTP_URL = box.url
        settings.KOBAN_MAIL_FROM = "Office <office@koban.example>"
        yield box


@pytest.fixture
def gate(settings: Settings) -> Iterator[Gate]:
    with gateway_server() as gate:
        settings.KOBAN_SMS = {
            "url": gate.url, "hosts": ["127.0.0.1"], "headers": {"Authorization": "Bearer key"},
            "body": {"phones": ["{to}"], "content": "[{id}] {text}", "flash": False},
        }  # fmt: skip
        yield gate


@pytest.mark.parametrize("language, subject, text", [
    ("en", "Subject of 2026-000123",
     "Dear Wang & Daughters, your report 2026-000123 is here: https://koban.example/f/?a=1&b=2\n"),
    ("zh-hans", "2026-000123 号", "Wang & Daughters，您的 2026-000123 号报告已收到。\n"),
])  # fmt: skip
def test_words_come_in_the_readers_language_as_plain_text(language: str, subject: str, text: str) -> None:
    assert words("tests.received", language, WRITTEN["context"]) == (subject, text)


def test_a_notice_without_words_is_never_written() -> None:
    with pytest.raises(TemplateDoesNotExist):
        written(language="fr")
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_notice_belongs_in_a_transaction() -> None:
    with pytest.raises(OutsideTransaction):
        outbox.send("tests.received", **WRITTEN)


def test_without_a_commit_nothing_goes_out(outbox_folder: Path) -> None:
    with transaction.atomic():
        outbox.send("tests.received", **WRITTEN)
        transaction.set_rollback(True)
    assert drain() == 0
    assert not outbox_folder.exists()


def test_without_any_gateway_messages_are_files(outbox_folder: Path) -> None:
    notice = written(channel="sms", to="13800001234")
    assert drain() == 1
    file = outbox_folder / f"{notice.pk}.txt"
    assert file.read_text().startswith("To: 13800001234\nSubject: Subject of 2026-000123\n\nDear Wang")
    assert file.stat().st_mode & 0o077 == 0
    assert (fresh(notice).state, fresh(notice).sent_at) == ("sent", NOON)
    assert verbs() == ["notices.write", "notices.sent"]
    assert reading.of_matter(MATTER).last().seals == {f"notices.notice:{notice.pk}": fresh(notice).digest()}


def test_nothing_personal_lies_open_in_the_row_the_job_or_the_pages() -> None:
    notice = fresh(written())
    assert (notice.to, notice.context) == (ADDRESS, WRITTEN["context"])
    stored = [str(getattr(notice, field.attname)) for field in notice._meta.concrete_fields]
    stored += [str(page.facts) for page in reading.of_matter(MATTER)]
    stored += [str(job.args) + str(job.kwargs) + str(job.key) for job in Job.objects.all()]
    assert all(ADDRESS not in each and NAME not in each and NUMBER not in each for each in stored)


def test_mail_goes_out_with_the_notices_id(mailbox: Mailbox) -> None:
    notice = written()
    drain()
    [letter] = mailbox.letters
    assert letter["Message-ID"] == f"<{notice.pk}@koban.example>"
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        ADDRESS, "Office <office@koban.example>", "Subject of 2026-000123",
    )  # fmt: skip
    assert letter.get_content().replace("\r\n", "\n").startswith("Dear Wang & Daughters")
    assert fresh(notice).state == "sent"


def test_a_text_message_goes_out_in_the_shape_of_the_gateway(gate: Gate) -> None:
    notice = written(
        channel="sms", to="13800001234", language="zh-hans", context={"name": '"}{to}', "number": "1"}
    )
    drain()
    [(path, headers, body)] = gate.taken
    assert path == "/send?v=1"
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer key", str(notice.pk))
    assert body == {
        "phones": ["13800001234"], "content": f'[{notice.pk}] "}}{{to}}，您的 1 号报告已收到。', "flash": False,
    }  # fmt: skip
    assert fresh(notice).state == "sent"


def test_a_crash_between_sending_and_recording_sends_again_with_the_same_id(
    gate: Gate, noon: time_machine.Traveller
) -> None:
    notice = written(channel="sms", to="13800001234")
    job = running.claim("crashes", NOON)
    assert job
    steps: Any = outbox.deliver.func(TaskContext(task_result=result_of(job)), str(notice.pk))  # type: ignore[call-arg, arg-type]
    next(steps)
    steps.close()  # the worker ends here: the message is out, the record is not
    assert fresh(notice).state == "waiting"
    noon.shift(timedelta(minutes=5))
    assert drain() == 1
    first, second = (headers["Idempotency-Key"] for _path, headers, _body in gate.taken)
    assert first == second == str(notice.pk)
    assert fresh(notice).state == "sent"
    assert drain() == 0


@pytest.mark.parametrize(
    "status, tries_again", [(503, True), (429, True), (408, True), (302, True), (400, False), (401, False)]
)
def test_what_a_gateway_refuses_for_good_is_not_tried_again(
    gate: Gate, status: int, tries_again: bool
) -> None:
    gate.status, gate.location = status, gate.url.replace("/send", "/elsewhere")
    notice = written(channel="sms", to="13800001234")
    drain()
    assert len(gate.taken) == 1  # a redirect is not followed
    found = fresh(notice)
    assert (found.state, found.trouble, found.attempts) == (
        "waiting" if tries_again else "failed",
        f"http {status}",
        1,
    )


@pytest.mark.parametrize("answer, tries_again, trouble", [
    ("451 later", True, "smtp 451"),
    ("550 no such user", False, "smtp 550"),
])  # fmt: skip
def test_what_a_mail_server_refuses_for_good_is_not_tried_again(
    mailbox: Mailbox, answer: str, tries_again: bool, trouble: str
) -> None:
    mailbox.answer = answer
    notice = written()
    drain()
    assert (fresh(notice).state, fresh(notice).trouble) == ("waiting" if tries_again else "failed", trouble)


def test_an_address_that_would_break_a_header_fails_for_good(mailbox: Mailbox) -> None:
    notice = written(to="a@example.org\nBcc: b@example.org")
    drain()
    assert (fresh(notice).state, fresh(notice).trouble, mailbox.letters) == ("failed", "address", [])


def test_a_server_that_is_away_is_tried_until_the_last_attempt(
    settings: Settings, noon: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    settings.KOBAN_SMTP_URL = "smtp://127.0.0.1:1"
    notice = written()
    for attempt in range(1, outbox.MOST_ATTEMPTS + 1):
        assert fresh(notice).state == "waiting"
        assert drain() == 1
        assert fresh(notice).attempts == attempt
        noon.shift(timedelta(hours=2))
    assert (fresh(notice).state, fresh(notice).trouble) == ("failed", "smtp ConnectionRefusedError")
    assert verbs() == ["notices.write", "notices.failed"]
    assert ADDRESS not in caplog.text


def test_a_failed_notice_can_be_sent_again_by_hand(gate: Gate) -> None:
    gate.status = 400
    notice = written(channel="sms", to="13800001234")
    drain()
    gate.status = 200
    outbox.again(notice, by=LI, at=NOON)
    drain()
    assert fresh(notice).state == "sent"
    with pytest.raises(Refused):
        outbox.again(notice, by=LI, at=NOON)
    assert verbs() == ["notices.write", "notices.failed", "notices.again", "notices.sent"]


def test_paper_waits_until_it_is_handed_over_and_the_follow_page_shows_at_once() -> None:
    paper, page = written(channel="print"), written(channel="web")
    assert drain() == 0
    assert (fresh(paper).state, fresh(page).state) == ("waiting", "sent")
    assert list(Notice.objects.to_print()) == [paper]
    outbox.mark_printed(paper, by=LI, at=NOON)
    assert fresh(paper).state == "sent"
    assert outbox.message_of(fresh(page)).text.startswith("Dear Wang & Daughters")
    for wrong in (paper, page):
        with pytest.raises(Refused):
            outbox.mark_printed(wrong, by=LI, at=NOON)


def test_a_notice_is_delivered_in_the_scope_of_its_station(station: Station, outbox_folder: Path) -> None:
    written()
    with stations.outside():
        assert drain() == 1
    other = Station.objects.create(code="other", name="other", kind="office", path="other/")
    with stations.scope(other.pk):
        assert not Notice.objects.exists()


@pytest.mark.parametrize("told", [
    {"url": "https://evil.example/", "hosts": ["sms.example"]},
    {"url": "http://sms.example/", "hosts": ["sms.example"]},
    {"url": "ftp://127.0.0.1/", "hosts": ["127.0.0.1"]},
    {"url": "https://sms.example/", "hosts": []},
])  # fmt: skip
def test_a_gateway_is_on_the_list_and_behind_https(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="gateway"):
        Gateway.from_settings(told)
