"""The public page says whether a paper holds; the desk keeps the register; the command needs neither."""

import pytest
import time_machine
from click.testing import CliRunner
from django.urls import reverse

from koban.kernel.ledger import reading
from koban.lib import credential as vc
from koban.lib.typeset.tests.paper import faults, text_of
from koban.matters.documents import actions, keys
from koban.matters.documents.certificates import OFFICER_CARD
from koban.matters.documents.commands import credential
from koban.matters.documents.models import Certificate
from koban.matters.documents.tests.conftest import NOON
from koban.matters.documents.tokens import token_of

CARD = {"position": "Officer", "badge": "012345"}


@pytest.fixture
def card(office, team):
    return actions.issue(OFFICER_CARD, CARD, by=team.li, at=NOON, station=office, holder_id=team.li.post_id)


@pytest.fixture
def digits(card):
    return vc.pack(token_of(card.certificate), keys.public_keys()[0])


def asked(door, paper):
    return door.post(reverse("documents:verify"), {"paper": paper})


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_resident_at_the_door_reads_that_the_officer_serves_here(door, digits):
    answer = asked(door, f"https://office.example/v/#{digits}")
    assert answer.status_code == 200
    for words in ("This person serves at this office today.", "012345", "Officer", "灯湖社区警务室"):
        assert words in answer.content.decode()


@pytest.mark.parametrize(
    "step, words", [("suspend", "it is suspended for now"), ("revoke", "was taken back")]
)
def test_a_card_that_was_taken_back_says_so(door, digits, card, team, step, words):
    getattr(actions, step)(card.certificate, "lost", by=team.li, at=NOON)
    assert words in asked(door, digits).content.decode()


@pytest.mark.parametrize("paper, words", [("hello", "no code of ours"), ("", "This field is required")])
def test_what_is_no_paper_is_answered_in_words(door, paper, words):
    assert words in asked(door, paper).content.decode()


def test_a_paper_of_another_house_is_told_from_a_changed_one(door, digits):
    other = vc.SecretKey.generate()
    foreign = vc.sign(vc.Credential("OfficerCard", "x", {"number": "2026-000001"}, NOON), other)
    assert "No office of this house" in asked(door, foreign).content.decode()
    assert (
        "something in it was changed"
        in asked(door, digits[:-1] + str((int(digits[-1]) + 1) % 10)).content.decode()
    )


def test_asking_leaves_no_trace(door, digits, office, django_assert_max_num_queries):
    before = reading.size(office.pk)
    with django_assert_max_num_queries(6):
        answer = asked(door, digits)
    assert reading.size(office.pk) == before
    assert digits not in answer.content.decode()


def test_the_page_works_without_a_script_and_holds_none_inline(door):
    page = door.get("/v/").content.decode()
    assert '<form id="paper"' in page
    assert "<script>" not in page


def test_the_key_is_open_to_every_checker(door):
    answer = door.get(reverse("documents:keys"))
    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == (
        "application/jwk-set+json",
        "*",
    )
    assert answer.json()["keys"][0]["kid"].startswith("did:key:z6Mk")


def test_an_officer_makes_and_prints_the_own_card(desk, office):
    page = reverse("documents:card")
    assert desk.post(page, {"key": "k1"}).status_code == 302
    row = Certificate.objects.get()
    assert f"{row.printed}" in desk.get(page).content.decode()
    pdf = desk.get(reverse("documents:card_paper", args=[row.pk])).content
    assert faults(pdf) == []
    assert "012345" in text_of(pdf)


def test_the_register_lists_numbers_and_lets_a_decider_take_back(desk, card, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page = desk.get(reverse("documents:certificates"))
    assert "2026-000001" in page.content.decode()
    to = reverse("documents:mark", args=[card.certificate.pk, "revoke"])
    assert desk.post(to, {"key": "a", "reason": ""}).status_code == 422
    assert desk.post(to, {"key": "b", "reason": "lost at the market"}).status_code == 302
    assert Certificate.objects.get().revoked_at == NOON
    assert (
        "lost at the market"
        in desk.get(reverse("documents:certificate", args=[card.certificate.pk])).content.decode()
    )


class Paper:
    def __init__(self, folder, key):
        self.folder, self.key = folder, key

    def check(self, *arguments):
        return CliRunner().invoke(credential, ["verify", *arguments, "--at", "2026-03-02T04:00:00Z"])


@pytest.fixture
def checker(tmp_path, card):
    key = tmp_path / "office.jwks"
    key.write_text(keys.jwks())
    return Paper(tmp_path, str(key))


def test_the_command_checks_a_paper_offline(checker, card, digits, tmp_path):
    pdf = tmp_path / "card.pdf"
    pdf.write_bytes(card.pdf)
    for form in (str(pdf), token_of(card.certificate), digits, f"https://office.example/v/#{digits}"):
        done = checker.check(form, "--key", checker.key)
        assert done.exit_code == 0, done.output
        assert "The paper holds." in done.output
        assert "badge: 012345" in done.output
        assert "is not known" in done.output


def test_the_command_notices_a_changed_byte_and_a_revocation(checker, card, digits, tmp_path, door, team):
    changed = digits[:-2] + str((int(digits[-2]) + 1) % 10) + digits[-1]
    done = checker.check(changed, "--key", checker.key)
    assert (done.exit_code, done.output) == (1, "The paper is no credential, or was changed.\n")
    actions.revoke(card.certificate, "lost", by=team.li, at=NOON)
    lists = []
    for purpose in ("revocation", "suspension"):
        file = tmp_path / purpose
        file.write_bytes(door.get(reverse("documents:status", args=["lamp", purpose, 0])).content)
        lists += ["--status", str(file)]
    done = checker.check(digits, "--key", checker.key, *lists)
    assert done.exit_code == 1
    assert "The paper was revoked." in done.output
    assert "is not known" not in done.output


def test_a_list_that_is_old_is_not_believed(checker, digits, tmp_path, door):
    file = tmp_path / "list"
    file.write_bytes(door.get(reverse("documents:status", args=["lamp", "revocation", 0])).content)
    late = ["--key", checker.key, "--status", str(file), "--at", "2026-03-04T04:00:00Z"]
    done = CliRunner().invoke(credential, ["verify", digits, *late])
    assert done.exit_code == 2
    assert "fetch it again" in done.output
