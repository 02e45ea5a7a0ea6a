"""Taking a report, sending somebody, and what happens until the resident is answered. Endings: endings.py."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import rules
from koban.duties.incidents.intake import Report, Reporter, Taken
from koban.duties.incidents.models import Assignment, Incident, SceneEntry
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.access.models import Post
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.looks import sealed_party
from koban.matters.models import Holding, Matter, Party

KIND = "incidents"


@transaction.atomic
def take(report: Report, *, by: Actor, at: datetime, station: Station) -> Taken:
    """Take a report or a request for help; whoever takes it holds it. Raises Refused for an unknown type."""
    require(by, "incidents.take")
    if report.code not in CATALOGUE:
        raise Refused(_("Choose what it is about."))
    type_, verdict = CATALOGUE[report.code], rules.triage(report.code, report.answers)
    priority, secret, made = report.priority or verdict.priority, receipts.new_secret(), Made(report, by, at)
    matter = matters.open_matter(
        KIND,
        by=by, at=at, station=station, type=report.code, summary=report.summary, priority=priority,
        place=report.place, language=report.language, secret=secret, holder_id=by.at_post,
        terms=rules.first_terms(priority),
        facts={"kind": type_.kind, "channel": report.channel},
        rows=made.rows(),
    )  # fmt: skip
    return Taken(matter, made.incident, secret)


class Made:
    """The rows of one report, made once its matter is there."""

    incident: Incident

    def __init__(self, report: Report, by: Actor, at: datetime) -> None:
        self.report, self.by, self.at = report, by, at

    def rows(self) -> list[Any]:
        return [self.party, self.make_incident, *([self.holding] if self.by.at_post else [])]

    def party(self, matter: Matter) -> Party:
        self.reporter = reporter_of(matter, self.report.reporter, self.report.language)
        return self.reporter

    def make_incident(self, matter: Matter) -> Incident:
        report, type_ = self.report, CATALOGUE[self.report.code]
        self.incident = Incident(
            matter=matter, kind=type_.kind, channel=report.channel, reporter=self.reporter, answers=dict(report.answers),
            is_listed=type_.public == "place", source=report.source, source_number=report.source_number,
        )  # fmt: skip
        return self.incident

    def holding(self, matter: Matter) -> Holding:
        return Holding(matter=matter, post_id=self.by.at_post or "", from_at=self.at)


def reporter_of(matter: Matter, reporter: Reporter, language: str) -> Party:
    """An unsaved party with its values sealed."""
    party = Party(
        matter=matter, role=Party.Role.REPORTER, person_id=reporter.person_id, is_anonymous=reporter.is_anonymous,
        wants_secrecy=reporter.wants_secrecy, language=language, reply_by=reporter.reply_by,
    )  # fmt: skip
    if reporter.is_anonymous:
        return party
    return sealed_party(party, name=reporter.name, phone=reporter.phone, email=reporter.email)


@transaction.atomic
def triage(
    matter: Matter,
    code: str,
    answers: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
    priority: int = 0,
    version: int | None = None,
) -> Matter:
    """Set type, answers and priority; an incident that waits moves on. priority: 0 for the script's verdict.

    version: of the sheet that the reader saw. Raises Stale where another one stands now.
    """
    require(by, "incidents.triage")
    if code not in CATALOGUE:
        raise Refused(_("Choose what it is about."))
    matter = matters.locked(matter, version)
    incident = incident_of(matter)
    incident.kind, incident.answers = CATALOGUE[code].kind, dict(answers)
    incident.is_listed = CATALOGUE[code].public == "place"
    incident.save(update_fields=["kind", "answers", "is_listed"])
    verdict = rules.triage(code, answers)
    changes = {"type": code, "priority": priority or verdict.priority}
    facts = {
        "type": code,
        "priority": changes["priority"],
        "by_hand": bool(priority) and priority != verdict.priority,
    }
    if matter.state in ("received", "reopened"):
        return matters.move(matter, "triage", by=by, at=at, facts=facts, changes=changes, rows=[incident])
    return matters.change(
        matter, "incidents.retriage", by=by, at=at, facts=facts, changes=changes, rows=[incident]
    )


@transaction.atomic
def dispatch(matter: Matter, posts: Sequence[Post], *, by: Actor, at: datetime) -> Matter:
    """Send posts to the scene; with the task they hold the matter. Raises Refused where so few or such may not go."""
    matter = matters.locked(matter)
    incident = incident_of(matter)
    running = {assignment.post_id for assignment in Assignment.objects.running().filter(matter=matter)}
    fresh = [post for post in posts if post.pk not in running]
    verdict = rules.triage(matter.type, incident.answers)
    there = Post.objects.filter(pk__in=running)
    if why := rules.unfit_to_go(verdict, crew_of([*fresh, *there])):
        raise Refused(spoken(why), clause=why.clause)
    sent = [Assignment(matter=matter, post=post, sent_at=at) for post in fresh]
    Assignment.objects.bulk_create(sent)
    rows = [incident, *sent, *_hand_to(matter, fresh, at)]
    incident.sent_at = incident.sent_at or at
    incident.save(update_fields=["sent_at"])
    facts = {
        "posts": [str(post.pk) for post in fresh],
        "who": ", ".join(post.badge or post.role for post in fresh),
    }
    changes = {"holder_id": matter.holder_id or posts[0].pk}
    if matter.state in ("dispatched", "on_scene"):
        return matters.change(
            matter, "incidents.reinforce", by=by, at=at, facts=facts, rows=rows, changes=changes
        )
    met = ("dispatch",)
    return matters.move(matter, "dispatch", by=by, at=at, facts=facts, rows=rows, changes=changes, met=met)


def _hand_to(matter: Matter, posts: Sequence[Post], at: datetime) -> list[Holding]:
    held = set(Holding.objects.filter(matter=matter, to_at=None).values_list("post_id", flat=True))
    rows = [Holding(matter=matter, post=post, from_at=at) for post in posts if post.pk not in held]
    return Holding.objects.bulk_create(rows)


@transaction.atomic
def accept(matter: Matter, *, by: Actor, at: datetime, post_id: UUID | None = None) -> Matter:
    """The one who was sent says: on my way. post_id: somebody else who said so by radio."""
    require(by, "incidents.attend")
    matter = matters.locked(matter)
    mine = _mine(matter, by, post_id)
    mine.accepted_at = mine.accepted_at or at
    mine.save(update_fields=["accepted_at"])
    return matters.change(matter, "incidents.accept", by=by, at=at, rows=[mine], facts=_for(post_id))


@transaction.atomic
def arrive(matter: Matter, *, by: Actor, at: datetime, post_id: UUID | None = None) -> Matter:
    """The one who was sent is there. The first to arrive meets the arrival term and opens the scene log.

    post_id: somebody else who said so by radio.
    """
    require(by, "incidents.attend")
    matter = matters.locked(matter)
    mine, incident = _mine(matter, by, post_id), incident_of(matter)
    mine.accepted_at, mine.arrived_at = mine.accepted_at or at, mine.arrived_at or at
    mine.save(update_fields=["accepted_at", "arrived_at"])
    incident.arrived_at = incident.arrived_at or at
    incident.save(update_fields=["arrived_at"])
    rows, met, facts = [mine, incident], ("arrive",), _for(post_id)
    if matter.state == "on_scene":
        return matters.change(matter, "incidents.also_there", by=by, at=at, rows=rows, met=met, facts=facts)
    return matters.move(matter, "arrive", by=by, at=at, rows=rows, met=met, facts=facts)


@transaction.atomic
def free(matter: Matter, *, by: Actor, at: datetime, post_id: UUID | None = None) -> Matter:
    """Free a post from the task (one's own where none is named). The last to leave a scene moves the matter on."""
    require(by, "incidents.attend")
    matter = matters.locked(matter)
    running = list(Assignment.objects.running().filter(matter=matter))
    leaving = next((one for one in running if one.post_id == (post_id or by.at_post)), None)
    if leaving is None:
        raise Refused(_("Nobody of that name is sent to this."))
    leaving.freed_at = at
    leaving.save(update_fields=["freed_at"])
    facts = {"post": str(leaving.post_id)}
    if len(running) == 1 and matter.state == "on_scene":
        return matters.move(matter, "leave_scene", by=by, at=at, rows=[leaving], facts=facts)
    return matters.change(matter, "incidents.free", by=by, at=at, rows=[leaving], facts=facts)


@transaction.atomic
def stand_down(matter: Matter, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Call back everybody who is on the way; the incident waits again."""
    matter = matters.locked(matter)
    rows = free_all(matter, at=at)
    return matters.move(matter, "stand_down", by=by, at=at, reason=reason, rows=rows)


def free_all(matter: Matter, *, at: datetime) -> list[Assignment]:
    """End every running assignment. For actions that write the page themselves."""
    running = list(Assignment.objects.running().filter(matter=matter))
    for assignment in running:
        assignment.freed_at = at
        assignment.save(update_fields=["freed_at"])
    return running


@transaction.atomic
def handle(matter: Matter, *, by: Actor, at: datetime) -> Matter:
    """Deal with it from the office: nobody has to go."""
    matter = matters.locked(matter)
    rows = _hand_to(matter, [Post.objects.get(pk=by.at_post)], at) if by.at_post else []
    changes = {"holder_id": matter.holder_id or by.at_post}
    return matters.move(
        matter, "handle", by=by, at=at, rows=rows, changes=changes, waived=("dispatch", "arrive")
    )


@transaction.atomic
def log_scene(
    matter: Matter,
    kind: str,
    text: str,
    *,
    by: Actor,
    at: datetime,
    seen_at: datetime | None = None,
    act: str = "",
    item: str = "",
    recorded: bool = False,
    second: Post | None = None,
    attachment_id: UUID | None = None,
) -> SceneEntry:
    """Write a line of the scene log. Raises Refused for an act that this crew may not do (CN-CASE-4, CN-AUX-1)."""
    require(by, "incidents.log")
    if not (text.strip() or item or attachment_id):
        raise Refused(_("Write what you saw or did."))
    if act and (why := rules.unfit_for_act(act, _crew(by, second, recorded))):
        raise Refused(spoken(why), clause=why.clause)
    matter = matters.locked(matter)
    if item and (done := SceneEntry.objects.filter(matter=matter, item=item).first()):
        return done
    entry = SceneEntry.objects.create(
        matter=matter, kind=kind, at=seen_at or at, recorded_at=at, text=text.strip(), act=act, item=item,
        second=second, attachment_id=attachment_id, label=by.label, post_id=by.at_post,
    )  # fmt: skip
    facts = {"entry": str(entry.pk), "kind": kind, "act": act, "item": item, "recorded": recorded}
    matters.change(matter, "incidents.log", by=by, at=at, rows=[entry], facts=facts)
    return entry


def _crew(by: Actor, second: Post | None, recorded: bool) -> rules.Crew:
    roles = [by.role, *([second.role] if second else [])]
    return rules.Crew(_officers(roles), len(roles) - _officers(roles), recorded)


def crew_of(posts: Collection[Post]) -> rules.Crew:
    roles = [post.role for post in posts]
    return rules.Crew(_officers(roles), len(roles) - _officers(roles))


def _officers(roles: Sequence[str]) -> int:
    return sum(role in ("officer", "chief") for role in roles)


def incident_of(matter: Matter) -> Incident:
    return Incident.objects.get(matter=matter)


def _for(post_id: UUID | None) -> dict[str, str]:
    return {"post": str(post_id)} if post_id else {}


def _mine(matter: Matter, by: Actor, post_id: UUID | None = None) -> Assignment:
    running = Assignment.objects.running().filter(matter=matter, post_id=post_id or by.at_post)
    mine: Assignment | None = running.first()
    if mine is None:
        raise Refused(
            _("Nobody of that name is sent to this.") if post_id else _("You are not sent to this.")
        )
    return mine
