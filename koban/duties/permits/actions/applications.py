"""An application for a permit: its papers, the one notice of what is missing, acceptance, withdrawal."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules, telling, told
from koban.duties.permits.actions import beginning
from koban.duties.permits.actions.beginning import Begun
from koban.duties.permits.actions.people import Taken, handle_of, one_with, party_of
from koban.duties.permits.clauses import Law
from koban.duties.permits.models import Application, Paper, Telling, Type
from koban.duties.permits.queries import registered_on
from koban.kernel.access.roles import require
from koban.kernel.files import intake
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.lib.sentence import Sentence
from koban.matters import actions as matters
from koban.matters.models import Matter, Note, Party
from koban.registers.residents import queries as register

NEVER_TAKEN = _("This was never taken: there is nothing to take up again. Begin a new one.")
OVER = _("This application does not wait for papers any more.")


def refused(why: Sentence | None) -> None:
    """Raise what a rule said against it."""
    if why:
        raise Refused(spoken(why), clause=why.clause)


@transaction.atomic
def apply(
    wish: told.Wish, *, by: Actor, at: datetime, station: Station, begun: Matter | None = None
) -> Taken:
    """Take an application for a permit with what came with it. Whether it is granted is seen when it is accepted.

    What the register knows of somebody is no reason to refuse here: a public page must not tell who is in it.
    begun: the matter that was begun for it at the desk.
    """
    require(by, "permits.declare")
    book = Law.of(station, at)
    refused(_unfit(wish, book))
    person = handle_of(wish.person, source="self", by=by, at=at)
    facts = {"way": wish.way, "ground": wish.ground, "proxy": wish.proxy is not None}
    what = Begun(Type.PERMIT, wish.place, wish.reply.language, {"look_through": rules.LOOK_THROUGH}, facts)
    rows = _Rows(wish, person, book).makers()
    taken = beginning.opened(what, rows, begun=begun, by=by, at=at, station=station)
    if wish.brought:
        _bring(taken.matter, wish.brought, by=by, at=at)
    return taken


def _unfit(wish: told.Wish, book: Law) -> Sentence | None:
    """What the applicant's own words rule out: no ground, half a year that is not full by their own telling, a proxy."""
    months, grounds = book.months(rules.HALF_YEAR), book.keys(rules.HALF_YEAR)
    claim = rules.Claim(wish.ground, wish.lives_since_on, wish.lives_since_on)
    why = rules.not_entitled(claim, book.on, months=months, grounds=grounds, from_registration=False)
    proxy = wish.proxy
    if why or proxy is None:
        return why
    own_age = book.value(rules.PROXY_AGE)
    return rules.unfit_proxy(
        proxy.kin, _age(wish, book, own_age), cannot_come=proxy.cannot_come, own_age=own_age,
        allowed=book.keys(rules.PROXY),
    )  # fmt: skip


def _age(wish: told.Wish, book: Law, own_age: int) -> int:
    """Of the applicant: by their birth date, else as the proxy says on which side of the age they are."""
    told_on = wish.person.entry.birth_on if wish.person.entry else ""
    age = rules.age_on(told_on, book.on)
    if age is not None:
        return age
    return 0 if wish.proxy and wish.proxy.under_age else own_age


class _Rows:
    def __init__(self, wish: told.Wish, person: Any, book: Law) -> None:
        self.wish, self.person, self.book = wish, person, book

    def makers(self) -> list[Callable[[Matter], Any]]:
        wish, by_proxy = self.wish, self.wish.proxy is not None
        keys = rules.needed_papers(wish.ground, self.book.keys(rules.PAPERS), by_proxy=by_proxy)
        made: list[Callable[[Matter], Any]] = [self._applicant, self._application]
        made += [self._proxy] if wish.proxy else []
        return made + [self._paper(key) for key in keys]

    def _applicant(self, matter: Matter) -> Party:
        party = party_of(matter, Party.Role.REPORTER, self.wish.reply)
        party.person_id = self.person.pk
        return party

    def _proxy(self, matter: Matter) -> Party:
        proxy = self.wish.proxy
        assert proxy is not None  # noqa: S101  # `makers` asked
        return party_of(matter, Party.Role.GUARDIAN, told.Reply(proxy.name, proxy.phone))

    def _application(self, matter: Matter) -> Application:
        wish, proxy = self.wish, self.wish.proxy
        return Application(
            matter=matter, person_id=self.person.pk, way=wish.way, ground=wish.ground,
            lives_since_on=wish.lives_since_on, is_proxy=proxy is not None, proxy_clause=rules.PROXY if proxy else "",
        )  # fmt: skip

    def _paper(self, key: str) -> Callable[[Matter], Paper]:
        return lambda matter: Paper(matter=matter, key=key)


@transaction.atomic
def bring(
    matter: Matter, brought: Mapping[str, told.Brought], *, by: Actor, at: datetime, station: Station
) -> Matter:
    """Take papers that were brought: key → what came. Only what is missing or not right can be brought."""
    require(by, "permits.bring")
    matter = matters.locked(matter)
    if matter.state not in ("declared", "incomplete"):
        raise Refused(OVER)
    rows = _bring(matter, brought, by=by, at=at)
    if matter.state == "declared":
        return matter
    matter = matters.move(
        matter, "bring", by=by, at=at, met=("bring",), facts={"papers": [row.key for row in rows]}
    )
    matters.set_deadline(matter, "look_through", rules.LOOK_THROUGH, by=by, at=at, station=station)
    return matters.locked(matter)


def _bring(matter: Matter, brought: Mapping[str, told.Brought], *, by: Actor, at: datetime) -> list[Paper]:
    open_ones = [Paper.State.NEEDED, Paper.State.UNFIT]
    papers = list(Paper.objects.filter(matter=matter, key__in=list(brought), state__in=open_ones))
    if not papers:
        raise Refused(_("None of these papers is missing."))
    for paper in papers:
        came = brought[paper.key]
        if came.file is not None:
            paper.attachment_id = intake.attach(came.file, matter_id=matter.pk, by=by, at=at).pk
        paper.proof, paper.state, paper.why, paper.brought_at = came.proof, Paper.State.BROUGHT, "", at
        paper.save(update_fields=["attachment_id", "proof", "state", "why", "brought_at"])
    facts = {"papers": [paper.key for paper in papers]}
    matters.change(matter, "permits.brought", by=by, at=at, rows=papers, facts=facts)
    return papers


@transaction.atomic
def judge(matter: Matter, found: Mapping[str, str], *, by: Actor, at: datetime) -> Matter:
    """Say of papers whether they are right: key → "" for a right one, else what is not right, as the applicant reads it.

    A paper that was never brought is right too if it was shown at the desk just now.
    """
    require(by, "permits.handle")
    matter = matters.locked(matter)
    if matter.state != "declared":
        raise Refused(OVER)
    papers = list(Paper.objects.filter(matter=matter, key__in=list(found)))
    for paper in papers:
        why = found[paper.key].strip()[:200]
        paper.state, paper.why, paper.seen_at = (Paper.State.UNFIT if why else Paper.State.FIT), why, at
        paper.brought_at = paper.brought_at or at
        paper.save(update_fields=["state", "why", "seen_at", "brought_at"])
    facts = {"right": sum(p.state == Paper.State.FIT for p in papers), "papers": [p.key for p in papers]}
    return matters.change(matter, "permits.judge", by=by, at=at, rows=papers, facts=facts)


@transaction.atomic
def tell_missing(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Telling:
    """Tell the applicant everything that is missing: once, and completely (CN-RES-5B).

    Raises Refused for a second time, unless something that was brought afterwards is not right.
    """
    require(by, "permits.handle")
    matter = matters.locked(matter)
    papers, before = list(Paper.objects.filter(matter=matter).order_by("id")), _tellings(matter)
    states = {paper.key: paper.state for paper in papers}
    new_wrong = _new_wrong(papers, before[-1].at) if before else ()
    most = Law.of(station, at).value(rules.TOLD_ONCE)
    refused(rules.unfit_to_tell(states, len(before), most=most, new_wrong=new_wrong))
    keys = list(new_wrong) if len(before) >= most else list(rules.missing(states))
    notice: Telling = Telling.objects.create(matter=matter, ordinal=len(before) + 1, at=at, keys=keys)
    text = telling.missing_text([paper for paper in papers if paper.key in keys], matter, Law.of(station, at))
    matters.note(matter, text, by=by, at=at, direction=Note.Direction.OUT, purpose="answer")
    matter = matters.move(
        matter, "tell_missing", by=by, at=at, rows=[notice], met=("look_through",), facts={"papers": keys}
    )
    matters.set_deadline(matter, "bring", rules.BRING, by=by, at=at, station=station)
    telling.tell(matter, "permits.missing", by=by, at=at)
    return notice


def _tellings(matter: Matter) -> list[Telling]:
    return list(Telling.objects.filter(matter=matter).order_by("ordinal"))


def _new_wrong(papers: list[Paper], at: datetime) -> tuple[str, ...]:
    return tuple(p.key for p in papers if p.state == Paper.State.UNFIT and p.is_new_since(at))


@transaction.atomic
def accept(matter: Matter, *, by: Actor, at: datetime, station: Station) -> Matter:
    """Every paper is right and the conditions are met: the days to issue begin.

    Raises Refused where a paper is missing, where the half year is not full, and where the office's own pack gives
    itself more days than the law allows.
    """
    require(by, "permits.handle")
    matter = matters.locked(matter)
    application = Application.objects.get(matter=matter)
    papers = dict(Paper.objects.filter(matter=matter).values_list("key", "state"))
    refused(rules.incomplete(papers))
    book = Law.of(station, at)
    application.registered_on = registered_on(application.person_id, book)
    refused(not_entitled(application, book))
    refused(rules.unlawful_term(book.value(rules.ISSUE), book.value(rules.LONGEST_ISSUE)))
    application.save(update_fields=["registered_on"])
    matter = matters.move(matter, "accept", by=by, at=at, rows=[application], met=("look_through",))
    matters.set_deadline(matter, "issue", rules.ISSUE, by=by, at=at, station=station)
    telling.tell(matter, "permits.accepted", by=by, at=at)
    return matters.locked(matter)


def not_entitled(application: Application, book: Law) -> Sentence | None:
    """What stands against a permit by what the register and the application say."""
    claim = rules.Claim(application.ground, application.lives_since_on, application.registered_on)
    return rules.not_entitled(
        claim, book.on, months=book.months(rules.HALF_YEAR), grounds=book.keys(rules.HALF_YEAR),
        from_registration=book.from_registration,
    )  # fmt: skip


@transaction.atomic
def identify(matter: Matter, *, by: Actor, at: datetime) -> Any:
    """The applicant's document was seen: confirm them, or make them one with whom the register has already."""
    require(by, "permits.decide")
    matter = matters.locked(matter)
    application = Application.objects.get(matter=matter)
    person = one_with(register.person(application.person_id), by=by, at=at)
    if person.pk != application.person_id:
        parties = list(Party.objects.filter(matter=matter, person_id=application.person_id))
        application.person_id = person.pk
        application.save(update_fields=["person_id"])
        for party in parties:
            party.person_id = person.pk
            party.save(update_fields=["person_id"])
        matters.change(matter, "permits.identify", by=by, at=at, rows=[application, *parties])
    return person


@transaction.atomic
def withdraw(matter: Matter, *, reason: str, by: Actor, at: datetime) -> Matter:
    """Whoever declared or applied no longer wants it."""
    waived = ("confirm", "look_through", "bring", "issue")
    return matters.move(matters.locked(matter), "withdraw", by=by, at=at, reason=reason, waived=waived)


@transaction.atomic
def reopen(matter: Matter, *, reason: str, by: Actor, at: datetime, station: Station) -> Matter:
    """Take up again what was refused or withdrawn. Raises Refused for what was begun and never taken."""
    if not (matter.applications.exists() or matter.declarations.exists()):
        raise Refused(NEVER_TAKEN)
    matter = matters.move(matters.locked(matter), "reopen", by=by, at=at, reason=reason)
    key, clause = ("confirm", rules.CONFIRM) if matter.type in (Type.REGISTRATION, Type.DEPARTURE) else (
        "look_through", rules.LOOK_THROUGH,
    )  # fmt: skip
    matters.set_deadline(matter, key, clause, by=by, at=at, station=station)
    return matters.locked(matter)
