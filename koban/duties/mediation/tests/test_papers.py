"""Papers of a mediation: the written warning, the bundle for the court, files as evidence, and Shenzhen's own term."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koban.duties.mediation import actions, protecting, sitting, warning_papers
from koban.duties.mediation.certificates import COURT, WARNING
from koban.duties.mediation.models import Agreement, Mediation
from koban.duties.mediation.taking import Facts, SideTold
from koban.duties.mediation.tests.conftest import CONTENT, NOON, PAYS
from koban.duties.mediation.tests.test_pages import one, page, press
from koban.kernel import stations
from koban.kernel.access.testing import sign_in
from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters.documents.models import Certificate
from koban.matters.models import Deadline

pytestmark = pytest.mark.django_db(transaction=True)
Take = Callable[..., Mediation]
AT_HOME = Facts("beating", relation="kin", violence_at_home=True)


@pytest.fixture
def warned(taken: Take, office: Station, li: Actor) -> Mediation:
    """Violence at home, protection begun, the warning made but not printed."""
    mediation = taken(AT_HOME, kind="family", at=timezone.now())
    actions.decide(mediation, by=li, at=timezone.now(), station=office)
    words = "He struck her on the arm"
    protecting.warn(mediation, words, identity=True, ban=True, by=li, at=timezone.now(), station=office)
    return mediation


def told_of(certificate: Certificate) -> str:
    """Pages and description of the PDF, read by another library than the one that set it."""
    file = Attachment.objects.get(pk=certificate.attachment_id)
    with pikepdf.open(BytesIO(b"".join(store.read(file.sha256)))) as pdf:
        return f"{len(pdf.pages)} {pdf.docinfo}"


def test_the_warning_is_printed_three_times_once_and_what_stands_on_it_was_looked_up_first(
    desk: Client, office: Station, warned: Mediation
) -> None:
    for _ in range(2):
        assert press(desk, "issue", [*one(warned), "warning"]).status_code == 302
    with stations.scope(office.pk):
        made = list(Certificate.objects.filter(kind=WARNING.key).order_by("number"))
        verbs = [entry.verb for entry in reading.of_matter(warned.matter_id)]
        assert len(made) == 3
        assert all(told_of(one_copy).startswith("1 ") for one_copy in made)
        assert not any("struck" in told_of(one_copy) for one_copy in made)
    issued = verbs.index("documents.issue")
    assert {"matters.look", "mediation.look"} <= set(verbs[:issued])
    assert made[0].printed in page(desk, warned)


def test_the_committee_learns_who_was_warned_and_not_what_was_done(
    office: Station, warned: Mediation, li: Actor
) -> None:
    step = warned.protection_steps.get(key="warning")
    told = {
        copy: warning_papers.values(copy, step, "Zhu", "struck", office) for copy in protecting.AFTER_WARNING
    }
    assert {copy: values["what"] for copy, values in told.items()} == {
        "violent": "struck", "victim": "struck", "committee": "",
    }  # fmt: skip
    assert {values["who"] for values in told.values()} == {"Zhu"}


NEITHER = {"b": SideTold("Zhu")}
BOTH = {"a": SideTold("Sun", acted=True), "b": SideTold("Zhu", acted=True)}
NAMELESS = {"b": SideTold(acted=True)}


@pytest.mark.parametrize("sides", [NEITHER, BOTH, NAMELESS])
def test_nobody_is_warned_before_it_is_written_down_which_one_was_violent(
    taken: Take, sides: dict[str, SideTold]
) -> None:
    mediation = taken(AT_HOME, kind="family", **sides)
    with pytest.raises(Refused, match="who was violent"):
        warning_papers.violent(mediation)


def test_a_warning_that_was_not_made_is_not_printed(taken: Take, office: Station, li: Actor) -> None:
    mediation = taken(AT_HOME, kind="family")
    actions.decide(mediation, by=li, at=NOON, station=office)
    with pytest.raises(Refused, match="warning first"):
        warning_papers.issue(mediation, "Zhu", "struck", by=li, at=NOON, station=office)
    with stations.scope(office.pk):
        assert not Certificate.objects.filter(kind=WARNING.key).exists()


def test_an_auxiliary_prints_no_warning(people: SimpleNamespace, warned: Mediation) -> None:
    aux = Client()
    sign_in(aux, people.aux1)
    assert press(aux, "issue", [*one(warned), "warning"]).status_code == 403


@pytest.fixture
def by_committee(taken: Take, office: Station, li: Actor) -> Agreement:
    now = timezone.now()
    mediation = taken(Facts(), kind="debt", at=now)
    actions.send_to_people(mediation, "Committee of the lake quarter", by=li, at=now)
    content = replace(CONTENT, form="oral", signed_a=False, signed_b=False)
    due = timezone.localdate(now)
    owed = tuple(replace(row, due_on=due) for row in PAYS)
    return sitting.agree(mediation, content, owed, by=li, at=now, station=office)


def test_the_bundle_for_the_court_holds_request_and_copies_with_their_sums(
    desk: Client, office: Station, by_committee: Agreement
) -> None:
    mediation = by_committee.mediation
    assert press(desk, "bundle", one(mediation)).status_code == 422
    for key in ("copies", "request"):
        assert press(desk, "issue", [*one(mediation), key]).status_code == 302
    assert "Bundle for the court" in page(desk, mediation)
    answer = press(desk, "bundle", one(mediation))
    assert answer["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(BytesIO(answer.content)) as pack:
        names = pack.namelist()
        lines = pack.read("manifest-sha256.txt").decode().splitlines()
        sums = {line[66:]: line[:64] for line in lines}
        assert {name: hashlib.sha256(pack.read(name)).hexdigest() for name in names[:-1]} == sums
        assert len(sums) == 4
    with stations.scope(office.pk):
        request = Certificate.objects.get(kind=COURT.key)
        looks = [entry for entry in reading.of_matter(mediation.matter_id) if entry.verb == "files.look"]
    assert names[0] == f"01-{request.printed}.pdf"
    assert len(looks) == 4


def test_who_does_not_hold_the_matter_gets_no_bundle_and_no_file(
    people: SimpleNamespace, desk: Client, office: Station, by_committee: Agreement
) -> None:
    mediation = by_committee.mediation
    press(desk, "issue", [*one(mediation), "copies"])
    press(desk, "issue", [*one(mediation), "request"])
    other = Client()
    sign_in(other, people.aux1)
    assert press(other, "bundle", one(mediation)).status_code == 403
    with stations.scope(office.pk):
        file = Attachment.objects.of_matter(mediation.matter_id)[0]
    address = reverse("mediation:file", args=[*one(mediation), file.pk, "view"])
    assert other.get(address).status_code == 403
    assert desk.get(address).status_code == 200


def test_a_paper_is_attached_as_evidence_and_nothing_chosen_is_said(desk: Client, taken: Take) -> None:
    mediation = taken(at=timezone.now())
    assert press(desk, "attach", one(mediation)).status_code == 422
    paper = SimpleUploadedFile("note.txt", b"The lock was changed in March.\n", "text/plain")
    assert press(desk, "attach", one(mediation), file=paper).status_code == 302
    assert 'class="attachments"' in page(desk, mediation)


@pytest.mark.parametrize(("pack", "keys"), [("cn", {"case"}), ("cn-gd-sz", {"case", "decide"})])
def test_where_the_local_pack_asks_it_is_said_in_time_whether_a_dispute_is_taken(
    office: Station, taken: Take, li: Actor, pack: str, keys: set[str]
) -> None:
    Station.objects.filter(pk=office.pk).update(pack=pack)
    office.refresh_from_db()
    mediation = taken()
    with stations.scope(office.pk):
        rows = Deadline.objects.filter(matter_id=mediation.matter_id)
        assert set(rows.values_list("key", flat=True)) == keys
        actions.decide(mediation, by=li, at=NOON, station=office)
        assert not rows.filter(key="decide", met_at=None).exists()
        assert not rows.filter(key="decide", is_waived=True).exists()
