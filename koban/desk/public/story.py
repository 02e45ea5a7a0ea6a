"""What a resident reads of their matter: the state in plain words, and what was done, without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.duties.oversight.queries import KIND as COMPLAINTS
from koban.duties.permits.actions.people import KIND as PERMITS
from koban.kernel.access.roles import called
from koban.kernel.ledger import reading
from koban.matters.duty import duty
from koban.matters.joins import outside
from koban.matters.models import Matter, Note, Referral


@dataclass(frozen=True, slots=True)
class Standing:
    """title: the state. sentence: what it means for whoever waits. icon, tone: of the design system."""

    title: Any
    sentence: Any
    icon: str
    tone: str


STANDINGS = {
    "received": Standing(_("Received"), _("We have it. Somebody reads it next."), "mail", "blue"),
    "triaged": Standing(_("Waiting for somebody to go"), _("We have read it. Somebody is sent next."), "hourglass", "blue"),
    "dispatched": Standing(_("On the way"), _("Somebody is on the way."), "walk", "blue"),
    "on_scene": Standing(_("On scene"), _("Somebody is there now."), "map-pin", "blue"),
    "handling": Standing(_("Being handled"), _("We are working on it. You get an answer here."), "edit", "blue"),
    "referred_out": Standing(
        _("Passed on"), _("Another body is in charge of this now. We see its state alone, and so do you."),
        "arrow-forward-up", "violet",
    ),
    "answered": Standing(_("Answered"), _("Our answer is below. Tell us whether it is settled."), "message", "green"),
    "reopened": Standing(
        pgettext_lazy("a state", "Open again"), _("You said it is not settled. We look at it again."), "rotate",
        "amber",
    ),
    "closed": Standing(_("Closed"), _("The work on this is done."), "check", "green"),
    "merged": Standing(
        _("Joined with another report"),
        _("Somebody told us of the same event. You read the answer here as well."), "arrow-merge", "blue",
    ),
    "cancelled": Standing(_("Cancelled"), _("This is no longer worked on."), "ban", "grey"),
}  # fmt: skip


OF_COMPLAINTS = {
    "received": Standing(_("Received"), _("The oversight body has it. An inspector reads it next."), "mail", "blue"),
    "accepted": Standing(_("Taken up"), _("An inspector is looking into it."), "user-search", "blue"),
    "answered": Standing(_("Answered"), _("The answer of the oversight body is below."), "message", "green"),
    "closed": Standing(_("Closed"), _("The work on this is done."), "check", "green"),
    "declined": Standing(_("Not taken up"), _("The reason is below. You can write back."), "ban", "grey"),
}  # fmt: skip


OF_PERMITS = {
    "declared": Standing(_("With the office"), _("Somebody looks at it next. Until when stands below."), "mail", "blue"),
    "incomplete": Standing(
        _("Papers are missing"), _("The complete list is below. Bring them here or to the desk."), "file-text", "amber"
    ),
    "accepted": Standing(_("Accepted"), _("It is being made. Until when stands below."), "hourglass", "blue"),
    "made": Standing(_("Ready"), _("It is made. Bring your identity card and take it along."), "certificate", "green"),
    "confirmed": Standing(_("Registered"), _("An officer has confirmed it."), "check", "green"),
    "done": Standing(_("Done"), _("The work on this is done."), "check", "green"),
    "refused": Standing(_("Not granted"), _("The reason is below. You can write back."), "ban", "grey"),
    "withdrawn": Standing(_("Withdrawn"), _("This is no longer worked on."), "ban", "grey"),
}  # fmt: skip
OF_KIND = {COMPLAINTS: OF_COMPLAINTS, PERMITS: OF_PERMITS}


def standing(matter: Matter) -> Standing:
    known = OF_KIND.get(matter.kind, STANDINGS)
    if found := known.get(matter.state):
        return found
    state = duty(matter.kind).flow.state(matter.state)
    return Standing(
        state.label, "", "check" if state.closed else "circle-dot", "grey" if state.closed else "blue"
    )


# Verb of a page -> what the resident reads, and its picture. A verb that is not here stays inside the office.
TOLD = {
    "incidents.open": (_("We received it"), "mail"),
    "incidents.triage": (_("Somebody read it and decided how urgent it is"), "list-check"),
    "incidents.retriage": (_("Its urgency was looked at again"), "list-check"),
    "incidents.dispatch": (_("Somebody was sent"), "walk"),
    "incidents.reinforce": (_("More people were sent"), "users"),
    "incidents.arrive": (_("Somebody arrived"), "map-pin"),
    "incidents.leave_scene": (_("The work at the place is done"), "home"),
    "incidents.stand_down": (_("Whoever was on the way was called back; somebody else will go"), "history"),
    "incidents.handle": (_("The office is working on it"), "edit"),
    "incidents.answer": (_("You were answered"), "message"),
    "incidents.write_out": (_("The office wrote to you"), "message"),
    "incidents.call_back": (_("The office called you back"), "phone"),
    "incidents.feedback": (_("You judged the answer"), "thumb-up"),
    "incidents.refer_out": (_("It was passed on to another body"), "arrow-forward-up"),
    "incidents.referral": (_("The other body told us its state"), "arrow-forward-up"),
    "incidents.take_back": (_("It came back to this office"), "history"),
    "incidents.close": (_("It was closed"), "check"),
    "incidents.close_referred": (_("It was closed here; the other body goes on"), "check"),
    "incidents.close_unanswered": (_("It was closed"), "check"),
    "incidents.merge": (_("It was joined with another report of the same event"), "arrow-merge"),
    "incidents.cancel": (_("It was cancelled"), "ban"),
    "incidents.reopen": (_("It was opened again"), "rotate"),
    "incidents.revive": (_("It was taken up again"), "rotate"),
    "incidents.thing": (_("The thing was written down"), "package"),
    "incidents.thing_end": (_("The thing went its way"), "package"),
    "oversight.open": (_("The oversight body received it"), "mail"),
    "oversight.accept": (_("An inspector took it up"), "user-search"),
    "oversight.decline": (_("It was not taken up"), "ban"),
    "oversight.answer": (_("You were answered"), "message"),
    "oversight.write_out": (_("The oversight body wrote to you"), "message"),
    "oversight.close": (_("It was closed"), "check"),
    "oversight.reopen": (_("It was opened again"), "rotate"),
    "permits.open": (_("We received it"), "mail"),
    "permits.confirm": (_("An officer confirmed it"), "check"),
    "permits.leave": (_("The registration ended"), "door"),
    "permits.brought": (_("Papers were brought"), "paperclip"),
    "permits.tell_missing": (_("You were told what is missing"), "message"),
    "permits.accept": (_("It was accepted"), "check"),
    "permits.issue": (_("The permit was issued"), "certificate"),
    "permits.renew": (_("The new card was made"), "certificate"),
    "permits.hand_over": (_("It was handed out"), "check"),
    "permits.finish": (_("It was done"), "check"),
    "permits.refuse": (_("It was not granted"), "ban"),
    "permits.withdraw": (_("It was withdrawn"), "ban"),
    "permits.reopen": (_("It was taken up again"), "rotate"),
    "files.remove": (_("A picture was deleted: it is no longer needed"), "trash"),
    "matters.split": (_("A part of it became a matter of its own"), "arrows-split-2"),
    "files.receive": (_("A file was added"), "paperclip"),
    "desk.contact": (_("You changed how we can reach you"), "edit"),
    "notices.sent": (_("A message was sent to you"), "send"),
    "notices.failed": (_("A message to you could not be delivered"), "alert-circle"),
}
PUBLIC_LABEL = "public"


@dataclass(frozen=True, slots=True)
class Line:
    """As the design system draws a line of a timeline. number: of the ledger page behind it."""

    at: datetime
    sentence: Any
    icon: str
    by: Any
    number: int


def lines(pages: Iterable[Any]) -> list[Line]:
    """The pages of a matter as its resident reads them, newest first."""
    found = [_line(page) for page in pages if is_told(page)]
    return found[::-1]


def is_told(page: Any) -> bool:
    return page.verb in TOLD or _is_from_resident(page)


def _is_from_resident(page: Any) -> bool:
    return bool(page.verb == "matters.note" and page.facts.get("direction") == Note.Direction.IN)


def _line(page: Any) -> Line:
    sentence, icon = TOLD.get(page.verb, (_("You wrote to the office"), "message"))
    return Line(page.at, sentence, icon, _who(page), page.number)


def _who(page: Any) -> Any:
    """A badge or a position, "you" for the resident, nothing for the house itself."""
    if page.role in ("public", "resident"):
        return _("you")
    return "" if page.role == "system" else called(page.actor, page.role)


def pages_of(matter: Matter) -> list[Any]:
    return list(reading.of_matter(matter.pk))


@dataclass(frozen=True, slots=True)
class Message:
    """at, text; mine: from the resident; by: badge or position of the writer."""

    at: datetime
    text: str
    mine: bool
    is_answer: bool
    by: str


def messages(matter: Matter) -> list[Message]:
    """What went both ways, oldest first; for a joined report also the answers to the one it was joined with.

    Of that one only answers are read: its other messages are between the office and somebody else.
    """
    own = matter.notes.filter(direction__in=[Note.Direction.IN, Note.Direction.OUT])
    notes = list(own)
    if matter.merged_into_id:
        notes += Note.objects.filter(
            matter_id=matter.merged_into_id, direction=Note.Direction.OUT, purpose="answer"
        )
    return [_message(note) for note in sorted(notes, key=lambda note: (note.at, note.pk))]


def _message(note: Note) -> Message:
    mine = note.direction == Note.Direction.IN
    return Message(note.at, note.text, mine, note.purpose == "answer", "" if mine else note.label)


REFERRAL_STATES = {
    "sent": _("sent; they have not confirmed yet"),
    "received": _("received by them"),
    "refused": _("they say it is not theirs; we look at it again"),
    "done": _("done, they say"),
}


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Who has it now. status: in words."""

    to: str
    at: datetime
    status: Any
    number: str


def passed_on(matter: Matter) -> list[PassedOn]:
    rows: Iterable[Referral] = outside(matter)
    return [
        PassedOn(row.to, row.at, REFERRAL_STATES.get(row.status, row.status), row.their_number)
        for row in rows
    ]
