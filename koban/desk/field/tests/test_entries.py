"""What a phone sends is taken once, in any order, one by one, and nothing that was acknowledged is lost."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone as clock

from koban.desk.field.models import Entry
from koban.desk.field.tests.conftest import Phone, entry, picture, told_of
from koban.duties.incidents import actions as incidents
from koban.duties.incidents.models import SceneEntry
from koban.kernel.access.testing import actor_of
from koban.kernel.files.models import Attachment
from koban.kernel.ledger import reading
from koban.kernel.ledger.verify import verify
from koban.matters.models import Matter, Note


def log(task, text="Music is off now", **more):
    return entry("log", task, body={"text": text}, **more)


def step(task, name, seen="dispatched", **more):
    return entry("step", task, body={"step": name}, seen={"state": seen}, **more)


def test_an_entry_is_taken_with_its_ledger_page(phone, task, lake):
    status, answer = phone.one(log(task))
    assert status == 201
    page = reading.by_number(answer["page"])
    assert (page.verb, page.actor, page.matter_id) == ("field.entry", "002", task.pk)
    assert SceneEntry.objects.get(matter=task).text == "Music is off now"
    assert verify(lake).ok


def test_the_same_entry_again_changes_nothing_and_gets_the_same_answer(phone, task, lake):
    told = log(task)
    first, second, third = phone.one(told), phone.one(told), phone.one(told)
    assert first == second == third
    assert SceneEntry.objects.filter(matter=task).count() == 1
    assert Entry.objects.get(key=told["id"]).repeats == 2


def test_the_same_uuid_with_other_words_is_answered_with_both_versions(phone, task):
    told = log(task)
    phone.one(told)
    status, answer = phone.one(told | {"body": {"text": "Something else"}})
    assert status == 409
    assert json.loads(answer["ours"]["body"])["body"]["text"] == "Music is off now"


def test_nobody_else_learns_what_stands_under_a_uuid(phone, other, task):
    told = log(task)
    phone.one(told)
    status, answer = other.one(told)
    assert status == 409
    assert "ours" not in answer


CHAIN = ("accept", "arrive", "free")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 2, 0, 3)])
def test_steps_come_in_any_order_and_leave_the_same_state(phone, task, lake, order):
    steps: list[dict[str, object]] = []
    for name in CHAIN:
        steps.append(step(task, name, after=steps[-1]["id"] if steps else None))
    sent = [*steps, log(task)]
    answers = [phone.one(sent[place]) for place in order]
    assert all(status in (201, 202) for status, _answer in answers)
    assert all(answer["page"] for _status, answer in answers)
    assert [phone.one(each)[0] for each in sent] == [201] * 4
    task.refresh_from_db()
    assert task.state == "handling"
    assert SceneEntry.objects.filter(matter=task).count() == 1
    assert verify(lake).ok


def test_a_step_that_somebody_else_overtook_is_shown_with_both_versions_and_chosen(phone, task, people, lake):
    matter = Matter.objects.get(pk=task.pk)
    incidents.stand_down(matter, by=actor_of(people.li), at=clock.now(), reason="called back")
    told = step(task, "arrive")
    status, answer = phone.one(told)
    assert status == 409
    assert (answer["ours"]["state"], answer["ours"]["by"]) == ("triaged", "001")
    assert answer["ours"]["label"] == "Waiting for somebody to go"
    assert not Entry.objects.filter(key=told["id"]).exists()

    status, answer = phone.one(told | {"give_up": True})
    assert status == 201
    assert reading.by_number(answer["page"]).verb == "field.give_up"
    task.refresh_from_db()
    assert task.state == "triaged"


def test_bad_entries_are_answered_one_by_one_and_the_good_ones_are_taken(phone, task):
    good, empty = log(task), log(task, text="  ")
    answer = phone.send(
        good, empty, {"id": "no"}, entry("dance", task), log(task) | {"matter": str(uuid4())}, "nonsense",
        entry("step", task, body={"step": "fly"}), step(task, "free", seen="closed"),
    )  # fmt: skip
    assert answer.status_code == 207
    told = answer.json()["entries"]
    assert [one["status"] for one in told] == [201, 422, 422, 422, 404, 422, 422, 409]
    assert all(one["sentence"] for one in told[1:])
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"entries": []}', b'{"entries": {}}', b"\xff\xfe", b"[" * 5000]
)
def test_what_is_no_batch_is_refused_with_a_sentence(phone, body):
    answer = phone.client.post("/api/v1/field/entries", body, content_type="application/json",
                               headers={"Koban-Device": phone.device})  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_too_many_entries_and_too_long_ones_are_refused(phone, task):
    assert phone.send(*[log(task) for _n in range(61)]).status_code == 422
    status, answer = phone.one(log(task, text="x" * 5000))
    assert (status, bool(answer["sentence"])) == (422, True)
    assert Entry.objects.count() == 0


def test_a_clock_that_is_wrong_by_years_is_flagged_and_not_believed(phone, task):
    wrong = clock.now() - timedelta(days=3000)
    told = log(task) | {"at": (wrong - timedelta(minutes=1)).isoformat()}
    status, answer = phone.one(told, now=wrong.isoformat())
    assert (status, answer["flags"]) == (201, ["clock"])
    row = Entry.objects.get(key=told["id"])
    assert row.device_at == told["at"]
    assert abs(SceneEntry.objects.get(matter=task).at - clock.now()) < timedelta(minutes=3)


def test_a_place_at_zero_zero_is_flagged_and_left_out(phone, lake):
    status, answer = phone.one(
        entry("sos", position={"lon": 0, "lat": 0.0}, body={"text": "behind the school"})
    )
    assert (status, answer["flags"]) == (201, ["no_place"])
    assert Matter.objects.get(type="sos").lon is None


def test_an_sos_is_the_most_urgent_report_on_the_board_and_only_one(phone, lake):
    told = entry("sos", position={"lon": 120.151, "lat": 30.251}, body={"text": "behind the school"})
    phone.one(told)
    phone.one(told)
    matter = Matter.objects.get(type="sos")
    assert (matter.priority, matter.state, matter.lon) == (1, "received", 120.151)
    assert "002" in matter.summary
    assert "behind the school" in matter.summary


def test_a_note_on_work_without_a_scene_is_a_note(phone, task):
    Matter.objects.filter(pk=task.pk).update(kind="visits", state="planned")
    assert phone.one(log(task, text="Nobody there"))[0] == 201
    assert Note.objects.get(matter=task).text == "Nobody there"


@pytest.mark.parametrize("entry_first", [True, False])
def test_a_photo_joins_its_entry_whichever_came_first(phone, task, lake, entry_first):
    content = picture()
    told = log(task, files=[told_of(content)])
    if entry_first:
        status, answer = phone.one(told)
        assert (status, answer["waits"]) == (201, [told["files"][0]["sha256"]])
        assert phone.put(content).status_code == 201
    else:
        assert phone.put(content).status_code == 201
        phone.one(told)
    status, answer = phone.one(told)
    assert status == 201
    assert "waits" not in answer
    kept = Attachment.objects.get(matter_id=task.pk)
    assert (kept.sha256, kept.size) == (told["files"][0]["sha256"], len(content))
    assert SceneEntry.objects.get(matter=task, kind="photo").attachment_id == kept.pk
    assert verify(lake).ok


def test_one_photo_of_two_entries_is_sent_once_and_joins_both(phone, task):
    content = picture()
    for text in ("before", "after"):
        phone.one(log(task, text=text, files=[told_of(content)]))
    phone.put(content)
    assert Attachment.objects.filter(matter_id=task.pk).count() == 2


def test_an_entry_of_another_office_is_absent(people, task):
    stranger = Phone(people.wang).take_out()
    status, answer = stranger.one(log(task))
    assert (status, bool(answer["sentence"])) == (404, True)
