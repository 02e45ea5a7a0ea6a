"""What the command bar offers: matters by number, orders, new reports by type, pages, addresses."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from koban.desk import menu
from koban.desk.board import fieldwork
from koban.desk.board.slips import READ, Slip, listed_kinds, slips
from koban.desk.search import parsing
from koban.kernel.access.roles import ACTIONS
from koban.kernel.stations.models import Station
from koban.matters.models import Matter
from koban.registers.premises import queries as premises

MOST = 12
SHORTEST_ADDRESS = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bar."""

    title: str
    url: str
    hint: str = ""
    icon: str = "arrow-right"


class Asked:
    """One question to the bar. role: of whoever asks; nothing is offered that the role may not do."""

    def __init__(self, typed: str, role: str, station: Station) -> None:
        self.typed, self.role, self.station = typed.strip()[: parsing.LONGEST], role, station

    def may(self, action: str) -> bool:
        return action in ACTIONS and self.role in ACTIONS[action].roles

    def items(self) -> list[Item]:
        """At most twelve, the surest first."""
        found = [*self.orders(), *self.matters(), *self.reports(), *self.pages(), *self.places()]
        first: dict[str, Item] = {}
        for item in found:
            first.setdefault(item.url, item)
        return list(first.values())[:MOST]

    # Matters

    def orders(self) -> Iterator[Item]:
        order = parsing.order(self.typed)
        if order is None or not self.may("incidents.dispatch"):
            return
        for slip in self.numbered(order.where):
            if fieldwork.can_be_sent(slip.matter):
                url = f"{slip.send_url}?{urlencode({'to': ','.join(order.badges)})}"
                who = ", ".join(order.badges)
                yield Item(
                    _("Send %(who)s to %(number)s") % {"who": who, "number": slip.number},
                    url,
                    _told(slip),
                    "send",
                )

    def matters(self) -> Iterator[Item]:
        number = parsing.number(self.typed)
        if number is None or not self.may("matters.read"):
            return
        for slip in self.numbered(number):
            yield Item(f"{slip.number} · {slip.title}", slip.url, _told(slip), "file-text")

    def numbered(self, number: parsing.Number) -> list[Slip]:
        """Matters of this number, the newest year first (one query)."""
        rows = Matter.objects.filter(number=number.number, kind__in=listed_kinds())
        if number.year is not None:
            rows = rows.filter(year=number.year)
        found = rows.select_related("address__beat", "holder").only(*READ).order_by("-year")[:3]
        return slips(found, (), self.station.pack)

    # New reports

    def reports(self) -> Iterator[Item]:
        new = _address("incidents:new")
        wish = parsing.wish(self.typed)
        if not new or not self.may("incidents.take_at_desk") or parsing.number(self.typed):
            return
        labels = {code: str(label) for code, label, _names in fieldwork.types()}
        for code in parsing.matching(wish if wish is not None else self.typed, _types())[:6]:
            url = f"{new}?{urlencode({'code': code})}"
            yield Item(_("New report: %s") % labels[code], url, "", "plus")

    # Pages and places

    def pages(self) -> Iterator[Item]:
        lines = menu.lines(self.role, "")
        fitting = set(parsing.matching(self.typed, _pages())) if self.typed else {line.key for line in lines}
        yield from (Item(str(line.label), line.url, "", line.icon) for line in lines if line.key in fitting)

    def places(self) -> Iterator[Item]:
        if len(self.typed) < SHORTEST_ADDRESS or parsing.number(self.typed) or not self.may("matters.read"):
            return
        every = _address("desk:matters")
        for address in premises.search(self.typed, 4):
            yield Item(
                str(address), f"{every}?{urlencode({'q': str(address)})}", _("What happened here"), "map-pin"
            )


def _told(slip: Slip) -> str:
    return " · ".join(filter(None, (slip.title, slip.place, str(slip.state.label))))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


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


def answer(typed: str, role: str, station: Station) -> dict[str, Any]:
    """The bar's answer as JSON values."""
    return {"items": [asdict(item) for item in Asked(typed, role, station).items()]}
