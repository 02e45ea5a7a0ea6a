import re
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from koban.duties.incidents.answers import STANDARDS
from koban.duties.incidents.models import Incident
from koban.duties.incidents.step_forms import OUTCOMES
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.testing import sign_in
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import reading
from koban.matters.models import Matter

pytestmark = pytest.mark.django_db


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


def send(client: Client, step: str, /, *args: Any, **told: Any) -> Any:
    return client.post(reverse(f"incidents:{step}", args=args), {**key(), **told})


def take(desk: Client, **told: Any) -> Matter:
    """Take a report at the desk, having seen every other one; returns its matter."""
    told = {"seen": " ".join(f"{timezone.now().year}-{number:06}" for number in range(1, 99)), **told}
    answer = send(
        desk, "new", **{"summary": "Loud music upstairs", "code": "noise", "channel": "phone", **told}
    )
    assert answer.status_code == 200, answer.content.decode()[:2000]
    found: Matter = Matter.objects.latest("opened_at")
    return found


def of(matter: Matter) -> tuple[int, int]:
    return matter.year, matter.number


def test_two_fields_are_enough_to_take_a_report_and_the_answer_is_the_receipt(desk: Client) -> None:
    answer = send(desk, "new", summary="Loud music upstairs", code="noise", channel="phone")
    matter = Matter.objects.get()
    assert matter.printed in answer.content.decode()
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())
    assert Incident.objects.get().channel == "phone"


def test_the_same_form_sent_twice_takes_one_report(desk: Client) -> None:
    told = {**key(), "summary": "Loud music", "code": "noise", "channel": "phone"}
    first, again = (desk.post(reverse("incidents:new"), told) for _ in range(2))
    assert first.content == again.content
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    "change, why",
    [
        ({"code": ""}, "Choose what it is about"),
        ({"summary": ""}, "required"),
        ({"lon": "200", "lat": "1"}, "not a place on earth"),
    ],
)
def test_a_form_that_lacks_something_says_so_keeps_the_words_and_takes_nothing(
    desk: Client, change: dict[str, str], why: str
) -> None:
    told = {"summary": "Broken lamp at the corner", "code": "facility", "channel": "phone", **change}
    answer = send(desk, "new", **told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert told["summary"] in page
    assert not Matter.objects.exists()


def test_while_it_is_typed_the_form_suggests_a_type_questions_and_prompts(desk: Client) -> None:
    answer = desk.post(
        reverse("incidents:hints"), {"summary": "I smell gas in the hallway", "channel": "phone"}
    )
    page = answer.content.decode()
    assert 'value="gas"' in page
    assert "No flame" in page
    assert "ask_trapped" in page
    assert not Matter.objects.exists()


def test_whoever_is_free_can_be_sent_with_the_same_form(desk: Client, people: SimpleNamespace) -> None:
    matter = take(desk, go=[people.aux1.posts.get().pk])
    assert matter.state == "dispatched"


def test_the_whole_way_from_report_to_answer(desk: Client, people: SimpleNamespace) -> None:
    matter = take(desk)
    li = people.li.posts.get()
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("send", {"posts": [li.pk]}, "dispatched"),
        ("accept", {}, "dispatched"),
        ("arrive", {}, "on_scene"),
        ("log", {"kind": "seen", "text": "Party on the second floor"}, "on_scene"),
        ("free", {}, "handling"),
        ("answer", {"text": "We spoke with them; it is quiet.", "outcome": "settled"}, "answered"),
        ("call-back", {"reached": "yes", "fixed": "yes"}, "answered"),
        ("close", {}, "closed"),
    ]
    for name, told, state in steps:
        answer = send(desk, name, *of(matter), **told)
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
        matter.refresh_from_db()
        assert matter.state == state, name
    page = desk.get(reverse("incidents:detail", args=of(matter))).content.decode()
    assert "The resident was answered" in page


def test_a_refused_step_says_why_and_changes_nothing(desk: Client) -> None:
    matter = take(desk)
    answer = send(desk, "close", *of(matter))
    assert answer.status_code == 422
    assert "not possible now" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == "received"


def test_an_act_that_needs_two_officers_is_refused_with_its_clause(
    desk: Client, people: SimpleNamespace
) -> None:
    matter = take(desk, go=[people.li.posts.get().pk])
    send(desk, "arrive", *of(matter))
    told = {
        "kind": "act",
        "text": "Asked questions",
        "act": "questioning",
        "second": people.aux1.posts.get().pk,
        "recorded": "on",
    }
    answer = send(desk, "log", *of(matter), **told)
    assert answer.status_code == 422
    assert "two officers" in answer.content.decode()


def test_every_step_shows_its_form_to_whoever_has_no_script(desk: Client) -> None:
    matter = take(desk)
    for name in ("send", "triage", "answer", "message", "note", "refer", "merge", "cancel", "photo", "thing"):
        assert desk.get(reverse(f"incidents:{name}", args=of(matter))).status_code == 200, name


def test_a_checklist_item_is_ticked_once_with_its_time(desk: Client) -> None:
    matter = take(desk)
    for _ in range(2):
        assert send(desk, "tick", *of(matter), item="seen").status_code == 302
    page = desk.get(reverse("incidents:detail", args=of(matter))).content.decode()
    assert page.count("is-done") == 1


@pytest.mark.django_db(transaction=True)
def test_contact_is_opened_only_by_whoever_holds_it_and_each_look_is_paged_first(
    desk: Client, people: SimpleNamespace
) -> None:
    matter = take(desk, name="Zhao Yi", phone="13800138000")
    party = matter.parties.get()
    assert "Zhao Yi" not in desk.get(reverse("incidents:detail", args=of(matter))).content.decode()
    assert "matters.look" not in [page.verb for page in reading.of_matter(matter.pk)]
    answer = desk.post(reverse("incidents:look", args=[*of(matter), party.pk]))
    assert "Zhao Yi" in answer.content.decode()
    assert "matters.look" in [page.verb for page in reading.of_matter(matter.pk)]


def test_the_list_finds_by_number_and_filters(desk: Client) -> None:
    noise, lamp = take(desk), take(desk, code="facility", summary="Lamp out")
    page = desk.get(reverse("incidents:list"), {"q": noise.printed}).content.decode()
    assert noise.printed in page
    assert lamp.printed not in page
    page = desk.get(reverse("incidents:list"), {"type": "facility", "sort": "-priority"}).content.decode()
    assert lamp.printed in page
    assert noise.printed not in page


def test_another_office_finds_nothing(desk: Client, people: SimpleNamespace) -> None:
    matter = take(desk)
    other = Client()
    sign_in(other, people.wang)
    assert other.get(reverse("incidents:detail", args=of(matter))).status_code == 404
    assert matter.printed not in other.get(reverse("incidents:list")).content.decode()


def test_the_pages_ask_the_database_as_often_for_many_reports_as_for_one(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    matters = [take(desk, summary=f"Noise number {n}", place="") for n in range(12)]
    with django_assert_max_num_queries(8):
        assert desk.get(reverse("incidents:list")).status_code == 200
    with django_assert_max_num_queries(12):
        assert desk.get(reverse("incidents:detail", args=of(matters[-1]))).status_code == 200


def test_the_note_at_the_change_of_shift_tells_what_is_owed(desk: Client, office: Any) -> None:
    matter = take(desk)
    page = desk.get(reverse("roster:now")).content.decode()
    assert matter.printed in page


def test_a_report_with_everything_on_it_still_needs_few_queries(
    desk: Client, people: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    matter = take(desk, code="found_property", go=[people.li.posts.get().pk])
    send(desk, "arrive", *of(matter))
    send(desk, "tick", *of(matter), item="list")
    send(desk, "thing", *of(matter), category="wallet", on="2026-03-01", description="black", shelf="A1")
    with django_assert_max_num_queries(14):
        assert desk.get(reverse("incidents:detail", args=of(matter))).status_code == 200


def test_taking_a_report_asks_the_database_at_most_twenty_times(desk: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        take(desk)
    # Savepoints are the test's own nesting; in service the view is the one transaction.
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 20


def test_after_hand_over_the_page_shows_the_status_alone(desk: Client) -> None:
    matter = take(desk, summary="Blue bicycle stolen at the lake", code="theft")
    send(desk, "note", *of(matter), text="The shop next door has a camera.")
    answer = send(desk, "refer", *of(matter), body="criminal", reason="An offence to be investigated")
    assert answer.status_code == 302
    page = desk.get(reverse("incidents:detail", args=of(matter))).content.decode()
    assert "Criminal investigation unit" in page
    assert "Blue bicycle" not in page
    assert "camera" not in page
    send(desk, "referral", *of(matter), status="refused", their_number="")
    send(desk, "take-back", *of(matter), reason="They say it is ours")
    assert "Blue bicycle" in desk.get(reverse("incidents:detail", args=of(matter))).content.decode()


def test_a_standard_answer_stands_in_the_form_in_the_language_of_the_resident(desk: Client) -> None:
    matter = take(desk, code="lost_property")
    page = desk.get(reverse("incidents:answer", args=of(matter)), {"standard": "kept"}).content.decode()
    assert f"Please come with your number {matter.printed}" in page
    Matter.objects.filter(pk=matter.pk).update(language="zh-hans")
    page = desk.get(reverse("incidents:answer", args=of(matter)), {"standard": "kept"}).content.decode()
    assert f"请携带编号 {matter.printed}" in page
    assert desk.get(reverse("incidents:answer", args=of(matter)), {"standard": "x"}).status_code == 200


def test_every_standard_answer_can_be_filled_in_both_languages_and_has_a_result_of_the_form() -> None:
    results = {key for key, _label in OUTCOMES}
    for one in STANDARDS:
        assert one.outcome in results
        for language in ("en", "zh-hans"):
            assert "2026-000001" in one.filled(language, number="2026-000001", office="Lake", phone="1")
        assert set(one.types) <= set(CATALOGUE.types)


def test_the_receipt_of_the_desk_has_a_code_to_point_a_telephone_at(desk: Client) -> None:
    page = send(desk, "new", summary="Loud music", code="noise", channel="phone").content.decode()
    assert "<svg" in page
    assert 'class="qr"' in page


def picture() -> SimpleUploadedFile:
    body = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(body, "PNG")
    return SimpleUploadedFile("scene.png", body.getvalue(), "image/png")


def test_a_photo_sent_twice_with_one_key_is_stored_once(desk: Client) -> None:
    matter, once = take(desk), key()
    for _ in range(2):
        answer = desk.post(reverse("incidents:photo", args=of(matter)), {**once, "file": picture()})
        assert answer.status_code == 302
    assert Attachment.objects.of_matter(matter.pk).count() == 1


def test_who_sends_no_photo_is_told_so(desk: Client) -> None:
    assert send(desk, "photo", *of(take(desk))).status_code == 422
