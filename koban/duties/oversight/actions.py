"""Taking a complaint past the office, and what its inspectors do. Every row and page is the oversight body's own."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.oversight import rules
from koban.duties.oversight.models import Complaint
from koban.duties.oversight.queries import KIND
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.looks import sealed_party
from koban.matters.models import Holding, Matter, Note, Party


@dataclass(frozen=True, slots=True)
class Told:
    """What a complainant says. Nobody has to give a name."""

    subject: str
    words: str
    about: str = ""
    is_happening_now: bool = False
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class Taken:
    """secret: the complainant's half of the receipt, shown once."""

    matter: Matter
    secret: str


@transaction.atomic
def complain(told: Told, *, about: Station, by: Actor, at: datetime, station: Station) -> Taken:
    """Take a complaint about the office `about` for the oversight body `station`, the scope's home.

    Raises Refused without words, and ValueError where `station` is no oversight body: then it would be the accused's.
    """
    require(by, "oversight.complain")
    if station.kind != Station.Kind.OVERSIGHT:
        raise ValueError("a complaint about the police belongs to a body of oversight")
    if not told.words.strip():
        raise Refused(_("Say what happened."))
    secret, made = receipts.new_secret(), _Made(told, about)
    matter = matters.open_matter(
        KIND, by=by, at=at, station=station, type=told.subject, priority=2 if told.is_happening_now else 3,
        language=told.language, secret=secret, terms={"accept": rules.ACCEPT}, rows=[made.party, made.complaint],
    )  # fmt: skip
    return Taken(matter, secret)


class _Made:
    def __init__(self, told: Told, about: Station) -> None:
        self.told, self.about = told, about

    def party(self, matter: Matter) -> Party:
        told = self.told
        named = any((told.name, told.phone, told.email))
        party = Party(
            matter=matter,
            role=Party.Role.REPORTER,
            is_anonymous=not named,
            wants_secrecy=True,
            language=told.language,
        )
        self.complainant = sealed_party(party, name=told.name, phone=told.phone, email=told.email)
        return self.complainant

    def complaint(self, matter: Matter) -> Complaint:
        told = self.told
        row = Complaint(
            matter=matter, subject=told.subject, about_station_id=self.about.pk, is_happening_now=told.is_happening_now,
            complainant=self.complainant,
        )  # fmt: skip
        row.words, row.about = (
            vault.seal(row, "words", told.words.strip()),
            vault.seal(row, "about", told.about.strip()),
        )
        return row


def open_words(complaint: Complaint, *, by: Actor, at: datetime) -> dict[str, str]:
    """Unseal what was said. The look is committed to the ledger of the oversight body first."""
    require(by, "oversight.read")
    matter_id = complaint.matter_id
    book.look(
        "oversight.look",
        by=by,
        at=at,
        matter_id=matter_id,
        subject=complaint,
        facts={"fields": ["about", "words"]},
    )
    return {field: vault.unseal(complaint, field) for field in ("words", "about")}


@transaction.atomic
def accept(complaint: Complaint, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Take it up: the inspector holds it, the term to finish starts."""
    matter = matters.locked(complaint.matter)
    held = Holding.objects.create(matter=matter, post_id=by.post_id or "", from_at=at)
    moved = matters.move(
        matter, "accept", by=by, at=at, rows=[held], met=("accept",), changes={"holder_id": by.post_id}
    )
    matters.set_deadline(moved, "finish", rules.FINISH, by=by, at=at, station=station)
    return moved


@transaction.atomic
def decline(complaint: Complaint, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Not taken up; the reason is what the complainant reads."""
    matter = matters.locked(complaint.matter)
    told = _out(matter, reason, by=by, at=at)
    return matters.move(matter, "decline", by=by, at=at, reason=reason, rows=[told], met=("accept",))


@transaction.atomic
def answer(complaint: Complaint, text: str, *, by: Actor, at: datetime) -> Matter:
    """Tell the complainant what was found and done."""
    if not text.strip():
        raise Refused(_("Write the answer that the complainant will read."))
    matter = matters.locked(complaint.matter)
    complaint.refresh_from_db()
    complaint.answered_at = at
    complaint.save(update_fields=["answered_at"])
    rows = [complaint, _out(matter, text, by=by, at=at)]
    return matters.move(matter, "answer", by=by, at=at, rows=rows, met=("finish", "accept"))


@transaction.atomic
def write_out(complaint: Complaint, text: str, *, by: Actor, at: datetime) -> Note:
    """Ask the complainant, or say how far it is."""
    require(by, "oversight.handle")
    matter = matters.locked(complaint.matter)
    if not text.strip():
        raise Refused(_("Write something first."))
    note = _out(matter, text, by=by, at=at, purpose="message")
    matters.change(matter, "oversight.write_out", by=by, at=at, rows=[note])
    return note


@transaction.atomic
def close(complaint: Complaint, *, by: Actor, at: datetime) -> Matter:
    matter = matters.locked(complaint.matter)
    held = list(Holding.objects.filter(matter=matter, to_at=None))
    for holding in held:
        holding.to_at = at
        holding.save(update_fields=["to_at"])
    return matters.move(matter, "close", by=by, at=at, rows=held, met=("accept", "finish"))


@transaction.atomic
def reopen(complaint: Complaint, *, by: Actor, at: datetime, reason: str) -> Matter:
    """Look into it again: whoever opens it again holds it."""
    matter = matters.locked(complaint.matter)
    held, new = Holding.objects.get_or_create(
        matter=matter, post_id=by.at_post, to_at=None, defaults={"from_at": at}
    )
    return matters.move(matter, "reopen", by=by, at=at, reason=reason, rows=[held] if new else [])


@transaction.atomic
def write_back(matter: Matter, text: str, *, by: Actor, at: datetime) -> Note:
    """The holder of the receipt writes to the inspectors."""
    require(by, "oversight.complain")
    return matters.note(matter, text, by=by, at=at, direction=Note.Direction.IN, purpose="message")


def _out(matter: Matter, text: str, *, by: Actor, at: datetime, purpose: str = "answer") -> Note:
    note: Note = Note.objects.create(
        matter=matter,
        direction=Note.Direction.OUT,
        purpose=purpose,
        text=text.strip(),
        at=at,
        label=by.label,
        post_id=by.post_id,
    )
    return note
