"""A matter played in memory: what the real actions would write, row by row and page by page, without asking anything.

Every method mirrors one action of `koban.duties.incidents` or `koban.matters` on a matter whose story is known to be
allowed. `tests/test_sheet.py` plays the same stories through both and compares every row and page.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from koban.duties.incidents import endings, rules, things
from koban.duties.incidents.actions import reporter_of
from koban.duties.incidents.duty import DUTY
from koban.duties.incidents.intake import Reporter
from koban.duties.incidents.models import Assignment, Incident, SceneEntry, Thing
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.ledger import Actor, book
from koban.matters import receipts
from koban.matters.models import Link, Matter, Referral
from koban.town.paper import KIND, Paper


class Sheet(Paper):
    """The actions, each by its name."""

    def take(
        self, by: Actor, at: datetime, *, code: str, channel: str, summary: str, reporter: Reporter,
        answers: Mapping[str, str], language: str, source: str = "", source_number: str = "",
    ) -> None:  # fmt: skip
        """`actions.take`."""
        type_, priority = CATALOGUE[code], rules.triage(code, answers).priority
        self.secret = drawn_secret(self.chance)
        number, year = self.number
        self.matter = matter = self.new(
            Matter, at, kind=KIND, type=code, summary=summary, priority=priority, language=language, opened_at=at,
            holder_id=by.at_post, state=DUTY.flow.initial, state_since=at, number=number, year=year,
            receipt=receipts.fingerprint(self.secret), **self.place.fields(),
        )  # fmt: skip
        deadlines = [self.deadline(key, clause, at) for key, clause in rules.first_terms(priority).items()]
        self.next_due()
        party = reporter_of(matter, reporter, language)
        party.station_id = self.station_id
        self.rows.append(party)
        self.incident = self.new(
            Incident, at, matter=matter, kind=type_.kind, channel=channel, reporter=party, answers=dict(answers),
            is_listed=type_.public == "place", source=source, source_number=source_number,
        )  # fmt: skip
        held = self.hand_to([by.at_post] if by.at_post else [], at)
        told = {
            "number": matter.printed,
            "type": code,
            "priority": priority,
            "kind": type_.kind,
            "channel": channel,
        }
        self.page(f"{KIND}.open", by, at, matter, told, [matter, *deadlines, party, self.incident, *held])

    def triage(self, by: Actor, at: datetime, *, code: str, answers: Mapping[str, str]) -> None:
        """`actions.triage` of one that waits."""
        type_, priority = CATALOGUE[code], rules.triage(code, answers).priority
        incident = self.incident
        incident.kind, incident.answers, incident.is_listed = (
            type_.kind,
            dict(answers),
            type_.public == "place",
        )
        self.matter.type, self.matter.priority = code, priority
        facts = {"type": code, "priority": priority, "by_hand": False}
        self.move("triage", by, at, facts=facts, rows=[incident])

    def dispatch(self, by: Actor, at: datetime, *, posts: Sequence[Post]) -> None:
        """`actions.dispatch` of one that waits."""
        sent = [self.new(Assignment, at, matter=self.matter, post_id=post.pk, sent_at=at) for post in posts]
        self.assignments += sent
        rows = [self.incident, *sent, *self.hand_to([post.pk for post in posts], at)]
        self.incident.sent_at = self.incident.sent_at or at
        self.matter.holder_id = self.matter.holder_id or posts[0].pk
        who = ", ".join(post.badge or post.role for post in posts)
        facts = {"posts": [str(post.pk) for post in posts], "who": who}
        self.move("dispatch", by, at, facts=facts, rows=rows, met=("dispatch",))

    def accept(self, by: Actor, at: datetime) -> None:
        """`actions.accept`."""
        mine = self.mine(by)
        mine.accepted_at = mine.accepted_at or at
        self.change("incidents.accept", by, at, rows=[mine])

    def arrive(self, by: Actor, at: datetime) -> None:
        """`actions.arrive`."""
        mine = self.mine(by)
        mine.accepted_at, mine.arrived_at = mine.accepted_at or at, mine.arrived_at or at
        self.incident.arrived_at = self.incident.arrived_at or at
        rows = [mine, self.incident]
        if self.matter.state == "on_scene":
            self.change("incidents.also_there", by, at, rows=rows, met=("arrive",))
        else:
            self.move("arrive", by, at, rows=rows, met=("arrive",))

    def free(self, by: Actor, at: datetime) -> None:
        """`actions.free`, each for oneself."""
        leaving, is_last = self.mine(by), len(self.running) == 1
        leaving.freed_at = at
        facts = {"post": str(leaving.post_id)}
        if is_last and self.matter.state == "on_scene":
            self.move("leave_scene", by, at, rows=[leaving], facts=facts)
        else:
            self.change("incidents.free", by, at, rows=[leaving], facts=facts)

    def handle(self, by: Actor, at: datetime) -> None:
        """`actions.handle`."""
        rows = self.hand_to([by.at_post] if by.at_post else [], at)
        self.matter.holder_id = self.matter.holder_id or by.at_post
        self.move("handle", by, at, rows=rows, waived=("dispatch", "arrive"))

    def log(
        self,
        by: Actor,
        at: datetime,
        *,
        kind: str,
        text: str,
        act: str = "",
        item: str = "",
        recorded: bool = False,
    ) -> None:
        """`actions.log_scene` of an item that is not done yet."""
        entry = self.new(
            SceneEntry, at, matter=self.matter, kind=kind, at=at, recorded_at=at, text=text.strip(), act=act, item=item,
            label=by.label, post_id=by.at_post,
        )  # fmt: skip
        facts = {"entry": str(entry.pk), "kind": kind, "act": act, "item": item, "recorded": recorded}
        self.change("incidents.log", by, at, rows=[entry], facts=facts)

    def thing(
        self, by: Actor, at: datetime, *, way: str, category: str, description: str, on: Any, shelf: str
    ) -> None:
        """`things.record`."""
        found = way == Thing.Way.FOUND
        clause = things.NEVER_KEPT if category == "document" else things.KEPT
        thing = self.new(
            Thing, at, matter=self.matter, way=way, category=category, description=description.strip(), on=on,
            shelf=shelf.strip(), state=Thing.State.KEPT if found and shelf.strip() else Thing.State.OPEN,
            keep_until=self.terms.last_day(clause, at) if found else None,
        )  # fmt: skip
        self.things.append(thing)
        facts = {"thing": str(thing.pk), "way": way, "category": category, "shelf": thing.shelf}
        self.change("incidents.thing", by, at, rows=[thing], facts=facts)

    def thing_end(self, by: Actor, at: datetime, *, state: str) -> None:
        """`things.end`."""
        thing = self.things[-1]
        thing.state, thing.ended_at = state, at
        self.change(
            "incidents.thing_end", by, at, rows=[thing], facts={"thing": str(thing.pk), "state": state}
        )

    def answer(self, by: Actor, at: datetime, *, text: str, outcome: str) -> None:
        """`endings.answer`."""
        incident = self.incident
        incident.answered_at, incident.outcome = at, outcome
        rows = [incident, self.note(text, by, at, "out", "answer")]
        self.move("answer", by, at, rows=rows, met=endings.ANSWERED, waived=endings.NEEDLESS)
        if incident.channel != "open311":
            self.set_deadline("call_back", endings.CALL_BACK, by, at)

    def write_out(self, by: Actor, at: datetime, *, text: str) -> None:
        """`endings.write_out`."""
        met = ("reply", "answer") if self.matter.state == "referred_out" else ("reply",)
        self.change("incidents.write_out", by, at, rows=[self.note(text, by, at, "out", "message")], met=met)

    def write_back(self, by: Actor, at: datetime, *, text: str) -> None:
        """`endings.write_back`."""
        note = self.note(text, by, at, "in", "message")
        self.page("matters.note", by, at, note, {"direction": "in", "purpose": "message"}, [note])
        if self.matter.is_open:
            self.set_deadline("reply", endings.REPLY, by, at)

    def call_back(self, by: Actor, at: datetime, *, reached: bool, is_fixed: bool, text: str) -> None:
        """`endings.call_back` that reached somebody who is content."""
        self.incident.called_back_at, self.incident.is_fixed = at, is_fixed
        rows = [self.incident, self.note(text, by, at, purpose="call_back")]
        facts = {"reached": reached, "fixed": is_fixed}
        self.change("incidents.call_back", by, at, rows=rows, facts=facts, met=("call_back",))

    def feedback(self, by: Actor, at: datetime, *, is_fixed: bool, satisfaction: int, text: str) -> None:
        """`endings.feedback`."""
        self.incident.is_fixed, self.incident.satisfaction = is_fixed, satisfaction
        facts, met = {"fixed": is_fixed, "satisfaction": satisfaction}, ("call_back",)
        if is_fixed:
            self.change("incidents.feedback", by, at, rows=[self.incident], facts=facts, met=met)
            return
        self.move("reopen", by, at, rows=[self.incident], facts=facts, met=met, reason=text)
        self.set_deadline("answer", rules.first_terms(self.matter.priority)["answer"], by, at)

    def refer_out(self, by: Actor, at: datetime, *, body: str, reason: str) -> None:
        """`endings.refer_out` where nobody is on the way any more."""
        found = CATALOGUE.bodies[body]
        self.referral = self.new(Referral, at, matter=self.matter, to=body, body=found.label_zh, at=at)
        facts = {"to": body, "referral": str(self.referral.pk)}
        rows = [self.referral, *self.let_go(at)]
        self.move("refer_out", by, at, facts=facts, rows=rows, waived=("dispatch", "arrive"), reason=reason)
        if found.police:
            self.set_deadline("refer_out", rules.REFER_OUT, by, at)

    def refer_status(self, by: Actor, at: datetime, *, status: str, their_number: str = "") -> None:
        """`endings.referral_status`."""
        referral = self.referral
        referral.status, referral.their_number = status, their_number or referral.their_number
        referral.received_at = referral.received_at or (at if status == "received" else None)
        facts = {"referral": str(referral.pk), "status": status}
        met = ("refer_out",) if status == "received" else ()
        self.change("incidents.referral", by, at, rows=[referral], facts=facts, met=met)

    def close(self, by: Actor, at: datetime) -> None:
        """`endings.close`."""
        key = "close_referred" if self.matter.state == "referred_out" else "close"
        self.move(key, by, at, waived=endings.ALL_TERMS, rows=self.let_go(at))

    def cancel(self, by: Actor, at: datetime, *, reason: str) -> None:
        """`endings.cancel` before anybody was sent."""
        self.move("cancel", by, at, reason=reason, rows=self.let_go(at), waived=endings.ALL_TERMS)

    def reopen(self, by: Actor, at: datetime, *, reason: str) -> None:
        """`endings.reopen` of one that was answered or closed."""
        self.move("reopen", by, at, reason=reason)
        self.set_deadline("answer", rules.first_terms(self.matter.priority)["answer"], by, at)

    def merge(self, by: Actor, at: datetime, *, into: Matter, reason: str) -> None:
        """`joins.merge`; the other matter only gets its page."""
        tied = self.new(Link, at, source=self.matter, target_id=into.pk, kind=Link.Kind.DUPLICATE, at=at)
        self.matter.merged_into_id = into.pk
        facts = {"into": into.printed, "target": str(into.pk)}
        self.move("merge", by, at, reason=reason, facts=facts, rows=[tied])
        told = {"double": self.matter.printed, "source": str(self.matter.pk)}
        self.pages.append(book.Entry("matters.merged_in", by, at, into.pk, into, told))

    def link(self, by: Actor, at: datetime, *, to: Matter) -> None:
        """`matters.link` of two that are not linked yet."""
        tied = self.new(Link, at, source=self.matter, target_id=to.pk, kind=Link.Kind.RELATED, at=at)
        facts = {"kind": "related", "to": to.printed, "target": str(to.pk)}
        self.page("matters.link", by, at, tied, facts, [tied])


def drawn_secret(chance: random.Random) -> str:
    """A receipt's secret like `receipts.new_secret`, but the same for the same seed: nobody's data hangs on it."""
    drawn = "".join(chance.choice(receipts.ALPHABET) for _ in range(receipts.LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, receipts.LENGTH, 4))
