"""A paper goes from draft to file by named steps, seen by those who may, and is issued whole or not at all."""

import pytest

from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import reading
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Counter
from koban.lib.errors import Denied, Refused, Stale
from koban.lib.typeset.tests.paper import faults, text_of
from koban.matters.documents import deciding, drafting, keys, sending, verifying, versions
from koban.matters.documents.models import Certificate, Delivery, Document
from koban.matters.documents.tests.conftest import NOON
from koban.matters.documents.tokens import token_of
from koban.matters.documents.versions import Told


@pytest.fixture
def write(office, team, matter):
    def made(key="notice", *, by=team.li, values=None, language="zh-hans", **changes):
        letter = drafting.letter_of(key, "cn")
        typed = (
            values
            if values is not None
            else {"what": "请保持安静。", "until": "3月9日", "words": "请予协助。"}
        )
        told = drafting.proposal(letter, office, matter, language=language, at=NOON, values=typed)
        told = Told(changes.get("text", told.text), told.values, "张先生", ("灯湖派出所",))
        return drafting.compose(
            letter, told, by=by, at=NOON, station=office, matter=matter, language=language
        )

    return made


@pytest.fixture
def steps(office, team):
    class Steps:
        def submit(self, paper, by=team.li):
            return drafting.submit(paper, by=by, at=NOON, station=office)

        def approve(self, paper, by=team.wang, read=None):
            return deciding.approve(paper, by=by, at=NOON, read=read or paper.version)

        def issue(self, paper, by=team.li):
            return deciding.issue(paper, by=by, at=NOON, station=office)

        def issued(self, paper):
            return self.issue(self.approve(self.submit(paper)))

    return Steps()


def verbs(matter):
    return [page.verb for page in reading.of_matter(matter.pk)]


def nothing_issued(matter):
    return (
        Certificate.objects.count(),
        Attachment.objects.count(),
        Counter.objects.filter(register__startswith="certificate").count(),
        "documents.sign" in verbs(matter),
    ) == (0, 0, 0, False)


def test_a_notice_from_draft_to_file(write, steps, team, matter, office):
    paper = steps.issued(write())
    assert paper.reference == "警室告〔2026〕1号"
    paper = sending.deliver(paper, sending.RECIPIENT, "hand", by=team.li, at=NOON)
    paper = sending.deliver(paper, "灯湖派出所", "courier", by=team.li, at=NOON)
    first, second = Delivery.objects.order_by("at", "id")
    assert sending.acknowledge(first, by=team.li, at=NOON).state == "delivered"
    assert sending.acknowledge(second, by=team.li, at=NOON).state == "acknowledged"
    assert sending.file(paper, by=team.li, at=NOON).state == "filed"
    told = [verb.partition(".")[2] for verb in verbs(matter) if verb.startswith("documents.")]
    assert told == [
        "compose",
        "submit",
        "approve",
        "sign",
        "deliver",
        "deliver",
        "acknowledge_one",
        "acknowledge",
        "file",
    ]
    assert verify(office).ok


def test_the_issued_paper_is_pdf_a_with_number_seal_copies_and_a_code_that_proves_it(write, steps, office):
    paper = steps.issued(write())
    kept = Attachment.objects.get(pk=paper.attachment_id)
    pdf = b"".join(store.read(kept.sha256))
    assert faults(pdf) == []
    text = text_of(pdf).replace("\n", "")
    for words in ("警室告〔2026〕1号", "请保持安静。", "张先生", "灯湖派出所", "电子签章", "灯湖社区警务室"):
        assert words in text, words
    answer = verifying.ask(token_of(paper.certificate), at=NOON)
    assert (answer.state, dict(answer.credential.claims)) == (
        "valid",
        {"paper": "告知书", "reference": "警室告〔2026〕1号", "number": "2026-000001"},
    )


def test_facts_of_the_matter_are_not_typed_again(write, matter, office):
    told = versions.opened(versions.newest(write("receipt", values={})))
    assert matter.printed in told.text
    assert "灯湖社区警务室" in told.text
    assert "{" not in told.text


def test_a_receipt_is_handed_out_by_an_auxiliary_at_once(write, steps, team):
    paper = steps.issue(write("receipt", by=team.aux, values={}), by=team.aux)
    assert (paper.state, paper.reference) == ("issued", "警室回〔2026〕1号")


def test_numbers_count_by_register_and_leave_no_gap(write, steps):
    found = [steps.issued(write()).reference for _turn in range(2)] + [
        steps.issue(write("receipt", values={})).reference
    ]
    assert found == ["警室告〔2026〕1号", "警室告〔2026〕2号", "警室回〔2026〕1号"]


@pytest.mark.parametrize("key, needed", [("notice", 1), ("official", 2)])
def test_as_many_others_agree_as_the_template_asks(write, steps, team, office, key, needed):
    zhao = actor_of(make_account("zhao", role="officer", station=office, password=""))
    paper = steps.submit(write(key))
    for count, by in enumerate([team.wang, zhao][:needed], start=1):
        paper = steps.approve(paper, by=by)
        assert paper.state == ("approved" if count == needed else "review")


def test_who_wrote_a_version_does_not_approve_it_and_nobody_approves_twice(write, steps, team):
    paper = steps.submit(write("official"))
    with pytest.raises(Refused, match="second pair of eyes"):
        steps.approve(paper, by=team.li)
    steps.approve(paper, by=team.wang)
    with pytest.raises(Refused, match="already"):
        steps.approve(paper, by=team.wang)
    with pytest.raises(Denied):
        steps.approve(paper, by=team.aux)


def test_what_was_changed_since_it_was_read_is_not_approved(write, steps, team, office):
    paper = steps.submit(write())
    paper = deciding.send_back(paper, "too harsh", by=team.wang, at=NOON)
    told = versions.opened(versions.newest(paper))
    paper = drafting.revise(paper, told, by=team.li, at=NOON, station=office, why="kinder")
    steps.submit(paper)
    with pytest.raises(Refused, match="Read the new version"):
        steps.approve(paper, read=1)


def test_two_who_write_at_once_lose_nothing(write, team, office):
    paper = write()
    told = versions.opened(versions.newest(paper))
    drafting.revise(paper, told, by=team.li, at=NOON, station=office, lock=paper.lock)
    with pytest.raises(Stale):
        drafting.revise(paper, told, by=team.wang, at=NOON, station=office, lock=paper.lock)


def test_what_is_still_empty_is_said_before_review(write, steps):
    paper = write(values={"what": "请保持安静。"})
    with pytest.raises(Refused, match="期限"):
        steps.submit(paper)


def test_a_field_that_the_template_does_not_know_is_refused(write):
    with pytest.raises(Refused, match=r"\{nmae\}"):
        write(text="您好 {nmae}")


def test_nothing_is_issued_without_approval(write, steps, matter):
    with pytest.raises(Refused):
        steps.issue(steps.submit(write()))
    assert nothing_issued(matter)


def test_a_sign_that_cannot_be_set_issues_nothing_and_uses_no_number(write, steps, matter):
    paper = steps.approve(steps.submit(write(text="请𠮷先生保持安静。")))
    with pytest.raises(Refused, match="𠮷"):
        steps.issue(paper)
    assert nothing_issued(matter)
    assert Document.objects.get(pk=paper.pk).state == "approved"


def test_a_key_that_is_gone_issues_nothing_and_uses_no_number(write, steps, matter):
    keys.secret_key()
    keys._path(keys.KEY_FILE).unlink()
    paper = steps.approve(steps.submit(write()))
    with pytest.raises(Refused, match="gone"):
        steps.issue(paper)
    assert nothing_issued(matter)


def test_a_recalled_paper_says_so_to_whoever_scans_it(write, steps, team):
    paper = steps.issued(write())
    deciding.recall(paper, "wrong address", by=team.li, at=NOON)
    assert verifying.ask(token_of(paper.certificate), at=NOON).state == "revoked"
    with pytest.raises(Refused):
        deciding.recall(paper, "again", by=team.li, at=NOON)


def test_the_text_opens_to_writer_approver_and_holder_alone(write, steps, team, matter):
    paper = write(by=team.aux)
    assert versions.may_open(paper, team.aux)  # wrote it
    assert versions.may_open(paper, team.li)  # holds the matter
    assert not versions.may_open(paper, team.wang)
    paper = steps.submit(paper, by=team.aux)
    assert versions.may_open(paper, team.wang)  # is asked to approve it
    with pytest.raises(Denied):
        versions.look(steps.approve(paper, by=team.li) and write(by=team.aux), by=team.wang, at=NOON)


def test_words_are_sealed_at_rest(write):
    paper = write()
    assert "张先生".encode() not in bytes(versions.newest(paper).sealed_told)


def test_a_copy_is_delivered_once(write, steps, team):
    paper = steps.issued(write())
    sending.deliver(paper, sending.RECIPIENT, "hand", by=team.li, at=NOON)
    with pytest.raises(Refused, match="before"):
        sending.deliver(paper, sending.RECIPIENT, "post", by=team.li, at=NOON)
