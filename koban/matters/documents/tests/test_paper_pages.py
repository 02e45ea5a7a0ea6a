"""The desk's pages of papers: from the matter to the issued sheet, with a mouse and without a script."""

import io
import re

import docx
import pytest
import python_calamine
import time_machine
from django.test import Client
from django.urls import reverse

from koban.kernel.access.testing import sign_in
from koban.lib.typeset.tests.paper import text_of
from koban.matters import actions as matters
from koban.matters.documents import batching, drafting
from koban.matters.documents.models import Batch, Delivery, Document
from koban.matters.documents.papers import side_by_side
from koban.matters.documents.tests.conftest import NOON

NOTICE = {
    "field_what": "Please keep quiet at night.",
    "field_until": "9 March",
    "recipient": "Mr Zhang",
    "copies": "",
}


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def wang(team):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, team.accounts["wang"])
    client.cookies["koban_language"] = "en"
    return client


@pytest.fixture
def new(matter):
    return reverse("documents:new", args=["notice"]) + f"?matter={matter.printed}&language=en"


@pytest.fixture
def paper(desk, new):
    shown = desk.get(new).content.decode()
    answer = desk.post(new, NOTICE | {"key": "n", **_hidden(shown)})
    assert answer.status_code == 302, answer.content.decode()
    return Document.objects.get()


def _hidden(page):
    found = re.findall(r'name="(field_\w+)"[^>]*value="([^"]*)"', page)
    return {name: value for name, value in found if value}


def act(client, paper, step, **told):
    return client.post(reverse("documents:act", args=[paper.pk, step]), {"key": step, "read": "1", **told})


def page(client, paper):
    return client.get(reverse("documents:detail", args=[paper.pk])).content.decode()


def test_the_office_chooses_among_its_templates(desk, matter):
    shown = desk.get(reverse("documents:choose") + f"?matter={matter.printed}").content.decode()
    for title in ("Receipt of a report", "Notice", "Official letter"):
        assert title in shown
    assert desk.get(reverse("documents:choose") + "?matter=2026-999999").status_code == 404


def test_from_the_matter_to_the_issued_sheet(desk, wang, paper, django_assert_max_num_queries):
    assert "Please keep quiet at night." in page(desk, paper)
    assert act(desk, paper, "submit").status_code == 302
    assert act(desk, paper, "approve").status_code == 422
    assert act(wang, paper, "approve").status_code == 302
    assert act(desk, paper, "sign").status_code == 302
    paper.refresh_from_db()
    with django_assert_max_num_queries(24):
        shown = page(desk, paper)
    assert paper.reference == "Notice 2026-1"
    assert paper.reference in shown
    pdf = desk.get(reverse("documents:pdf", args=[paper.pk]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-1.7")
    desk.post(reverse("documents:deliver", args=[paper.pk]), {"key": "d", "to": "recipient", "way": "hand"})
    desk.post(reverse("documents:acknowledge", args=[Delivery.objects.get().pk]), {"key": "a"})
    assert act(desk, paper, "file").status_code == 302
    paper.refresh_from_db()
    assert paper.state == "filed"


def test_a_draft_is_written_on_in_versions_that_stand_side_by_side(desk, paper):
    edit = reverse("documents:edit", args=[paper.pk])
    shown = desk.get(edit).content.decode()
    assert "Please keep quiet at night." in shown
    told = {
        **NOTICE,
        "text": "Please be quiet.\n\nPlease do so by 9 March.",
        "why": "shorter",
        "lock": "1",
        "key": "e",
    }
    assert desk.post(edit, told).status_code == 302
    assert desk.post(edit, told | {"key": "f"}).status_code == 412
    sides = desk.get(reverse("documents:compare", args=[paper.pk]) + "?a=1&b=2").content.decode()
    assert "<del>Please keep quiet at night.</del>" in sides
    assert "<ins>Please be quiet.</ins>" in sides


def test_a_step_back_asks_for_its_reason(desk, wang, paper):
    act(desk, paper, "submit")
    assert act(wang, paper, "back", reason="").status_code == 422
    assert act(wang, paper, "back", reason="too harsh").status_code == 302
    assert "too harsh" in page(desk, paper)
    desk.post(reverse("documents:comment", args=[paper.pk]), {"key": "c", "words": "made it kinder"})
    assert "made it kinder" in page(desk, paper)


def test_whoever_may_not_read_it_sees_the_cover_alone(wang, paper):
    assert "Please keep quiet" not in page(wang, paper)
    for name in ("pdf", "word", "edit", "compare"):
        assert wang.get(reverse(f"documents:{name}", args=[paper.pk])).status_code == 403


def test_a_draft_as_pdf_bears_its_mark(desk, paper):
    assert "DRAFT" in text_of(desk.get(reverse("documents:pdf", args=[paper.pk])).content)


def test_word_holds_the_text_and_nothing_about_the_writer(desk, paper):
    made = docx.Document(io.BytesIO(desk.get(reverse("documents:word", args=[paper.pk])).content))
    assert "Please keep quiet at night." in [one.text for one in made.paragraphs]
    assert (made.core_properties.author, made.core_properties.last_modified_by) == ("", "")
    assert round(made.sections[0].page_width.mm) == 210


def test_the_register_is_found_by_number_and_taken_out_as_excel(desk, paper, django_assert_max_num_queries):
    listing = reverse("documents:papers")
    with django_assert_max_num_queries(9):
        assert "Notice" in desk.get(listing).content.decode()
    assert "Notice" in desk.get(listing + "?q=notic").content.decode()
    assert "No paper here" in desk.get(listing + "?q=other").content.decode()
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(desk.get(listing + "?export=xlsx").content)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Number", "Paper", "State"]
    assert rows[1][1:3] == ["Notice", "draft"]


def test_a_batch_asks_for_approval_then_issues_each_once(desk, wang, team, office, matter):
    day = {"opened_from": "2026-03-01", "opened_to": "2026-03-03", "only_open": "on"}
    told = {**day, "field_what": "Keep quiet.", "field_until": "9 March", "copies": "", "key": "b"}
    assert desk.post(reverse("documents:batch_new", args=["notice"]), told).status_code == 302
    batch = Batch.objects.get()
    here = reverse("documents:batch", args=[batch.pk])
    assert desk.post(here, {"key": "x"}).status_code == 422
    assert wang.post(here, {"key": "y"}).status_code == 302
    batch.refresh_from_db()
    for _again in range(2):
        batch = batching.issue_all(batch)
    assert batching.progress(batch) == batching.Progress(1, 1, 0, True)
    assert Document.objects.get().reference.endswith("2026-1")
    assert "1 / 1" in desk.get(reverse("documents:batch_progress", args=[batch.pk])).content.decode()


def test_a_batch_goes_on_past_what_cannot_be_issued_and_says_why(office, team, matter):
    letter = drafting.letter_of("notice", "cn")
    values = {"what": "请𠮷先生保持安静", "until": "3月9日"}
    made = batching.start(
        letter, [matter], values, by=team.li, at=NOON, language="zh-hans", base="https://o.example/"
    )
    batch = batching.issue_all(batching.agree(made, by=team.wang, at=NOON))
    assert [number for number, _why in batch.failed] == [matter.printed]
    assert "𠮷" in batch.failed[0][1]
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "left, right, changes",
    [
        (["a", "b"], ["a", "b"], ["same", "same"]),
        (["a", "b"], ["a", "c"], ["same", "changed"]),
        (["a"], ["a", "b"], ["same", "new"]),
        (["a", "b"], ["b"], ["gone", "same"]),
        ([], [], []),
    ],
)
def test_lines_side_by_side(left, right, changes):
    assert [pair.change for pair in side_by_side(left, right)] == changes


def test_a_closed_matter_shuts_its_papers(desk, paper, matter, team):
    act(desk, paper, "drop", reason="not needed")
    matters.release(matter, team.li.post_id, by=team.li, at=NOON)
    assert "Please keep quiet" not in page(desk, paper)
