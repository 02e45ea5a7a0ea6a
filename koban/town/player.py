"""Plays acts through the real actions, one transaction each: the last hours of the town, and what tests compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from koban.duties.incidents import actions, endings, things
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Thing
from koban.matters import actions as matters
from koban.matters import joins
from koban.matters.models import Matter, Referral
from koban.matters.places import Place
from koban.town.acts import Act
from koban.town.calls import Call
from koban.town.cast import Cast


class Player:
    """Plays in the open scope of the cast's station. matters: id of a call → its matter; secrets: its receipt's."""

    def __init__(self, cast: Cast, matters: dict[int, UUID]) -> None:
        self.cast, self.matters = cast, matters
        self.secrets: dict[int, str] = {}

    def play(self, call: Call, act: Act) -> None:
        """Do one act of a call's script."""
        with transaction.atomic():
            ACTS[act.do](self, call, act)

    def matter(self, call: int) -> Matter:
        found: Matter = Matter.objects.get(pk=self.matters[call])
        return found

    def place(self, call: Call) -> Place:
        return place_of(call, self.cast)

    def take(self, call: Call, act: Act) -> None:
        told = dict(act.told)
        report = Report(place=self.place(call), **told)
        taken = actions.take(report, by=act.by, at=act.at, station=self.cast.station)
        self.matters[call.id], self.secrets[call.id] = taken.matter.pk, taken.secret

    def referral(self, call: Call) -> Referral:
        found: Referral = Referral.objects.select_related("matter").get(matter_id=self.matters[call.id])
        return found

    def thing(self, call: Call) -> Thing:
        found: Thing = Thing.objects.get(matter_id=self.matters[call.id])
        return found


def place_of(call: Call, cast: Cast) -> Place:
    """Where a call is about, as the rows say it."""
    return Place(call.place, cast.doors[call.door], call.lon, call.lat)


def _plain(action: Callable[..., Any]) -> Callable[[Player, Call, Act], None]:
    """An action on the matter that takes its words as they are told."""

    def play(player: Player, call: Call, act: Act) -> None:
        action(player.matter(call.id), by=act.by, at=act.at, **act.told)

    return play


def _at_station(action: Callable[..., Any]) -> Callable[[Player, Call, Act], None]:
    """An action that also wants the station."""

    def play(player: Player, call: Call, act: Act) -> None:
        action(player.matter(call.id), by=act.by, at=act.at, station=player.cast.station, **act.told)

    return play


def _merge(player: Player, call: Call, act: Act) -> None:
    into = player.matter(act.told["into"])
    joins.merge(player.matter(call.id), into, by=act.by, at=act.at, reason=act.told["reason"])


def _link(player: Player, call: Call, act: Act) -> None:
    matters.link(player.matter(call.id), player.matter(act.told["to"]), "related", by=act.by, at=act.at)


def _refer_status(player: Player, call: Call, act: Act) -> None:
    endings.referral_status(player.referral(call), by=act.by, at=act.at, **act.told)


def _thing_end(player: Player, call: Call, act: Act) -> None:
    things.end(player.thing(call), act.told["state"], by=act.by, at=act.at)


ACTS: Mapping[str, Callable[[Player, Call, Act], None]] = {
    "take": Player.take, "merge": _merge, "link": _link, "refer_status": _refer_status, "thing_end": _thing_end,
    "triage": _plain(actions.triage), "dispatch": _plain(actions.dispatch), "accept": _plain(actions.accept),
    "arrive": _plain(actions.arrive), "free": _plain(actions.free), "handle": _plain(actions.handle),
    "log": _plain(actions.log_scene), "write_out": _plain(endings.write_out), "close": _plain(endings.close),
    "call_back": _plain(endings.call_back), "cancel": _plain(endings.cancel), "thing": _at_station(things.record),
    "answer": _at_station(endings.answer), "write_back": _at_station(endings.write_back),
    "feedback": _at_station(endings.feedback), "refer_out": _at_station(endings.refer_out),
    "reopen": _at_station(endings.reopen),
}  # fmt: skip
