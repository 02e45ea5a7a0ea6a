"""A certificate is issued whole or not at all, tells no more than it must, and can be taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import reading
from koban.kernel.ledger.verify import verify
from koban.lib import credential as vc
from koban.lib.credential.lists import read_list
from koban.lib.errors import Denied, Refused
from koban.lib.typeset.tests.paper import faults, opened, text_of
from koban.matters import actions as matters
from koban.matters.documents import actions, keys, verifying
from koban.matters.documents.certificates import OFFICER_CARD
from koban.matters.documents.kinds import CertificateKind, Line, all_kinds
from koban.matters.documents.models import Certificate
from koban.matters.documents.tests.conftest import NOON
from koban.matters.documents.tokens import token_of

PERMIT = CertificateKind(
    key="test_permit",
    title="Residence permit",
    type="TestPermit",
    lines=(
        Line("name", "Name", signed=True),
        Line("address", "Address"),
        Line("remark", "Remark", needed=False),
    ),
    term="OFFICE-CARD-1",
    can_suspend=True,
)
VALUES = {"name": "张小明", "address": "中山路12号"}


@pytest.fixture(autouse=True)
def _permit(monkeypatch):
    kinds = {**all_kinds(), PERMIT.key: PERMIT}
    for place in ("kinds", "verifying"):
        monkeypatch.setattr(f"koban.matters.documents.{place}.all_kinds", lambda: kinds)


@pytest.fixture
def issue(office, team, matter):
    def made(values=VALUES, at=NOON, by=team.li, **changes):
        told = {"matter": matter, "station": office, "by": by, "at": at} | changes
        return actions.issue(PERMIT, values, **told)

    return made


def pages(matter):
    return [page.verb for page in reading.of_matter(matter.pk)]


def test_a_certificate_has_number_row_file_and_page(issue, matter, office):
    issued = issue()
    row = Certificate.objects.get()
    assert (row.printed, row.kind, row.matter_id) == ("2026-000001", "test_permit", matter.pk)
    assert row.valid_until == datetime(2027, 3, 2, 15, 59, 59, tzinfo=UTC)
    kept = Attachment.objects.get(pk=row.attachment_id)
    assert b"".join(store.read(kept.sha256)) == issued.pdf
    assert {"documents.issue", "files.receive"} <= set(pages(matter))
    assert verify(office).ok


@pytest.mark.parametrize("language, title", [("zh-hans", "好至"), ("en", "Good until")])
def test_the_paper_is_pdf_a_and_says_what_was_told(issue, language, title):
    pdf = issue(language=language).pdf
    assert faults(pdf) == []
    text = text_of(pdf)
    for words in ("张小明", "中山路12号", "2026-000001"):
        assert words in text


def test_the_code_discloses_the_signed_lines_and_the_number_alone(issue):
    issued = issue()
    told = vc.read(token_of(issued.certificate), keys.public_keys())
    assert told.claims == {"name": "张小明", "number": "2026-000001"}
    document = opened(issued.pdf)
    assert document.Root.AF[0].EF.F.read_bytes().decode() == token_of(issued.certificate)


def test_numbers_of_a_register_have_no_gap(issue):
    issue()
    for bad in ({"name": "张𠮷明", "address": "x"}, {"name": "", "address": "x"}):
        with pytest.raises(Refused):
            issue(values=bad)
    assert issue().certificate.printed == "2026-000002"
    assert Certificate.objects.count() == 2


def test_a_sign_that_cannot_be_set_is_named_and_nothing_is_kept(issue, matter):
    before = pages(matter)
    with pytest.raises(Refused, match=r"“𠮷” \(U\+20BB7\)"):
        issue(values=VALUES | {"name": "张𠮷明"})
    assert (Certificate.objects.count(), Attachment.objects.count(), pages(matter)) == (0, 0, before)


def test_what_is_missing_is_said_by_name(issue):
    with pytest.raises(Refused, match="Address"):
        issue(values={"name": "张小明"})
    with pytest.raises(LookupError, match="colour"):
        issue(values=VALUES | {"colour": "red"})


def test_an_auxiliary_issues_nothing(issue, team):
    with pytest.raises(Denied):
        issue(by=team.aux)


def test_a_key_that_is_gone_issues_nothing_and_says_what_to_do(issue):
    issue()
    (keys._path(keys.KEY_FILE)).unlink()
    with pytest.raises(Refused, match=r"koban credential rotate|rotate"):
        issue()
    assert Certificate.objects.count() == 1


def test_papers_of_an_earlier_key_stay_provable(issue):
    old = token_of(issue().certificate)
    keys.rotate()
    new = token_of(issue().certificate)
    assert len(keys.public_keys()) == 2
    assert [verifying.ask(token, at=NOON).state for token in (old, new)] == ["valid", "valid"]


def test_the_key_is_for_its_owner_alone(issue):
    issue()
    assert Path(keys._path(keys.KEY_FILE)).stat().st_mode & 0o777 == 0o600
    assert '"d"' not in keys.jwks()


STEPS = [
    (["revoke"], "revoked"),
    (["suspend"], "suspended"),
    (["suspend", "restore"], "valid"),
    (["suspend", "revoke"], "revoked"),
]


@pytest.mark.parametrize("steps, state", STEPS)
def test_what_is_done_to_a_certificate_shows_at_once(issue, team, office, matter, steps, state):
    row = issue().certificate
    for step in steps:
        row = getattr(actions, step)(row, "lost", by=team.li, at=NOON)
    assert verifying.ask(token_of(row), at=NOON).state == state
    assert [f"documents.{step}" for step in steps] == pages(matter)[-len(steps) :]
    assert verify(office).ok


@pytest.mark.parametrize(
    "steps", [["restore"], ["suspend", "suspend"], ["revoke", "revoke"], ["revoke", "restore"]]
)
def test_steps_that_make_no_sense_are_refused(issue, team, steps):
    row = issue().certificate
    for step in steps[:-1]:
        row = getattr(actions, step)(row, "lost", by=team.li, at=NOON)
    with pytest.raises(Refused):
        getattr(actions, steps[-1])(row, "again", by=team.li, at=NOON)


def test_taking_back_needs_a_reason_and_a_decider(issue, team):
    row = issue().certificate
    with pytest.raises(Refused, match="why"):
        actions.revoke(row, "  ", by=team.li, at=NOON)
    with pytest.raises(Denied):
        actions.revoke(row, "lost", by=team.aux, at=NOON)


def test_a_fetched_list_shows_what_was_taken_back(issue, team, door):
    first, second = issue().certificate, issue().certificate
    actions.revoke(first, "lost", by=team.li, at=NOON)
    address = reverse("documents:status", args=["lamp", "revocation", 0])
    answer = door.get(address)
    assert answer["Content-Type"] == "application/vc+jwt"
    found, _until = read_list(answer.content.decode(), keys.public_keys())
    assert found.url == f"https://office.example{address}"
    states = [
        vc.check(token_of(row), keys.public_keys(), at=NOON, lists=[found]).state for row in (first, second)
    ]
    assert states == ["revoked", "valid"]
    assert door.get(reverse("documents:status", args=["lamp", "other", 0])).status_code == 404


def test_a_signature_of_ours_without_a_row_is_not_believed(issue, office):
    row = issue().certificate
    token = token_of(row)
    Certificate.objects.filter(pk=row.pk).update(number=77)
    assert verifying.ask(token, at=NOON).state == "not_ours"


def test_a_card_holds_only_while_its_owner_serves(office, team):
    post = team.accounts["aux"].posts.get()
    values = {"position": "Auxiliary", "badge": "F0021"}
    card = actions.issue(
        OFFICER_CARD, values, by=team.aux, at=NOON, station=office, holder_id=post.pk
    ).certificate
    answer = verifying.ask(token_of(card), at=NOON)
    assert (answer.state, str(answer.sentence)) == ("valid", str(OFFICER_CARD.says))
    post.to_on = (NOON - timedelta(days=1)).date()
    post.save()
    assert verifying.ask(token_of(card), at=NOON).state == "expired"


def test_closed_matters_keep_their_papers_shut(issue, matter, team, desk):
    row = issue().certificate
    paper = reverse("documents:paper", args=[row.pk])
    answer = desk.get(paper)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert pages(matter)[-1] == "documents.look"
    matters.release(matter, team.li.post_id, by=team.li, at=NOON)
    assert desk.get(paper).status_code == 403
