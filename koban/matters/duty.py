"""What a duty says about itself. A duty is a folder with a `duty.py`; nothing else knows its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from koban.kernel import stations
from koban.kernel.flow import Flow
from koban.lib.errors import Absent

if TYPE_CHECKING:
    from koban.matters.models import Matter


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line in the menu of the desk. action: shown to roles that may; icon: a symbol of the sprite.

    group: the part of the menu it stands in: now, work, registers, office. order: within the part.
    """

    label: Any
    url_name: str
    icon: str
    action: str
    order: int = 50
    group: str = "work"


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A door on a resident's own pages. url_name: of an address with the office's code.

    count: how many things of this person stand behind it now, by handle and instant; None where no number helps.
    """

    label: Any
    hint: Any
    url_name: str
    icon: str
    order: int = 50
    count: Callable[[UUID, datetime], int] | None = None


@dataclass(frozen=True)
class Duty:
    """One kind of work.

    sentences: verb of a ledger page -> what the timeline says, a lazy translation with %(name)s from the page's facts.
    type_label: code of a type -> its label in the reader's language.
    receive: opens this duty's matter for a referral; None where the duty takes none.
    facts: name of a fact of its pages -> what a value of it is called; a name without one is shown as it stands.
    url: where a matter of this kind is shown to the team.
    listed: whether its matters stand in lists and counts of the office.
    sends: whether somebody is sent to its matters at once: those, and no others, stand on the live board.
    opens: the fields of a person's file that work of this kind needs; whoever holds such a matter may look at these.
    own: doors on a resident's own pages.
    begins: label, url name (of the source matter) and action of a page that begins this duty's work for a person of any
    matter in hand.
    forms: form_id -> what this duty does with a submission of that form once it is complete: `take(submission, *, by, at)`
    in the same transaction, once for each submission (koban/matters/forms/README.md).
    """

    key: str
    label: Any
    flow: Flow
    url: Callable[["Matter"], str]
    type_label: Callable[[str], Any]
    sentences: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    menu: tuple[MenuItem, ...] = ()
    receive: Callable[..., "Matter"] | None = None
    retention: str = ""
    listed: bool = True
    sends: bool = False
    opens: frozenset[str] = frozenset()
    own: tuple[OwnPage, ...] = ()
    begins: tuple[Any, str, str] | None = None
    forms: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def all_duties() -> Mapping[str, Duty]:
    """Every duty of this house by its key, in the order of their folders."""
    rooms = [app for app in settings.INSTALLED_APPS if app.startswith("koban.duties.")]
    duties: list[Duty] = [import_module(f"{room}.duty").DUTY for room in rooms]
    return {duty.key: duty for duty in duties}


def address(matter: "Matter") -> str:
    """Where the matter is shown; for whoever reads several stations it also says of which one it is."""
    return of_station(duty(matter.kind).url(matter), matter)


def of_station(url: str, matter: "Matter") -> str:
    """An address that hangs on a matter, with the station of the matter where that is not the own one."""
    return url if is_ours(matter) else f"{url}?at={matter.station_id}"


def is_ours(matter: "Matter") -> bool:
    """Whether the running work may change the matter: it belongs to its own station. Others are only read."""
    return bool(matter.station_id == stations.current().home)


def duty(key: str) -> Duty:
    """The duty of this key. Raises Absent where this house has none."""
    try:
        return all_duties()[key]
    except KeyError:
        raise Absent from None
