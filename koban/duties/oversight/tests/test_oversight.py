"""A complaint about the police: taken past the office, read by inspectors alone, answered to the complainant."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koban.duties.oversight import actions, rules
from koban.duties.oversight.actions import Taken, Told
from koban.duties.oversight.door import past
from koban.duties.oversight.flow import FLOW
from koban.duties.oversight.models import Complaint
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, sign_in
from koban.kernel.files.models import Attachment
from koban.kernel.flow import diagram, diagram_in
from koban.kernel.ledger import PUBLIC, reading
from koban.kernel.stations.models import Station
from koban.kernel.stations.schema import station_models
from koban.lib.errors import Absent, Denied, Refused
from koban.matters import actions as matters
from koban.matters import looks, receipts
from koban.matters.duty import duty
from koban.matters.models import Matter

pytestmark = pytest.mark.django_db
WORDS = "The officer at the desk laughed at me and tore up my paper."


def complain(office: Station, **told: Any) -> Taken:
    with past(office) as body:
        return actions.complain(
            Told(**{"subject": "conduct", "words": WORDS, **told}), about=office, by=PUBLIC, at=timezone.now(), station=body
        )  # fmt: skip


def everything_of(station: Station) -> str:
    """Every row of a station, ledger included, as text."""
    with stations.outside(), stations.scope(station.pk):
        rows = [row for model in station_models() for row in model.objects.all()]
        pages = [[page.verb, page.facts, page.subject] for page in reading.latest(500)]
        return str(serializers.serialize("json", rows)) + json.dumps(pages, default=str)


@pytest.mark.parametrize("name", ["lake", "above", "county", "hill"])
def test_a_complaint_leaves_no_trace_in_any_station_of_the_line(
    tree: SimpleNamespace, office: Station, name: str
) -> None:
    before = everything_of(getattr(tree, name))
    taken = complain(tree.lake)
    assert everything_of(getattr(tree, name)) == before
    assert taken.matter.station_id == tree.oversight.pk


def test_the_numbers_of_the_office_have_no_gap(
    tree: SimpleNamespace, office: Station, people: SimpleNamespace
) -> None:
    def number() -> int:
        at = timezone.now()
        return matters.open_matter(
            "incidents", by=actor_of(people.li), at=at, station=office, type="noise"
        ).number

    first = number()
    complain(tree.lake)
    complain(tree.lake)
    assert number() == first + 1


@pytest.mark.parametrize("who", ["li", "aux1", "chief", "wang"])
@pytest.mark.parametrize("name", ["list", "detail"])
def test_nobody_of_the_line_opens_a_page_of_it(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station, who: str, name: str
) -> None:
    matter = complain(tree.lake).matter
    client = Client()
    sign_in(client, getattr(people, who))
    answer = client.get(
        reverse(f"oversight:{name}", args=[matter.year, matter.number] if name == "detail" else [])
    )
    assert answer.status_code == 403
    none = client.get(reverse("oversight:detail", args=[2019, 77]))
    assert answer.status_code == none.status_code


@pytest.mark.parametrize("who", ["li", "chief", "aux1"])
def test_no_number_of_a_complaint_opens_in_the_pages_of_incidents(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station, who: str
) -> None:
    matter = complain(tree.lake).matter
    client = Client()
    sign_in(client, getattr(people, who))
    assert client.get(reverse("incidents:detail", args=[matter.year, matter.number])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_inspector_reads_it_and_every_reading_is_paged_first(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station
) -> None:
    matter = complain(tree.lake, name="Sun", phone="13900139000").matter
    client = Client()
    sign_in(client, people.inspector)
    page = client.get(reverse("oversight:detail", args=[matter.year, matter.number]))
    assert page.status_code == 200
    assert WORDS not in page.content.decode()
    opened = client.post(reverse("oversight:words", args=[matter.year, matter.number]))
    assert WORDS in opened.content.decode()
    with stations.scope(tree.oversight.pk):
        assert "oversight.look" in [page.verb for page in reading.of_matter(matter.pk)]


def test_the_words_are_sealed_in_the_database(tree: SimpleNamespace, office: Station) -> None:
    complain(tree.lake, about="badge 007", name="Sun")
    text = everything_of(tree.oversight)
    assert not any(word in text for word in (WORDS, "badge 007", "Sun"))


def test_the_complainant_finds_it_by_number_and_secret_only_past_the_office(
    tree: SimpleNamespace, office: Station
) -> None:
    taken = complain(tree.lake)
    with past(tree.lake):
        assert receipts.find(taken.matter.printed, taken.secret) == taken.matter
    with pytest.raises(Absent):
        receipts.find(taken.matter.printed, taken.secret)


def test_the_whole_way_to_the_answer(tree: SimpleNamespace, people: SimpleNamespace, office: Station) -> None:
    matter = complain(tree.lake).matter
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client, people.inspector)
    for step, told, state in (
        ("accept", {}, "accepted"),
        ("message", {"text": "Which day was it?"}, "accepted"),
        ("answer", {"text": "You were right; the officer was spoken to."}, "answered"),
        ("close", {}, "closed"),
    ):
        address = reverse("oversight:act", args=[matter.year, matter.number, step])
        answer = client.post(address, {"key": uuid4().hex, **told})
        assert answer.status_code == 302, (step, answer.content.decode()[:2000])
        with stations.scope(tree.oversight.pk):
            assert Matter.objects.get(pk=matter.pk).state == state


def test_it_is_accepted_and_finished_within_the_terms_of_the_pack(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station
) -> None:
    taken = complain(tree.lake)
    with stations.scope(tree.oversight.pk):
        complaint = Complaint.objects.select_related("matter").get()
        actions.accept(complaint, by=actor_of(people.inspector), at=timezone.now(), station=tree.oversight)
        kept = {d.key: (d.clause, d.met_at is not None) for d in taken.matter.deadlines.all()}
    assert kept == {"accept": ("CN-PET-1", True), "finish": ("CN-PET-1A", False)}


def test_no_officer_acts_on_it_even_from_inside_its_scope(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station
) -> None:
    complain(tree.lake)
    with stations.scope(tree.oversight.pk):
        complaint = Complaint.objects.select_related("matter").get()
        for act in (actions.close, actions.open_words):
            with pytest.raises((Denied, Refused)):
                act(complaint, by=actor_of(people.li), at=timezone.now())


def test_an_office_without_an_oversight_body_says_where_to_turn_and_keeps_nothing(
    tree: SimpleNamespace, office: Station
) -> None:
    Station.objects.filter(pk=tree.oversight.pk).update(kind=Station.Kind.COUNTY)
    with pytest.raises(Refused, match="12389"):
        complain(tree.lake)


def test_a_complaint_is_never_written_into_a_station_of_the_line(
    tree: SimpleNamespace, office: Station
) -> None:
    with pytest.raises(ValueError, match="oversight"):
        actions.complain(
            Told("conduct", WORDS), about=office, by=PUBLIC, at=timezone.now(), station=tree.lake
        )


def test_complaints_stand_on_no_board_and_in_no_list() -> None:
    assert not duty("oversight").listed


BODIES = [
    rules.Body("city", "p/c/watch/"),
    rules.Body("county", "p/c/k/watch/"),
    rules.Body("elsewhere", "p/c/other/watch/"),
    rules.Body("own", "p/c/k/s/lake/watch/"),
]


@pytest.mark.parametrize(
    "office, body",
    [
        ("p/c/k/s/lake/", "county"),
        ("p/c/x/s/hill/", "city"),
        ("p/q/s/far/", ""),
        ("p/c/other/s/o/", "elsewhere"),
    ],
)
def test_the_nearest_body_on_the_line_is_competent_and_never_one_below_the_office(
    office: str, body: str
) -> None:
    assert rules.competent(office, BODIES) == body


def test_the_diagram_in_the_readme_is_current() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert diagram_in(readme.read_text(encoding="utf-8")) == diagram(FLOW)


def test_all_rows_of_the_duty_belong_to_a_station() -> None:
    assert set(apps.get_app_config("oversight").get_models()) <= set(station_models())


@pytest.mark.django_db(transaction=True)
def test_an_inspector_opens_the_contact_and_attaches_files_of_what_they_hold_and_each_is_paged(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station
) -> None:
    matter = complain(tree.lake, name="Sun Wu", phone="13900139000").matter
    client, one = Client(HTTP_ACCEPT_LANGUAGE="en"), [matter.year, matter.number]
    sign_in(client, people.inspector)
    contact = reverse("oversight:contact", args=one)
    assert client.post(contact).status_code == 403
    client.post(reverse("oversight:act", args=[*one, "accept"]), {"key": uuid4().hex})
    assert "Sun Wu" not in client.get(reverse("oversight:detail", args=one)).content.decode()
    page = client.post(contact)
    assert "Sun Wu" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    told = {"key": uuid4().hex, "file": SimpleUploadedFile("talk.txt", b"what was said", "text/plain")}
    assert client.post(reverse("oversight:attach", args=one), told).status_code == 302
    with stations.scope(tree.oversight.pk):
        row = Attachment.objects.of_matter(matter.pk).get()
    assert client.get(reverse("oversight:file", args=[*one, row.pk, "original"])).status_code == 200
    with stations.scope(tree.oversight.pk):
        verbs = [page.verb for page in reading.of_matter(matter.pk)]
    assert {"matters.look", "files.receive", "files.look"} <= set(verbs)


def test_a_complaint_that_is_opened_again_is_in_the_hands_of_whoever_opened_it(
    tree: SimpleNamespace, people: SimpleNamespace, office: Station
) -> None:
    complain(tree.lake)
    by, at = actor_of(people.inspector), timezone.now()
    with stations.scope(tree.oversight.pk):
        complaint = Complaint.objects.select_related("matter").get()
        actions.accept(complaint, by=by, at=at, station=tree.oversight)
        actions.answer(complaint, "Looked into it.", by=by, at=at)
        actions.close(complaint, by=by, at=at)
        assert not looks.holds(by, complaint.matter_id)
        actions.reopen(complaint, by=by, at=at, reason="New words came")
        assert looks.holds(by, complaint.matter_id)
