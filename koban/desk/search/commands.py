"""What the command bar offers: orders, matters, new reports by type, pages, and what the search finds."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from koban.desk import menu
from koban.desk.board import fieldwork
from koban.desk.search import parsing
from koban.desk.search.things import Asked, Item, told, url_of
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station

MOST, OF_EACH = 12, 4


class Bar(Asked):
    """One question to the bar."""

    def lines(self) -> list[Item]:
        """At most twelve, the surest first; the way to a person keeps its place at the end."""
        ordered = list(self.orders())
        found = [*ordered, *self.matters(), *self.reports(), *self.pages(), *self.places(), *self.others()]
        people = list(self.people())[:1] if self.typed and parsing.order(self.typed) is None else []
        first: dict[str, Item] = {}
        for item in found:
            first.setdefault(item.url, item)
        return [*list(first.values())[: MOST - len(people)], *people]

    def orders(self) -> Iterator[Item]:
        order = parsing.order(self.typed)
        if order is None or not self.may("incidents.dispatch"):
            return
        for slip in self.numbered(order.where):
            if fieldwork.can_be_sent(slip.matter):
                url = f"{slip.send_url}?{urlencode({'to': ','.join(order.badges)})}"
                said = _("Send %(who)s to %(number)s")
                yield Item(
                    said % {"who": ", ".join(order.badges), "number": slip.number}, url, told(slip), "send"
                )

    def reports(self) -> Iterator[Item]:
        new = url_of("incidents:new")
        wish = parsing.wish(self.typed)
        if not new or not self.may("incidents.take_at_desk") or self.number:
            return
        labels = {code: str(label) for code, label, _names in fieldwork.types()}
        for code in parsing.matching(wish if wish is not None else self.typed, _types())[:6]:
            url = f"{new}?{urlencode({'code': code})}"
            yield Item(_("New report: %s") % labels[code], url, "", "plus")

    def pages(self) -> Iterator[Item]:
        lines = menu.lines(self.actor.role, "")
        fitting = set(parsing.matching(self.typed, _pages())) if self.typed else {line.key for line in lines}
        yield from (Item(str(line.label), line.url, "", line.icon) for line in lines if line.key in fitting)

    def places(self) -> Iterator[Item]:
        """Addresses, units and assets; then all of them on a page of their own."""
        if parsing.order(self.typed) is not None:
            return
        found = [*self.addresses(), *self.units(), *self.assets()]
        yield from found
        if found:
            yield Item(_("Everything that is found"), search_url(self.typed), "", "search")

    def others(self) -> Iterator[Item]:
        if parsing.order(self.typed) is None:
            yield from (*self.papers(), *self.certificates())


def search_url(typed: str) -> str:
    return f"{reverse('desk:search')}?{urlencode({'q': typed})}"


@lru_cache(maxsize=1)
def _types() -> tuple[parsing.Findable, ...]:
    return tuple(parsing.findable(code, names) for code, _label, names in fieldwork.types())


@lru_cache(maxsize=1)
def _pages() -> tuple[parsing.Findable, ...]:
    items = [item for role in ("officer", "administrator", "inspector") for item in menu.items_for(role)]
    return tuple(parsing.findable(item.url_name, _in_every_language(item.label)) for item in items)


def _in_every_language(label: Any) -> list[str]:
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(str(label))
    return said


def answer(typed: str, actor: Actor, station: Station) -> dict[str, Any]:
    """The bar's answer as JSON values."""
    return {"items": [asdict(item) for item in Bar(typed, actor, station, OF_EACH).lines()]}


def pages(typed: str, actor: Actor, station: Station) -> list[Item]:
    """The pages of the desk that are called so."""
    return list(Bar(typed, actor, station, OF_EACH).pages()) if typed.strip() else []
