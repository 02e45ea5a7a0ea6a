"""The timeline of a matter: its ledger pages as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import called
from koban.kernel.ledger import reading
from koban.matters import facts as facts_
from koban.matters.duty import all_duties
from koban.matters.models import Matter, Note

SENTENCES: dict[str, Any] = {
    "matters.note": _("A note was written"),
    "matters.hold": _("The matter was taken in hand"),
    "matters.release": _("The matter was let go"),
    "matters.link": _("Linked to %(to)s"),
    "matters.term": _("A term was set: %(clause)s"),
    "matters.merged_in": _("%(double)s was merged in as the same event"),
    "matters.refer": _("Referred to another duty (%(to)s): %(number)s"),
    "matters.referred_in": _("Came from another duty (%(from)s): %(number)s"),
    "matters.look": _("Contact details were opened"),
    "residents.look": _("Data of a resident were opened"),
    "matters.party": _("A resident was made a party"),
    "residents.correct": _("The register of residents was corrected"),
    "files.receive": _("A file was attached"),
    "files.look": _("A file was opened"),
    "files.draw": _("A picture was drawn anew without its hidden data"),
    "files.publish": _("A file was shown to the public"),
    "files.withdraw": _("A file was withdrawn from the public"),
    "notices.write": _("A message was put in the outbox"),
    "notices.sent": _("A message was sent"),
    "notices.failed": _("A message could not be sent"),
    "notices.again": _("A message was tried again"),
    "documents.issue": _("A certificate was issued: %(number)s"),
    "documents.revoke": _("A certificate was revoked: %(number)s"),
    "documents.suspend": _("A certificate was suspended: %(number)s"),
    "documents.restore": _("A certificate holds again: %(number)s"),
    "documents.compose": _("A paper was begun"),
    "documents.revise": _("A paper was changed: version %(version)s"),
    "documents.comment": _("A paper was commented on"),
    "documents.submit": _("A paper was submitted for review"),
    "documents.approve_one": _("A paper was approved by one more"),
    "documents.approve": _("A paper was approved"),
    "documents.back": _("A paper was sent back"),
    "documents.drop": _("A paper was dropped"),
    "documents.sign": _("A paper was signed and issued: %(number)s"),
    "documents.hand_out": _("A paper was issued: %(number)s"),
    "documents.deliver": _("A paper was delivered: %(number)s"),
    "documents.acknowledge_one": _("The receipt of a copy was confirmed: %(number)s"),
    "documents.acknowledge": _("The receipt of a paper was confirmed: %(number)s"),
    "documents.file": _("A paper was filed: %(number)s"),
    "documents.recall": _("A paper was recalled: %(number)s"),
    "documents.read": _("The text of a paper was opened"),
    "documents.batch": _("Many papers of one kind were started"),
    "documents.batch_approve": _("Many papers of one kind were approved"),
    "documents.batch_end": _("Many papers of one kind were issued"),
    "documents.look": _("A certificate was opened: %(number)s"),
    "access.refused": _("A look or a step was refused"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, who (a badge, a position, or what stands for nobody), what was done, and the words to it."""

    at: datetime
    actor: Any
    verb: str
    sentence: Any
    number: int
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def timeline(matter: Matter, notes: Iterable[Note] | None = None) -> list[Entry]:
    """Every page of the matter, oldest first. notes: its notes, where the caller has read them already."""
    texts = {str(note.pk): note.text for note in (notes if notes is not None else matter.notes.all())}
    return [_entry(page, texts) for page in reading.of_matter(matter.id)]


def _entry(page: Any, texts: dict[str, str]) -> Entry:
    subject = page.subject.partition(":")[2]
    words = texts.get(str(page.facts.get("note", "")), "") or texts.get(subject, "")
    return Entry(
        page.at,
        called(page.actor, page.role),
        page.verb,
        sentence_of(page.verb, page.facts),
        page.number,
        words,
        page.facts,
    )


@lru_cache(maxsize=1)
def of_rooms() -> Mapping[str, Any]:
    """What rooms that are no duty say of their verbs: SENTENCES of each `sentences.py`, found by itself."""
    names = [config.name for config in apps.get_app_configs() if config.name.startswith("koban.")]
    rooms = [name for name in names if find_spec(f"{name}.sentences")]
    found: list[Mapping[str, Any]] = [import_module(f"{room}.sentences").SENTENCES for room in rooms]
    return {verb: said for each in found for verb, said in each.items()}


def sentence_of(verb: str, facts: dict[str, Any]) -> Any:
    """What a verb says in the reader's language; the verb itself where no room has a sentence for it."""
    text = SENTENCES.get(verb) or of_rooms().get(verb)
    if text is None:
        told = (duty.sentences.get(verb) for duty in all_duties().values())
        text = next((found for found in told if found is not None), verb)
    try:
        return str(text) % {name: facts_.meant(verb, name, value) for name, value in facts.items()}
    except (KeyError, TypeError, ValueError):
        return str(text)
