"""Taking requests about personal data, and deciding on them. What is granted is done in the same transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.datarights import rules
from koban.duties.datarights.models import Request
from koban.duties.datarights.queries import KIND
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters import looks
from koban.matters.models import Matter, Note, Party
from koban.registers.residents import actions as residents
from koban.registers.residents import filing
from koban.registers.residents import usage as watching
from koban.registers.residents.handles import Person

SAY_WHAT = _("Say what it is about.")
NO_LOOK = _("There is no such look at your data.")
ANSWER_FIRST = _("Write the answer that the resident will read.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a resident asks. changes: field → wished value, for a correction. look: which look is objected to."""

    kind: str
    words: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    look: UUID | None = None
    language: str = "zh-hans"


@transaction.atomic
def ask(person: Person, asked: Asked, *, by: Actor, at: datetime, station: Station) -> Request:
    """Take a request. Raises Refused for one that says nothing, or objects to a look that is not the person's."""
    require(by, "datarights.ask")
    _check(asked)
    looked = _looked(person, asked, at)
    made: list[Request] = []

    def request(matter: Matter) -> Request:
        row = Request(matter=matter, person=person, kind=asked.kind, look_id=asked.look, looked_post=looked)
        row.words = vault.seal(row, "words", asked.words.strip())
        row.changes = vault.seal(row, "changes", json.dumps(dict(asked.changes)) if asked.changes else "")
        made.append(row)
        return row

    def party(matter: Matter) -> Party:
        return Party(matter=matter, role=Party.Role.REPORTER, person_id=person.pk, language=asked.language)

    matters.open_matter(
        KIND, by=by, at=at, station=station, type=asked.kind, language=asked.language,
        terms={"answer": rules.ANSWER}, rows=[party, request],
    )  # fmt: skip
    return made[0]


def _check(asked: Asked) -> None:
    if asked.kind not in Request.Kind:
        raise Refused(SAY_WHAT)
    if asked.kind == Request.Kind.CORRECT:
        refuse_if(rules.unfit_correction(asked.changes))
        filing.read(asked.changes)
    elif asked.kind == Request.Kind.OBJECT and not asked.words.strip():
        raise Refused(SAY_WHAT)


def _looked(person: Person, asked: Asked, at: datetime) -> UUID | None:
    """The post of the look that is objected to. It must be one that the person may know of."""
    if asked.kind != Request.Kind.OBJECT:
        return None
    found = watching.looks_of(person, now=at).filter(pk=asked.look, matter_id__isnull=False).first()
    if found is None:
        raise Refused(NO_LOOK)
    post: UUID | None = found.post_id
    return post


@transaction.atomic
def take(request: Request, *, by: Actor, at: datetime) -> Matter:
    """Take it in hand: from now on its holder may open what it is about."""
    matters.hold(request.matter, by.post_id, by=by, at=at)
    return matters.move(request.matter, "take", by=by, at=at)


def open_words(request: Request, *, by: Actor, at: datetime) -> tuple[str, dict[str, str]]:
    """What the resident wrote and wishes, to whoever holds the request; the page is committed first. Raises Denied."""
    require(by, "datarights.handle")
    if not request.matter.is_open or not looks.holds(by, request.matter_id):
        raise Denied(looks.NOT_YOURS, matter_id=request.matter_id)
    facts = {"fields": ["changes", "words"]}
    book.look("datarights.look", by=by, at=at, matter_id=request.matter_id, subject=request, facts=facts)
    return vault.unseal(request, "words"), _wished(request)


def _wished(request: Request) -> dict[str, str]:
    told = vault.unseal(request, "changes")
    wished: dict[str, str] = json.loads(told) if told else {}
    return wished


@transaction.atomic
def grant(
    request: Request, text: str, *, by: Actor, at: datetime, station: Station, until: date | None = None,
    fields: Sequence[str] = (), ground: str = "",
) -> Matter:  # fmt: skip
    """Do what was asked and say so. until: end of a restriction; fields, ground: of a deletion.

    Raises Refused without an answer, and for what the rules do not allow.
    """
    request = _deciding(request, text, by)
    match request.kind:
        case Request.Kind.CORRECT:
            residents.correct(request.person, _wished(request), matter_id=request.matter_id, by=by, at=at)
        case Request.Kind.RESTRICT:
            _restrict(request, until, by=by, at=at, station=station)
        case Request.Kind.DELETE:
            _erase(request, list(fields), ground, by=by, at=at, station=station)
    return _answered(request, "grant", text, by=by, at=at)


@transaction.atomic
def refuse(request: Request, reason: str, *, by: Actor, at: datetime) -> Matter:
    """Refuse with the reason that the resident reads (CN-PI-2)."""
    request = _deciding(request, reason, by)
    return _answered(request, "refuse", reason, by=by, at=at, reason=reason)


def _deciding(request: Request, text: str, by: Actor) -> Request:
    require(by, "datarights.decide")
    if not text.strip():
        raise Refused(ANSWER_FIRST)
    matters.locked(request.matter)
    refuse_if(rules.unfit_to_decide(request.looked_post, by.at_post))
    return Request.objects.select_related("matter", "person").get(pk=request.pk)


def _answered(request: Request, key: str, text: str, *, by: Actor, at: datetime, reason: str = "") -> Matter:
    request.answered_at = at
    request.save(update_fields=["answered_at"])
    note = _note(request.matter, text, by=by, at=at)
    return matters.move(
        request.matter, key, by=by, at=at, reason=reason, rows=[request, note], met=("answer",)
    )


def _note(matter: Matter, text: str, *, by: Actor, at: datetime) -> Note:
    note: Note = Note.objects.create(
        matter=matter, direction=Note.Direction.OUT, purpose="answer", text=text.strip(), at=at, label=by.label,
        post_id=by.at_post,
    )  # fmt: skip
    return note


def _restrict(request: Request, until: date | None, *, by: Actor, at: datetime, station: Station) -> None:
    today = timezone.localtime(at).date()
    longest = law.clause(rules.LONGEST_RESTRICTION, station.pack, on=today).value
    refuse_if(rules.unfit_restriction(today, until or today, today + timedelta(days=longest)))
    residents.restrict(
        request.person, clause=rules.RESTRICT, from_on=today, until_on=until or today, by=by, at=at
    )


def _erase(
    request: Request, fields: list[str], ground: str, *, by: Actor, at: datetime, station: Station
) -> None:
    clause = law.clause(rules.DELETE, station.pack, on=timezone.localtime(at).date())
    refuse_if(rules.unfit_deletion(fields, ground, frozenset(item.key for item in clause.items)))
    residents.erase(
        request.person, fields, ground=ground, clause=rules.DELETE, matter_id=request.matter_id, by=by, at=at
    )


def refuse_if(verdict: Sentence | None) -> None:
    if verdict:
        raise Refused(spoken(verdict), clause=verdict.clause)


@transaction.atomic
def write_out(request: Request, text: str, *, by: Actor, at: datetime) -> Note:
    """Ask the resident, or say how far it is."""
    require(by, "datarights.handle")
    return matters.note(request.matter, text, by=by, at=at, direction=Note.Direction.OUT, purpose="message")


@transaction.atomic
def write_in(request: Request, text: str, *, by: Actor, at: datetime) -> Note:
    """The resident writes to the office."""
    require(by, "datarights.ask")
    return matters.note(request.matter, text, by=by, at=at, direction=Note.Direction.IN, purpose="message")


@transaction.atomic
def withdraw(request: Request, *, by: Actor, at: datetime) -> Matter:
    """The resident no longer asks."""
    return matters.move(request.matter, "withdraw", by=by, at=at, waived=("answer",))


@transaction.atomic
def again(request: Request, reason: str, *, by: Actor, at: datetime, station: Station) -> Matter:
    """The resident is not content: it is open again, with a new term."""
    matter = matters.move(request.matter, "again", by=by, at=at, reason=reason)
    matters.set_deadline(matter, "answer", rules.ANSWER, by=by, at=at, station=station)
    return matter


@transaction.atomic
def copied(person: Person, *, by: Actor, at: datetime, station: Station) -> Request:
    """A copy that the resident took with their own key: asked and granted at once, and kept as such."""
    request = ask(person, Asked(Request.Kind.COPY), by=by, at=at, station=station)
    request.answered_at = at
    request.save(update_fields=["answered_at"])
    system = Actor("system", station.pk, label="system")
    matters.move(request.matter, "grant", by=system, at=at, rows=[request], met=("answer",))
    return request
