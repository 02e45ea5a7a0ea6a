"""Writes happen once, also when they come at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client

from koban.kernel import stations
from koban.kernel.access.models import OnceKey
from koban.kernel.ledger.models import Page
from koban.kernel.stations.models import Station

pytestmark = pytest.mark.urls("koban.kernel.access.tests.urls")
PARALLEL = 8


def send(client=None, **form):
    return (client or Client()).post("/o/north/number/", form)


@pytest.mark.django_db
def test_the_same_key_gives_the_same_answer_and_writes_once(client, north):
    answers = [send(client, key="k1", note="hello") for _ in range(3)]
    assert [a.status_code for a in answers] == [201] * 3
    assert {a.content for a in answers} == {b"number 1"}
    assert "Idempotency-Replayed" not in answers[0]
    assert answers[2]["Idempotency-Replayed"] == "true"
    with stations.scope(north.pk):
        assert Page.objects.count() == 1


@pytest.mark.django_db
def test_a_repeat_writes(client, north):
    for _ in range(3):
        send(client, key="k1")
    assert OnceKey.objects.get().repeats == 2


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"note": "other"}, {"note": "hello", "more": "1"}])
def test_the_same_key_with_other_bytes_is_a_conflict(client, north, other):
    send(client, key="k1", note="hello")
    assert send(client, key="k1", **other).status_code == 409
    assert send(client, key="k1", note="hello").content == b"number 1"


@pytest.mark.django_db
def test_a_new_token_of_the_form_is_not_other_bytes(client, north):
    send(client, key="k1", note="hello", csrfmiddlewaretoken="a")
    assert send(client, key="k1", note="hello", csrfmiddlewaretoken="b").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("note,status", [("invalid", 422), ("refused", 422)])
def test_a_refusal_keeps_nothing_and_leaves_the_key_free(client, north, note, status):
    assert send(client, key="k1", note=note).status_code == status
    assert not OnceKey.objects.exists()
    with stations.scope(north.pk):
        assert not Page.objects.exists()
    assert (
        send(client, key="k1", note="mended").content == b"number 1"
    )  # gapless: the refused one was not used


@pytest.mark.django_db
def test_a_write_without_a_key_is_refused(client, north):
    assert send(client, note="hello").status_code == 400
    assert client.post("/o/north/number/", {}, headers={"Idempotency-Key": "k2"}).status_code == 201


@pytest.mark.django_db
def test_keys_of_two_offices_do_not_meet(client, north, south):
    assert send(client, key="k1").content == b"number 1"
    assert client.post("/o/south/number/", {"key": "k1"}).content == b"number 1"
    assert OnceKey.objects.count() == 2


@pytest.mark.django_db
def test_the_kept_answer_cannot_be_read_without_the_key(client, north):
    send(client, key="k1")
    kept = OnceKey.objects.get()
    assert b"number" not in bytes(kept.answer)
    assert "k1" not in kept.slot + kept.digest


@pytest.fixture
def many_connections(transactional_db, tmp_path, monkeypatch):
    """Threads with connections of their own: on SQLite a file with the schema of the test database."""
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "race.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    # A copy: the connection of this thread goes on with its own.
    monkeypatch.setitem(
        connections.settings, "default", {**connections.settings["default"], "NAME": str(path)}
    )
    yield


def in_threads(work, times):
    def one(place):
        try:
            return work(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_the_same_write_at_the_same_instant_happens_once(many_connections):
    def prepare(_place):
        return Station.objects.create(code="north", name="north", kind="office", path="north/").pk

    (north_id,) = in_threads(prepare, 1)
    start = Barrier(PARALLEL)

    def press(_place):
        start.wait(10)
        answer = send(key="k1", note="hello")
        return answer.status_code, answer.content

    assert in_threads(press, PARALLEL) == [(201, b"number 1")] * PARALLEL

    def count(_place):
        with stations.scope(north_id):
            return Page.objects.count(), OnceKey.objects.get().repeats

    assert in_threads(count, 1) == [(1, PARALLEL - 1)]


def test_different_writes_at_the_same_instant_all_happen(many_connections):
    in_threads(lambda _p: Station.objects.create(code="north", name="n", kind="office", path="north/").pk, 1)
    start = Barrier(PARALLEL)

    def press(place):
        start.wait(10)
        return send(key=f"k{place}").content

    assert sorted(in_threads(press, PARALLEL)) == [f"number {n}".encode() for n in range(1, PARALLEL + 1)]
