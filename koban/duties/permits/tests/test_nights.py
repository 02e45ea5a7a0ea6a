"""What happens by itself: pictures go when their work is over, nothing else of it does."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from koban.duties.permits import told
from koban.duties.permits.actions import applications, cards, ending
from koban.duties.permits.models import Paper
from koban.duties.permits.tasks import night_of
from koban.duties.permits.tests.made import NOON, wish
from koban.kernel.files import intake
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import PUBLIC, SYSTEM, reading
from koban.kernel.ledger.verify import verify

ALL = ("identity", "picture", "address", "job")


@pytest.fixture
def issued(at_desk, settings, tmp_path):
    """A permit for which a lease was sent as a file."""
    settings.KOBAN_FILES = tmp_path
    lease = intake.take(SimpleUploadedFile("lease.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
    brought = {"address": told.Brought("lease", lease)}
    matter = applications.apply(
        wish(at_desk.home, brought=brought), by=PUBLIC, at=NOON, station=at_desk.station
    ).matter
    applications.judge(matter, dict.fromkeys(ALL, ""), by=at_desk.li, at=NOON)
    applications.accept(matter, by=at_desk.li, at=NOON, station=at_desk.station)
    cards.issue(matter, by=at_desk.li, at=NOON, station=at_desk.station)
    cards.hand_over(matter, by=at_desk.aux, at=NOON)
    return matter


@pytest.mark.parametrize("days, gone", [(0, 0), (7, 0), (8, 1)])
def test_files_of_papers_are_deleted_a_week_after_the_decision(at_desk, issued, days, gone):
    at = NOON + timedelta(days=days)
    assert ending.drop_pictures(by=SYSTEM, at=at, station=at_desk.station) == gone
    assert Attachment.objects.count() == 1 - gone
    paper = Paper.objects.get(key="address")
    assert (paper.state, paper.proof) == ("fit", "lease")  # that it was seen stays
    assert (paper.attachment_id is None) is bool(gone)
    assert verify(at_desk.station).ok


def test_the_page_says_which_clause_ended_it(at_desk, issued):
    ending.drop_pictures(by=SYSTEM, at=NOON + timedelta(days=9), station=at_desk.station)
    page = next(page for page in reading.of_matter(issued.pk) if page.verb == "files.remove")
    assert page.facts["clause"] == "OFFICE-REG-2"


def test_a_night_can_be_run_again(at_desk, issued):
    night_of(at_desk.station)
    night_of(at_desk.station)
    assert verify(at_desk.station).ok
