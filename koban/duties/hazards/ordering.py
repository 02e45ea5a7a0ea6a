"""Orders to put right, in the hand of who must; and what is passed on to the fire service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.hazards import papers, rules
from koban.duties.hazards.actions import fresh
from koban.duties.hazards.certificates import ORDER, TRANSFER
from koban.duties.hazards.models import Hazard, Order
from koban.kernel import law
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters import receipts
from koban.matters.documents import actions as documents
from koban.matters.documents.models import Certificate
from koban.matters.models import Deadline, Matter, Note, Party, Referral

LETTER = "hazards.order"


@dataclass(frozen=True, slots=True)
class Given:
    """An order with the secret of its link: shown once, kept nowhere."""

    order: Order
    secret: str


@transaction.atomic
def order(hazard: Hazard, text: str, *, by: Actor, at: datetime, station: Station, base: str = "") -> Order:
    """Order it put right by the term of its severity, as a numbered paper of the matter. An earlier order ends with it."""
    require(by, "hazards.order")
    if not text.strip():
        raise Refused(_("Say what has to be done."))
    matter, hazard = fresh(hazard)
    clause = rules.TERMS[hazard.severity]
    term = law.term(clause, at, pack=station.pack, tz=station.tz)
    lines = papers.order_lines(hazard, text.strip(), term, at=at, station=station)
    issued = documents.issue(
        ORDER, lines, by=by, at=at, station=station, matter=matter, language=matter.language, base=base
    )
    row = Order(
        hazard=hazard, certificate=issued.certificate, round=hazard.round, text=text.strip(), clause=clause,
        at=at, due_at=term.due_at,
    )  # fmt: skip
    row.save(force_insert=True)
    facts = {"paper": issued.certificate.printed, "due": term.due_at.isoformat()}
    matter = matters.move(matter, "order", by=by, at=at, rows=[row], facts=facts, met=("order",))
    matters.set_deadline(matter, "correct", clause, by=by, at=at, station=station)
    return row


def of(row: Order) -> tuple[Matter, Order]:
    """The locked matter, and the order under that lock."""
    matter = matters.locked(row.hazard.matter)
    now: Order = Order.objects.select_related("hazard__matter__address", "hazard__matter__station").get(
        pk=row.pk
    )
    return matter, now


@transaction.atomic
def serve(row: Order, way: str, *, by: Actor, at: datetime, station: Station, base: str = "") -> Given:
    """Give the order into the hand of who must put it right; its link opens with the secret. An earlier link ends.

    Raises Refused for an e-mail where no address is known.
    """
    require(by, "hazards.serve")
    matter, row = of(row)
    if not matter.is_open:
        raise Refused(_("This is closed. Open it again first."))
    secret = receipts.new_secret()
    row.way, row.served_at, row.receipt = way, at, receipts.fingerprint(secret)
    row.acknowledged_at, row.acknowledged_by = None, ""
    row.save(update_fields=["way", "served_at", "receipt", "acknowledged_at", "acknowledged_by"])
    if way == Order.Way.EMAIL:
        _mail(matter, row, secret, by, at, station, base)
    matters.change(matter, "hazards.serve", by=by, at=at, rows=[row], facts={"way": way})
    return Given(row, secret)


def link(station: Station, row: Order, secret: str, base: str) -> str:
    """The address of an order. Number and secret stand behind the #, which no server sees or writes down."""
    number = row.hazard.matter.printed
    return f"{base or documents.default_base()}o/{station.code}/hazards/order/#{number}.{secret}"


def _mail(
    matter: Matter, row: Order, secret: str, by: Actor, at: datetime, station: Station, base: str
) -> None:
    party = Party.objects.filter(matter=matter, role=Party.Role.RESPONSIBLE).order_by("-id").first()
    to = vault.unseal(party, "email") if party is not None and party.email else ""
    if not to:
        raise Refused(
            _("No e-mail address is known of who must put it right. Print the order, or show the link.")
        )
    context = {
        "number": matter.printed, "office": station.name, "office_en": station.name_en or station.name,
        "link": link(station, row, secret, base), "due": row.due_at.date().isoformat(), "phone": station.phone,
    }  # fmt: skip
    outbox.send(
        LETTER, channel="email", language=matter.language, to=to, context=context, matter_id=matter.pk, by=by, at=at
    )  # fmt: skip


@transaction.atomic
def acknowledge(row: Order, how: str, *, by: Actor, at: datetime) -> Order:
    """Who must put it right confirms that the order arrived. how: "link" or "hand". Said again, it changes nothing."""
    require(by, "hazards.receive")
    matter, row = of(row)
    if row.served_at is None:
        raise Refused(_("Give the order out first."))
    if row.acknowledged_at is not None:
        return row
    row.acknowledged_at, row.acknowledged_by = at, how
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    matters.change(matter, "hazards.receive", by=by, at=at, rows=[row], facts={"how": how})
    return row


# --- The fire service ------------------------------------------------------------------------------------------------


@transaction.atomic
def transfer(
    hazard: Hazard, reason: str, *, by: Actor, at: datetime, station: Station, base: str = ""
) -> Certificate:
    """Pass it on to the fire service in writing (CN-FIRE-3); the office sees what they answer."""
    require(by, "hazards.order")
    if not reason.strip():
        raise Refused(_("Say why it is transferred."))
    matter, hazard = fresh(hazard)
    due = Deadline.objects.filter(matter=matter, key="transfer").values_list("due_at", flat=True).first()
    lines = papers.transfer_lines(hazard, reason.strip(), due, at=at, station=station)
    issued = documents.issue(
        TRANSFER, lines, by=by, at=at, station=station, matter=matter, language=matter.language, base=base
    )
    referral = Referral.objects.create(matter=matter, to=papers.FIRE, body=lines["addressed"], at=at)
    facts = {"paper": issued.certificate.printed, "referral": str(referral.pk)}
    matters.move(
        matter, "transfer", by=by, at=at, reason=reason, rows=[referral], facts=facts, met=("transfer", "order"),
        waived=("correct",),
    )  # fmt: skip
    return issued.certificate


ANSWERS = {"received": "", "done": "hand_over", "refused": "take_back"}


@transaction.atomic
def answered(
    hazard: Hazard, status: str, words: str, *, by: Actor, at: datetime, station: Station, number: str = ""
) -> Matter:
    """What the fire service says: it has it (with its number), it took over, or it sends it back."""
    require(by, "hazards.order")
    if status not in ANSWERS or not words.strip():
        raise Refused(_("Choose what they answered, and write their words."))
    matter, _hazard = fresh(hazard)
    referral = Referral.objects.filter(matter=matter, to=papers.FIRE).order_by("-at").first()
    if referral is None or matter.state != "transferred":
        raise Refused(_("This is not with the fire service."))
    referral.status, referral.their_number = status, number.strip()[:60] or referral.their_number
    referral.received_at = referral.received_at or at
    referral.save(update_fields=["status", "their_number", "received_at"])
    return _after_answer(matter, referral, words, by, at, station)


def _after_answer(
    matter: Matter, referral: Referral, words: str, by: Actor, at: datetime, station: Station
) -> Matter:
    step, facts = ANSWERS[referral.status], {"status": referral.status}
    if not step:
        note: Any = Note.objects.create(
            matter=matter, purpose="answer", text=words.strip(), at=at, label=by.label, post_id=by.at_post
        )
        told = {**facts, "note": str(note.pk)}
        return matters.change(matter, "hazards.answer", by=by, at=at, rows=[referral, note], facts=told)
    moved = matters.move(
        matter, step, by=by, at=at, reason=words, rows=[referral], facts=facts, waived=("correct", "order")
    )
    if step == "take_back":
        matters.set_deadline(moved, "order", rules.ORDER, by=by, at=at, station=station)
    return moved
