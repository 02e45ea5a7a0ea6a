"""What the search box finds besides pages and orders, in groups. Never a person: a person is looked for in a matter.

Every group asks a fixed number of questions, and only where the role may read it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koban.desk.board.slips import READ, Slip, listed_kinds, slips
from koban.desk.search import parsing
from koban.kernel.access.roles import ACTIONS
from koban.kernel.flow import spoken
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.matters.documents.flow import FLOW
from koban.matters.documents.kinds import kind
from koban.matters.documents.models import Certificate, Document
from koban.matters.duty import address, all_duties, is_ours
from koban.matters.models import Holding, Matter
from koban.registers.premises import searching
from koban.registers.premises.models import Address

SHORTEST = 2  # characters that are looked for
FEWEST_DIGITS = 5  # of a telephone or the number of a document
TO_LOOK_IN = 3  # matters in hand that a person is offered to be looked for in
DIGITS = re.compile(r"[\d\s+()-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bar or of the page."""

    title: str
    url: str
    hint: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    label: Any
    icon: str
    items: list[Item]


class Asked:
    """One question. actor: whoever asks; nothing is offered that they may not read. most: lines of a group."""

    def __init__(self, typed: str, actor: Actor, station: Station, most: int) -> None:
        self.typed, self.actor, self.station = typed.strip()[: parsing.LONGEST], actor, station
        self.most, self.number = most, parsing.number(self.typed)

    def may(self, action: str) -> bool:
        return action in ACTIONS and self.actor.role in ACTIONS[action].roles

    def groups(self) -> list[Group]:
        """What there is, the surest kind first."""
        if not self.typed:
            return []
        found = [(label, icon, list(find(self))) for label, icon, find in FINDERS]
        return [Group(label, icon, items) for label, icon, items in found if items]

    # --- Matters ------------------------------------------------------------------------------------------------

    def matters(self) -> Iterator[Item]:
        """By number; by what was said of those in hand."""
        if not self.may("matters.read"):
            return
        found = self.numbered(self.number) if self.number else self.told_of()
        for slip in found:
            yield Item(f"{slip.number} · {slip.title}", slip.url, told(slip), "file-text")

    def numbered(self, number: parsing.Number) -> list[Slip]:
        """Matters of this number, the newest year first (one query)."""
        rows = Matter.objects.filter(number=number.number)
        if number.year is not None:
            rows = rows.filter(year=number.year)
        return self._slips(rows.order_by("-year"))

    def told_of(self) -> list[Slip]:
        """Open matters in the reader's hands in whose summary this stands (one query).

        Not of others: people are named in summaries, and a box that searched them all would be a search for people.
        """
        if len(self.typed) < SHORTEST or self.actor.at_post is None:
            return []
        held = Holding.objects.filter(post_id=self.actor.at_post, to_at=None).values("matter")
        rows = Matter.objects.open().filter(pk__in=held, summary__icontains=self.typed)
        return self._slips(rows.order_by("-opened_at"))

    def _slips(self, rows: Any) -> list[Slip]:
        found = rows.filter(kind__in=listed_kinds()).select_related("address__beat", "holder").only(*READ)
        return slips(found[: self.most], (), self.station.pack)

    # --- Places -------------------------------------------------------------------------------------------------

    def _of_places(self) -> bool:
        return len(self.typed) >= SHORTEST and not self.number and self.may("premises.read")

    @cached_property
    def _addresses(self) -> list[Address]:
        return searching.addresses(self.typed, self.most) if self._of_places() else []

    def addresses(self) -> Iterator[Item]:
        for one in self._addresses:
            hint = str(one.get_kind_display())
            yield Item(str(one), reverse("premises:address", args=[one.pk]), hint, "map-pin")

    def happened(self) -> Iterator[Item]:
        """The matters at the place that was typed, on the list of all matters."""
        if self.may("matters.read"):
            for one in self._addresses[:1]:
                url = f"{reverse('desk:matters')}?{urlencode({'q': str(one)})}"
                yield Item(_("What happened here: %s") % one, url, "", "history")

    def units(self) -> Iterator[Item]:
        for one in searching.units(self.typed, self.most) if self._of_places() else ():
            hint = " · ".join((str(spoken(one.kind_label)), str(one.address)))
            yield Item(str(one), reverse("premises:unit", args=[one.pk]), hint, "building-store")

    def assets(self) -> Iterator[Item]:
        for one in searching.assets(self.typed, self.most) if self._of_places() else ():
            hint = " · ".join(filter(None, (str(one.get_state_display()), one.name)))
            title = f"{spoken(one.kind_label)} {one.code}".strip()
            yield Item(title, reverse("premises:asset", args=[one.pk]), hint, "bulb")

    # --- Papers -------------------------------------------------------------------------------------------------

    def papers(self) -> Iterator[Item]:
        """By the number as printed, and by the number that its matter has; never by what stands in them (one query)."""
        if not self.may("documents.read") or not any(letter.isdigit() for letter in self.typed):
            return
        wanted = Q(reference__icontains=self.typed)
        if self.number:
            wanted |= _of_number(self.number, "certificate__") | _of_number(self.number, "matter__")
        shown = Q(matter=None) | Q(matter__kind__in=listed_kinds())
        rows = Document.objects.filter(wanted, shown).select_related("matter").order_by("-made_at")
        for one in rows[: self.most]:
            hint = " · ".join(filter(None, (str(FLOW.state(one.state).label), str(one.matter or ""))))
            title = f"{one.reference} {one.title}".strip()
            yield Item(title, reverse("documents:detail", args=[one.pk]), hint, "file-text")

    def certificates(self) -> Iterator[Item]:
        """By number alone (one query)."""
        if not self.number or not self.may("documents.certificates"):
            return
        rows = Certificate.objects.filter(_of_number(self.number)).order_by("-issued_at")
        for one in rows[: self.most]:
            title = f"{one.printed} · {kind(one.kind).title}"
            yield Item(title, reverse("documents:certificate", args=[one.pk]), "", "certificate")

    # --- People -------------------------------------------------------------------------------------------------

    def people(self) -> Iterator[Item]:
        """The way to the search for a person: inside a matter in hand, of a kind that opens people (one query).

        Nobody is looked for here, and what was typed does not travel along.
        """
        if not self.may("matters.look") or not like_a_person(self.typed) or self.actor.at_post is None:
            return
        kinds = [key for key, duty in all_duties().items() if duty.opens]
        held = Holding.objects.filter(post_id=self.actor.at_post, to_at=None, matter__is_open=True)
        rows = held.filter(matter__kind__in=kinds).select_related("matter").order_by("-from_at")
        for holding in rows[:TO_LOOK_IN]:
            if is_ours(holding.matter):
                title = _("Look for a person in %(number)s") % {"number": holding.matter.printed}
                url = f"{address(holding.matter)}#people-{holding.matter.pk}"
                yield Item(title, url, _("The search is kept, and shown to whoever it shows"), "user")


def like_a_person(typed: str) -> bool:
    """Whether this may be a name, a telephone or the number of a document."""
    digits = sum(letter.isdigit() for letter in typed)
    if DIGITS.fullmatch(typed):
        return digits >= FEWEST_DIGITS
    return len(typed) >= SHORTEST and any(letter.isalpha() for letter in typed)


def _of_number(number: parsing.Number, front: str = "") -> Q:
    found = Q(**{f"{front}number": number.number})
    return found if number.year is None else found & Q(**{f"{front}year": number.year})


def told(slip: Slip) -> str:
    return " · ".join(filter(None, (slip.title, slip.place, str(slip.state.label))))


def url_of(name: str) -> str:
    """Where it leads, "" where this house does not have the room."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


FINDERS: tuple[tuple[Any, str, Callable[[Asked], Iterable[Item]]], ...] = (
    (gettext_lazy("Matters"), "file-text", Asked.matters),
    (gettext_lazy("Addresses"), "map-pin", Asked.addresses),
    (gettext_lazy("Units"), "building-store", Asked.units),
    (gettext_lazy("Safety assets"), "bulb", Asked.assets),
    (gettext_lazy("Documents"), "file-text", Asked.papers),
    (gettext_lazy("Certificates"), "certificate", Asked.certificates),
)
