"""Facts that fill a template: of the office, of the matter, and what a duty adds in its own `letter_facts.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from koban.kernel.stations.models import Station
from koban.matters.documents.letters import Letter
from koban.matters.duty import duty
from koban.matters.models import Matter, Note


@dataclass(frozen=True, slots=True)
class Around:
    """What a fact is read from. matter: None for a paper that belongs to none."""

    station: Station
    matter: Matter | None
    at: datetime

    def day(self, at: datetime) -> str:
        return str(date_format(at.astimezone(ZoneInfo(self.station.tz)), "DATE_FORMAT"))


Fact = Callable[[Around], Any]


def _contact(around: Around) -> str:
    station, chinese = around.station, (translation.get_language() or "").startswith("zh")
    address = station.address if chinese else station.address_en or station.address
    return ("，" if chinese else ", ").join(part for part in (station.label, address, station.phone) if part)


def _of_matter(read: Callable[[Matter, Around], Any]) -> Fact:
    return lambda around: read(around.matter, around) if around.matter else ""


def _about(matter: Matter, _around: Around) -> str:
    """Kind and place in one."""
    comma = "，" if (translation.get_language() or "").startswith("zh") else ", "
    kind = str(duty(matter.kind).type_label(matter.type))
    return comma.join(part for part in (kind, matter.place) if part)


def _answer(matter: Matter, _around: Around) -> str:
    found = Note.objects.filter(matter=matter, purpose="answer").order_by("-at").first()
    return found.text if found else ""


def _things(matter: Matter, around: Around) -> Any:
    """What the duty of the matter kept, where it says so."""
    own = of_duties().get(f"{matter.kind}.things")
    return own(around) if own else []


FACTS: dict[str, Fact] = {
    "office.name": lambda around: around.station.label,
    "office.contact": _contact,
    "today": lambda around: around.day(around.at),
    "matter.number": _of_matter(lambda matter, _around: matter.printed),
    "matter.opened": _of_matter(lambda matter, around: around.day(matter.opened_at)),
    "matter.kind": _of_matter(lambda matter, _around: str(duty(matter.kind).type_label(matter.type))),
    "matter.about": _of_matter(_about),
    "matter.place": _of_matter(lambda matter, _around: matter.place),
    "matter.answer": _of_matter(_answer),
    "matter.things": _of_matter(_things),
}


@lru_cache(maxsize=1)
def of_duties() -> Mapping[str, Fact]:
    """Facts that duties add, as `incidents.things`."""
    rooms = [app for app in settings.INSTALLED_APPS if app.startswith("koban.duties.")]
    found: dict[str, Fact] = {}
    for room in rooms:
        if find_spec(f"{room}.letter_facts"):
            told = import_module(f"{room}.letter_facts").FACTS
            found |= {f"{room.rpartition('.')[2]}.{key}": fact for key, fact in told.items()}
    return found


def facts_for(
    letter: Letter, station: Station, matter: Matter | None, *, language: str, at: datetime
) -> dict[str, Any]:
    """Field -> value, for every field of the template that a fact fills. Raises LookupError for an unknown fact."""
    known, around = {**FACTS, **of_duties()}, Around(station, matter, at)
    with translation.override(language):
        return {blank.key: known[blank.source](around) for blank in letter.blanks if blank.source}
