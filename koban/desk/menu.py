"""The menu of the desk: what the rooms of this house offer, as far as the role may."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import ACTIONS
from koban.matters.duty import MenuItem, all_duties

# What no duty brings along. A room that is not in this house has no address, and then no line.
ITEMS = (
    MenuItem(_("Today"), "desk:today", "home", "desk.today", 0, "now"),
    MenuItem(_("Board"), "desk:board", "layout-dashboard", "events.read", 10, "now"),
    MenuItem(_("All matters"), "desk:matters", "layout-list", "matters.read", 90, "work"),
    MenuItem(_("Notice board"), "desk:bulletins", "news", "desk.notices", 60, "office"),
    MenuItem(_("Codes for doors"), "desk:plates", "qrcode", "premises.read", 65, "registers"),
    MenuItem(_("Forms"), "forms:list", "checklist", "forms.read", 64),
    MenuItem(_("Documents"), "documents:papers", "file-text", "documents.read", 66),
    MenuItem(
        _("Certificates"), "documents:certificates", "certificate", "documents.certificates", 68, "registers"
    ),
    MenuItem(
        _("Register of places"), "premises:list", "building-community", "premises.read", 40, "registers"
    ),
    MenuItem(_("Imports"), "importing:list", "upload", "importing.read", 70, "office"),
    MenuItem(_("Phones of the shift"), "field:phones", "device-mobile", "field.phones", 55, "now"),
    MenuItem(_("Roster"), "roster:now", "calendar-week", "roster.read", 50, "now"),
    MenuItem(_("Looks that stand out"), "desk:look_alarms", "eye", "residents.see_alarm", 75, "office"),
    MenuItem(_("Ledger"), "desk:ledger", "book", "ledger.read", 80, "office"),
    MenuItem(_("Background work"), "jobs:list", "server", "jobs.read", 90, "office"),
)


# The parts of the menu, in their order; what names none of them stands with the work.
GROUPS = {"now": _("Now"), "work": _("Work"), "registers": _("Registers"), "office": _("The office")}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the layout draws it."""

    label: Any
    url: str
    icon: str
    key: str
    active: bool = False
    group: Any = ""


def items_for(role: str) -> list[MenuItem]:
    """Every item that `role` may use, in the order of the menu."""
    offered = [*ITEMS, *(item for duty in all_duties().values() for item in duty.menu)]
    allowed = [item for item in offered if item.action in ACTIONS and role in ACTIONS[item.action].roles]
    places = list(GROUPS)
    return sorted(allowed, key=lambda item: (places.index(item.group), item.order))


def lines(role: str, path: str) -> list[Line]:
    """The menu of `role` with the line of the page at `path` marked."""
    found = [(item, address(item)) for item in items_for(role)]
    here = _here(path, [url for _item, url in found if url])
    return [
        Line(item.label, url, item.icon, item.url_name, url == here, GROUPS[item.group])
        for item, url in found
        if url
    ]


def address(item: MenuItem) -> str:
    """Where the item leads, "" where this house does not have the room."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _here(path: str, urls: Iterable[str]) -> str:
    """The longest address that `path` stands under; `/desk/` is the start page and stands for itself alone."""
    under = [url for url in urls if path == url or (path.startswith(url) and url != "/desk/")]
    return max(under, key=len, default="")
