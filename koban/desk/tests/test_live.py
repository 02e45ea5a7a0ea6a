"""The hub on a real database: what a page becomes, that nothing is lost or doubled, and who may listen."""

import asyncio
import json
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.desk import marks
from koban.desk.live import hub as hubs
from koban.desk.live import news, sessions
from koban.desk.live.guard import GONE, Guard
from koban.desk.live.hub import RELOAD, Client, Hub
from koban.desk.live.stream import Events
from koban.desk.tests.conftest import browser_of
from koban.duties.incidents import actions
from koban.duties.incidents.intake import Report
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, sign_in
from koban.kernel.ledger import PUBLIC, book, reading
from koban.matters import actions as matters
from koban.matters import duty
from koban.matters.places import Place
from koban.registers.roster import actions as roster

SOON = 10


def told(frame):
    """Mark and event of a frame."""
    lines = dict(line.split(": ", 1) for line in frame.decode().strip().split("\n"))
    return lines["id"], json.loads(lines["data"])


# What a page becomes


def last_news(station, count):
    return news.since(station.pk, reading.size(station.pk) - 1 - count)


def test_a_new_report_is_one_event_drawn_in_both_languages(lake, team, take):
    matter = take("noise")
    (page,) = last_news(lake, 1)
    english, chinese = json.loads(page.told["en"]), json.loads(page.told["zh-hans"])
    assert (english["matter"], english["lane"], english["new"]) == (str(matter.pk), "waiting", True)
    assert english["said"] == "New: Noise, Lamp Lake Road 5"
    assert "噪声扰民" in chinese["html"]
    assert "灯湖路5号" in chinese["html"]
    assert english["feature"]["geometry"]["coordinates"] == [120.1501, 30.2502]


def test_no_event_holds_a_word_of_a_reporter(lake, take):
    take("dispute", summary="Wang Xiaoming drinks")
    (page,) = last_news(lake, 1)
    assert "Xiaoming" not in page.told["en"]


def test_a_closed_matter_leaves_the_board(lake, team, take):
    li, now, matter = actor_of(team.li), timezone.now(), take("noise")
    matters.move(matter, "cancel", by=li, at=now, reason="twice")
    event = json.loads(last_news(lake, 1)[0].told["en"])
    assert (event["lane"], event["html"], event["feature"]) == ("", "", None)


def test_of_several_pages_of_a_matter_the_last_draws_it_and_each_is_an_event(lake, team, take):
    li, now, matter = actor_of(team.li), timezone.now(), take("noise")
    actions.dispatch(matter, [team.zhao.posts.get()], by=li, at=now)
    first, second = (json.loads(page.told["en"]) for page in last_news(lake, 2))
    assert "html" not in first
    assert second["lane"] == "way"
    assert "Sent" in second["units"]


def test_looks_and_refusals_move_the_mark_and_tell_nothing(lake, team, take):
    matter = take("noise")
    book.refusal("incidents.close", by=actor_of(team.zhao), at=timezone.now(), matter_id=matter.pk)
    (page,) = last_news(lake, 1)
    assert page.told == {}


def test_signing_on_refreshes_who_is_where(lake, team):
    roster.sign_off(team.zhao.posts.get(), by=actor_of(team.zhao), at=timezone.now())
    assert "002" not in json.loads(last_news(lake, 1)[0].told["en"])["units"]


def test_a_matter_that_is_not_listed_never_reaches_a_board(lake, take):
    hidden = dict(duty.all_duties())
    object.__setattr__(hidden["incidents"], "listed", False)
    try:
        take("noise")
        assert last_news(lake, 1)[0].told == {}
    finally:
        object.__setattr__(hidden["incidents"], "listed", True)


def test_events_cost_the_same_number_of_queries_for_one_page_and_for_fifty(lake, team, take):
    def cost(count):
        with CaptureQueriesContext(connection) as captured:
            last_news(lake, count)
        return len(captured)

    take("noise")
    few = cost(1)
    for _ in range(50):
        take("noise")
    assert cost(50) == few


# Marks


@pytest.mark.parametrize(
    "mark, count, known",
    [
        ("7", 1, [7]), ("-1", 1, [-1]), ("3.-1", 2, [3, -1]),
        ("3", 2, None), ("3.4", 1, None), ("", 1, None), ("x", 1, None), ("1.", 1, None), ("٣", 1, None), ("9" * 40, 1, None),
    ],
)  # fmt: skip
def test_a_mark_is_understood_or_refused(mark, count, known):
    found = marks.understood(mark, [UUID(int=n) for n in range(count)])
    assert (found and list(found.values())) == known
    if found:
        assert marks.written(found) == mark


# The hub


@pytest.fixture(autouse=True)
def _threads_share_the_memory():
    """The tests' database in memory locks whole tables against other threads, which no file and no server does."""

    def share(connection, **_told):
        if connection.vendor == "sqlite":
            connection.connection.execute("PRAGMA read_uncommitted = 1")

    connection_created.connect(share)
    yield
    connection_created.disconnect(share)


class Boards:
    """A running hub with boards that collect what they are told; database work runs in threads, as on the server."""

    def __init__(self, lake):
        self.lake, self.hub = lake, Hub()

    async def __aenter__(self):
        self.hub.start()
        return self

    async def __aexit__(self, *error):
        await self.hub.stop()
        await asyncio.to_thread(connections.close_all)

    async def open(self, mark="", language="en"):
        client = Client("session", language)
        missed = await self.hub.join(client, [self.lake.pk], mark)
        return client, missed

    async def take(self, code="noise"):
        return await asyncio.to_thread(_take, self.lake, code)


def _take(lake, code):
    try:
        with stations.scope(lake.pk):
            report = Report(code, "public", "…", Place("Lamp Lake Road 5"))
            return actions.take(report, by=PUBLIC, at=timezone.now(), station=lake).matter
    finally:
        connections.close_all()


async def next_of(client):
    while True:
        frame = await asyncio.wait_for(client.queue.get(), SOON)
        if frame != hubs.BEAT:
            return frame


def run(work):
    """Run `work(boards)` on the office `lake` with the hub of a server."""

    def test(transactional_db, tree):
        async def whole():
            async with Boards(tree.lake) as boards:
                await work(boards)

        asyncio.run(whole())

    return test


async def _everybody_hears(boards):
    open_now = [(await boards.open())[0] for _ in range(3)]
    matter = await boards.take()
    heard = [told(await next_of(client)) for client in open_now]
    assert {event["matter"] for _mark, event in heard} == {str(matter.pk)}
    assert {mark for mark, _event in heard} == {"0"}


async def _in_order_and_once(boards):
    client, _missed = await boards.open()
    made = [(await boards.take()).printed for _ in range(12)]
    heard = [told(await next_of(client)) for _ in range(12)]
    assert [event["number"] for _mark, event in heard] == made
    assert [mark for mark, _event in heard] == [str(n) for n in range(12)]
    assert client.queue.empty()


async def _exact_replay(boards):
    made = [(await boards.take()).printed for _ in range(5)]
    client, missed = await boards.open(mark="1")
    assert [told(frame)[1]["number"] for frame in missed] == made[2:]
    later = await boards.take()
    assert told(await next_of(client))[1]["number"] == later.printed


async def _nothing_missed(boards):
    await boards.take()
    _client, missed = await boards.open(mark="0")
    assert missed == []


async def _never_understood(boards):
    _client, missed = await boards.open(mark="0.0")
    assert missed == [RELOAD]


async def _own_language(boards):
    client, _missed = await boards.open(language="zh-hans")
    await boards.take()
    assert "噪声扰民" in told(await next_of(client))[1]["html"]


async def _slow_board(boards):
    slow, _missed = await boards.open()
    quick, _missed = await boards.open()
    for _ in range(hubs.QUEUE):
        slow.give(b"x")
    await boards.take()
    await next_of(quick)
    assert [slow.queue.get_nowait(), slow.queue.get_nowait()] == [RELOAD, None]


async def _closing(boards):
    client, _missed = await boards.open()
    boards.hub.close()
    assert await next_of(client) is None


async def _cannot_be_drawn(boards):
    client, _missed = await boards.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(news, "since", lambda *_about: 1 / 0)
        await boards.take()
        assert await next_of(client) == RELOAD
    again, _missed = await boards.open()
    await boards.take()
    assert told(await next_of(again))[0] == "1"


test_a_page_that_cannot_be_drawn_makes_boards_load_anew_and_silences_nobody = run(_cannot_be_drawn)
test_every_open_board_hears_of_a_report = run(_everybody_hears)
test_pages_come_in_order_and_once = run(_in_order_and_once)
test_a_board_that_comes_back_gets_exactly_what_it_missed = run(_exact_replay)
test_a_board_that_missed_nothing_gets_nothing = run(_nothing_missed)
test_a_mark_of_other_stations_makes_the_board_load_anew = run(_never_understood)
test_a_board_hears_in_its_own_language = run(_own_language)
test_a_board_that_is_too_slow_is_told_to_load_anew = run(_slow_board)
test_when_the_server_ends_every_stream_ends = run(_closing)


def test_a_board_too_far_behind_loads_anew(transactional_db, tree, monkeypatch):
    monkeypatch.setattr(hubs, "REPLAYED", 2)

    async def whole():
        async with Boards(tree.lake) as boards:
            for _ in range(4):
                await boards.take()
            _client, missed = await boards.open(mark="0")
            assert missed == [RELOAD]

    asyncio.run(whole())


def test_an_office_hears_nothing_of_another(transactional_db, tree):
    async def whole():
        async with Boards(tree.lake) as boards:
            other = Client("other", "en")
            await boards.hub.join(other, [tree.hill.pk], "")
            client, _missed = await boards.open()
            await boards.take()
            await next_of(client)
            assert other.queue.empty()

    asyncio.run(whole())


def test_a_chief_hears_every_office_below_with_a_mark_for_each(transactional_db, tree):
    async def whole():
        async with Boards(tree.lake) as boards:
            chief = Client("chief", "en")
            await boards.hub.join(chief, [tree.lake.pk, tree.hill.pk], "")
            await boards.take()
            first = told(await next_of(chief))[0]
            await asyncio.to_thread(_take, tree.hill, "theft")
            second = told(await next_of(chief))[0]
        places = sorted([tree.lake.pk, tree.hill.pk])
        assert marks.understood(first, places) == {tree.lake.pk: 0, tree.hill.pk: -1}
        assert marks.understood(second, places) == {tree.lake.pk: 0, tree.hill.pk: 0}

    asyncio.run(whole())


# Who may listen


def key_of(client):
    return client.cookies["koban_session"].value


@pytest.mark.parametrize(
    "who, admitted", [("li", True), ("zhao", True), ("chief", True), ("admin", False), ("inspector", False)]
)
def test_who_is_let_in(people, who, admitted):
    assert bool(sessions.admit(key_of(browser_of(getattr(people, who))))) is admitted


def test_a_session_without_its_second_step_hears_nothing(people):
    browser = Browser()
    sign_in(browser, people.li, second_step=False)
    assert sessions.admit(key_of(browser)) is None


def test_nobody_is_let_in_without_a_session(people):
    assert sessions.admit("") is None
    assert sessions.admit("nonsense") is None


def test_an_officer_hears_the_own_office_and_a_chief_those_below(people, tree):
    assert sessions.admit(key_of(browser_of(people.li))).stations == {tree.lake.pk}
    found = sessions.admit(key_of(browser_of(people.chief))).stations
    assert found == {tree.above.pk, tree.lake.pk, tree.hill.pk}


@pytest.mark.parametrize("leave", ["sign out", "lock", "dismiss"])
def test_a_board_ends_when_its_owner_leaves(transactional_db, people, tree, leave):
    browser = browser_of(people.li)
    key = key_of(browser)

    def left():
        if leave == "sign out":
            Session.objects.filter(session_key=key).delete()
        elif leave == "lock":
            session = browser.session
            session["koban_locked"] = True
            session.save()
        else:
            people.li.epoch += 1
            people.li.save()
        connections.close_all()

    async def whole():
        async with Boards(tree.lake) as boards:
            guard = Guard(boards.hub)
            client, _missed = await boards.open()
            client.session_key = key
            guard.watch(key, frozenset([tree.lake.pk]))
            await guard.look()
            assert client.queue.empty()
            await asyncio.to_thread(left)
            if leave == "dismiss":
                guard._asked_at[key] -= 61
            await guard.look()
            assert await next_of(client) == GONE
            assert await next_of(client) is None

    asyncio.run(whole())


# The stream itself


class Wire:
    """One ASGI request: what the server sent, and a browser that leaves when told."""

    def __init__(self, cookie="", query="", method="GET", host="localhost", mark=""):
        headers = [(b"host", host.encode()), (b"cookie", f"koban_session={cookie}".encode())]
        headers += [(b"last-event-id", mark.encode())] if mark else []
        self.scope = {
            "type": "http",
            "method": method,
            "path": "/events",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.sent, self.came, self.leaves = [], asyncio.Event(), asyncio.Event()

    async def receive(self):
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)
        self.came.set()

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent)

    async def until(self, words):
        while words not in self.body:
            await asyncio.wait_for(self.came.wait(), SOON)
            self.came.clear()


@pytest.mark.parametrize(
    "wire, status",
    [
        (partial(Wire), 401),
        (partial(Wire, cookie="x" * 32), 401),
        (partial(Wire, method="POST"), 405),
        (partial(Wire, host="evil.example"), 400),
    ],
)
def test_who_is_not_let_in_gets_a_problem_document(transactional_db, tree, wire, status):
    async def whole():
        async with Boards(tree.lake) as boards:
            line = wire()
            await Events(boards.hub, Guard(boards.hub))(line.scope, line.receive, line.send)
            assert line.status == status
            assert json.loads(line.body)["status"] == status

    asyncio.run(whole())


def test_a_stream_replays_from_the_last_event_and_goes_on(transactional_db, people, tree):
    key = key_of(browser_of(people.li))

    async def whole():
        async with Boards(tree.lake) as boards:
            made = [(await boards.take()).printed for _ in range(2)]
            line = Wire(cookie=key, mark="0", query="since=-1&language=en")
            serving = asyncio.create_task(
                Events(boards.hub, Guard(boards.hub))(line.scope, line.receive, line.send)
            )
            await line.until(made[1].encode())
            assert made[0].encode() not in line.body
            later = await boards.take()
            await line.until(later.printed.encode())
            assert line.status == 200
            assert line.body.startswith(b"retry: ")
            line.leaves.set()
            await serving
            assert boards.hub.clients() == []

    asyncio.run(whole())


def test_one_session_cannot_open_boards_without_end(transactional_db, people, tree):
    key = key_of(browser_of(people.li))

    async def whole():
        async with Boards(tree.lake) as boards:
            for _ in range(12):
                (await boards.open())[0].session_key = key
            line = Wire(cookie=key)
            await Events(boards.hub, Guard(boards.hub))(line.scope, line.receive, line.send)
            assert line.status == 503

    asyncio.run(whole())


def test_hold_is_news_too(lake, team, take):
    matter = take("noise")
    matters.hold(
        matter, team.zhao.posts.get().pk, by=actor_of(team.zhao), at=timezone.now() + timedelta(seconds=1)
    )
    assert "002" in json.loads(last_news(lake, 1)[0].told["en"])["html"]
