"""Mending a sheet: words, place, type; and what happens when two people do it at once."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koban.duties.incidents import actions, mending
from koban.duties.incidents.tests.test_pages import of, send, take
from koban.kernel.access.testing import actor_of
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused, Stale
from koban.matters.models import Link, Matter, Note
from koban.matters.places import Place

pytestmark = pytest.mark.django_db

EDITS: list[tuple[str, dict[str, Any], str]] = [
    ("triage", {"code": "theft", "priority": "1"}, "Theft"),
    ("where", {"place": "Behind the school"}, "Behind the school"),
    ("reword", {"summary": "Drums, not music"}, "Drums, not music"),
]


def seen(desk: Client, step: str, matter: Matter) -> str:
    page = desk.get(reverse(f"incidents:{step}", args=of(matter))).content.decode()
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, page[:3000]
    return found[1]


@pytest.mark.parametrize("step, told, shown", EDITS)
def test_who_saw_an_old_sheet_is_shown_both_versions_and_keeps_what_was_typed(
    desk: Client, step: str, told: dict[str, Any], shown: str
) -> None:
    matter = take(desk, summary="Loud music", place="At the lake")
    version = seen(desk, step, matter)
    send(desk, "triage", *of(matter), code="noise", priority="2", version=version)
    matter.refresh_from_db()
    before = (matter.version, matter.type, matter.place, matter.summary)
    answer = send(desk, step, *of(matter), version=version, **told)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Stands now" in page
    assert shown in page
    matter.refresh_from_db()
    assert (matter.version, matter.type, matter.place, matter.summary) == before
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    assert found[1] == str(matter.version)
    assert send(desk, step, *of(matter), version=found[1], **told).status_code == 302


@pytest.mark.parametrize("step, told, shown", EDITS)
def test_who_saw_the_sheet_as_it_stands_changes_it(
    desk: Client, step: str, told: dict[str, Any], shown: str
) -> None:
    matter = take(desk, place="At the lake")
    assert send(desk, step, *of(matter), version=seen(desk, step, matter), **told).status_code == 302
    matter.refresh_from_db()
    assert {
        "triage": matter.type == "theft",
        "where": matter.place == shown,
        "reword": matter.summary == shown,
    }[step]


def test_the_words_that_stood_before_stay_as_a_note(
    office: Station, people: SimpleNamespace, desk: Client
) -> None:
    matter = take(desk, summary="Loud music")
    mending.reword(matter, "Drums", by=actor_of(people.li), at=matter.opened_at)
    assert Note.objects.get(matter=matter).text == "Loud music"


def test_a_place_is_a_point_of_the_map_or_words_and_never_nothing(
    office: Station, people: SimpleNamespace, desk: Client
) -> None:
    matter, by = take(desk), actor_of(people.li)
    with pytest.raises(Refused, match="where it is"):
        mending.relocate(matter, Place(), by=by, at=matter.opened_at)
    assert send(desk, "where", *of(matter), place="", lon="120.15", lat="30.25").status_code == 302
    matter.refresh_from_db()
    assert (matter.lon, matter.lat, bool(matter.cell)) == (120.15, 30.25, True)


def test_every_change_of_the_sheet_asks_for_the_version(
    office: Station, people: SimpleNamespace, desk: Client
) -> None:
    matter = take(desk)
    told: dict[str, Any] = {"by": actor_of(people.li), "at": matter.opened_at, "version": matter.version - 1}
    for act in (
        lambda: actions.triage(matter, "noise", {}, **told),
        lambda: mending.reword(matter, "Drums", **told),
        lambda: mending.relocate(matter, Place("Here"), **told),
    ):
        with pytest.raises(Stale):
            act()


def test_nobody_who_is_sent_falls_off_the_board_by_a_merge(desk: Client, people: SimpleNamespace) -> None:
    double, into = take(desk, go=[people.aux1.posts.get().pk]), take(desk)
    answer = send(desk, "merge", *of(double), number=into.printed, reason="the same")
    assert answer.status_code == 422
    assert "sent to this one" in answer.content.decode()
    assert send(desk, "merge", *of(into), number=double.printed, reason="the same").status_code == 302


def test_a_suggested_double_stands_in_the_form_of_the_merge(desk: Client) -> None:
    matter = take(desk)
    page = desk.get(reverse("incidents:merge", args=of(matter)), {"number": "2026-000009"}).content.decode()
    assert 'value="2026-000009"' in page


def test_a_part_is_split_off_and_another_report_is_linked(desk: Client) -> None:
    first, other = take(desk), take(desk)
    assert send(desk, "split", *of(first), summary="And a broken door", code="facility").status_code == 302
    assert send(desk, "link", *of(first), number=other.printed).status_code == 302
    assert set(Link.objects.filter(source=first).values_list("kind", flat=True)) == {"split", "related"}
    assert Matter.objects.latest("opened_at").type == "facility"


def test_arrival_and_freedom_can_be_said_for_a_colleague_by_radio(
    desk: Client, people: SimpleNamespace
) -> None:
    post = people.aux1.posts.get()
    matter = take(desk, go=[post.pk])
    page = desk.get(reverse("incidents:detail", args=of(matter))).content.decode()
    assert f'value="{post.pk}"' in page
    for name, state in (("arrive", "on_scene"), ("free", "handling")):
        assert send(desk, name, *of(matter), post=post.pk).status_code == 302
        matter.refresh_from_db()
        assert matter.state == state
    assert send(desk, "free", *of(matter), post="nobody").status_code == 404


def test_other_words_do_not_keep_the_old_point_and_the_same_words_change_nothing(desk: Client) -> None:
    matter = take(desk, place="At the lake", lon="120.15", lat="30.25")
    assert send(desk, "where", *of(matter), place="At the lake", version=matter.version).status_code == 302
    version, at = matter.version, matter.lon
    matter.refresh_from_db()
    assert (matter.version, matter.lon) == (version, at)
    assert send(desk, "where", *of(matter), place="Behind the school").status_code == 302
    matter.refresh_from_db()
    assert (matter.place, matter.lon, matter.cell) == ("Behind the school", None, "")
