from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from koban.desk.tests.conftest import browser_of
from koban.desk.today import queries
from koban.duties.incidents import actions, endings
from koban.kernel.access.testing import actor_of
from koban.matters import actions as matters
from koban.registers.roster import actions as roster

TODAY = "/desk/"


@pytest.fixture
def li(people):
    return actor_of(people.li)


def page_of(lake, by):
    return queries.today(lake, by, timezone.now())


def test_i_see_what_i_hold_and_not_what_others_hold(lake, people, li, take):
    mine, theirs = take("noise"), take("theft")
    matters.hold(mine, li.post_id, by=li, at=timezone.now())
    matters.hold(theirs, people.zhao.posts.get().pk, by=li, at=timezone.now())
    found = page_of(lake, li)
    assert [slip.number for slip in found.mine] == [mine.printed]
    assert {due.slip.number for due in found.due} == {mine.printed}


def test_what_i_let_go_is_gone(lake, li, take):
    mine = take("noise")
    matters.hold(mine, li.post_id, by=li, at=timezone.now())
    matters.release(mine, li.post_id, by=li, at=timezone.now())
    assert page_of(lake, li).mine == []


def test_what_is_due_stands_by_time_with_its_clause(lake, li, take):
    mine = take("noise", minutes=30)
    matters.hold(mine, li.post_id, by=li, at=timezone.now())
    due = page_of(lake, li).due
    assert [one.due_at for one in due] == sorted(one.due_at for one in due)
    assert due[0].clause.id == "OFFICE-DISPATCH-2"
    assert page_of(lake, li).late == 1


def test_a_promise_that_nobody_holds_is_shown_once_for_a_matter(lake, li, take):
    matter = take("noise")
    assert [due.slip.number for due in page_of(lake, li).promises] == [matter.printed]


def test_what_others_did_to_my_matters_since_my_last_shift(lake, people, li, take):
    mine, now, zhao = take("noise"), timezone.now(), actor_of(people.zhao)
    matters.hold(mine, li.post_id, by=li, at=now)
    matters.note(mine, "The neighbour rang again.", by=zhao, at=now)
    matters.note(mine, "I know.", by=li, at=now)
    changes = page_of(lake, li).changes
    assert [change.by for change in changes] == ["002", "Somebody from outside"]
    assert changes[0].sentence == "A note was written"


def test_last_seen_is_the_end_of_the_shift_before_this_one(lake, people, li):
    now, post = timezone.now(), people.li.posts.get()
    assert queries.last_seen([], now) == now - timedelta(days=1)
    for start, end in ((-60, -52), (-30, -22), (-2, 6), (22, 30)):
        roster.enter_shift(post, now + timedelta(hours=start), now + timedelta(hours=end), by=li, at=now)
    found = page_of(lake, li)
    assert found.since == now - timedelta(hours=22)
    assert found.shift.starts_at == now - timedelta(hours=2)
    assert found.next.starts_at == now + timedelta(hours=22)


def test_a_gap_in_the_cover_is_shown_with_its_time(lake, people, li, desk):
    now, post = timezone.now(), people.li.posts.get()
    roster.enter_shift(post, now - timedelta(hours=1), now + timedelta(hours=5), by=li, at=now)
    assert page_of(lake, li).gap.starts_at == now + timedelta(hours=5)
    assert "Next gap in cover" in desk.get(TODAY).text


def test_the_page_asks_ten_questions_however_much_is_held(desk, lake, people, li, take):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(TODAY).status_code == 200
        return len(captured)

    def hold(code):
        matter = take(code)
        matters.hold(matter, li.post_id, by=li, at=timezone.now())
        return matter

    hold("noise")
    few = asked()
    for _ in range(30):
        hold("theft")
    assert asked() == few
    assert few <= 10


def test_an_empty_day_says_what_to_do(desk, lake):
    page = desk.get(TODAY).text
    assert "Nothing of yours is due" in page
    assert "To the board" in page


def test_an_answered_matter_is_still_mine_until_it_is_closed(lake, people, li, take):
    mine, now = take("noise"), timezone.now()
    actions.handle(mine, by=li, at=now)
    endings.answer(mine, "Done.", by=li, at=now, station=lake)
    assert [due.deadline.key for due in page_of(lake, li).due] == ["call_back"]


@pytest.mark.parametrize("who", ["chief", "admin", "inspector"])
def test_every_post_has_a_start_page(people, lake, who):
    assert browser_of(getattr(people, who)).get(TODAY).status_code == 200


def test_the_menu_shows_what_the_role_may_and_where_one_is(desk, people, lake):
    page = desk.get(TODAY).text
    assert 'href="/desk/board/"' in page
    assert 'href="/desk/" aria-current="page"' in page
    assert 'href="/desk/board/"' not in browser_of(people.admin).get(TODAY).text
