"""What goes out: the words of the notice of missing papers, and messages to who left a number for them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from koban.duties.permits import rules
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Paper
from koban.kernel.ledger import Actor
from koban.kernel.notices import outbox
from koban.kernel.stations import vault
from koban.matters.models import Matter, Party

# Which list says what a paper is called, and which one proves it.
PROOFS = {"address": rules.OF_ADDRESS, "job": rules.OF_JOB, "study": rules.OF_STUDY}


def paper_label(key: str, book: Law, language: str) -> str:
    """What a paper is called: by its own list, or as the ground that it proves."""
    for clause in (rules.PAPERS, rules.PROXY_PAPERS, rules.HALF_YEAR):
        if key in book.keys(clause):
            return book.label(clause, key, language)
    return key


def proofs(key: str, book: Law, language: str) -> list[tuple[str, str]]:
    """The papers that prove it, as (key, label): one of them is enough. Empty where there is but one."""
    clause = PROOFS.get(key, "")
    return [(item, book.label(clause, item, language)) for item in book.keys(clause)] if clause else []


def missing_text(papers: Sequence[Paper], matter: Matter, book: Law) -> str:
    """The one complete notice, in the applicant's language."""
    language = matter.language
    with translation.override(language):
        lines = [
            _("These papers are still needed. This list is complete: nothing will be added to it later.")
        ]
        for paper in papers:
            lines.append(f"- {paper_label(paper.key, book, language)}{_one_of(paper, book, language)}")
            if paper.why:
                lines.append("  " + _("What was brought is not right: %(why)s") % {"why": paper.why})
        return "\n".join(lines)


def _one_of(paper: Paper, book: Law, language: str) -> str:
    known = [label for _key, label in proofs(paper.key, book, language)]
    return ": " + _("one of") + " " + " / ".join(known) if known else ""


def tell(matter: Matter, key: str, *, by: Actor, at: datetime) -> None:
    """Put a notice in the outbox for whoever left a number for messages. It holds the number of the receipt alone."""
    party = Party.objects.filter(matter=matter, role=Party.Role.REPORTER).first()
    if party is None or party.reply_by != "sms" or not (to := vault.unseal(party, "phone")):
        return
    station, language = matter.station, party.language
    name = station.name if language.startswith("zh") else station.name_en or station.name
    context = {"number": matter.printed, "office": name, "phone": station.phone}
    outbox.send(
        key, channel="sms", language=language, to=to, context=context, matter_id=matter.id, by=by, at=at
    )  # fmt: skip
