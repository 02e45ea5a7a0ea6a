"""At the desk: whether the register knows somebody already, before anything is typed twice.

A look needs an open matter in hand, so the first question begins one; it becomes the declaration or the application.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.duties.permits.actions import beginning
from koban.duties.permits.forms.people import COUNT, MOST_PEOPLE, PersonForm, typed
from koban.kernel.access.once import once
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent
from koban.matters import looks
from koban.matters.models import Matter
from koban.registers.residents import queries as register
from koban.registers.residents import words

LOOK, CHOOSE, CHOSEN = "look", "choose", "chosen"
OPENED = ("name", "birth_on", "sex", "id_kind", "id_number", "phone", "origin")
BY_WHAT = _("Write the number of the document, or the name and the birth date.")


@dataclass
class Known:
    """What the register said. place: of the form whose person was looked for; chosen: who of the register is meant."""

    matter: Matter | None = None
    place: int | None = None
    found: list[Any] = field(default_factory=list)
    chosen: list[UUID] = field(default_factory=list)
    values: dict[UUID, dict[str, str]] = field(default_factory=dict)
    mistake: Any = ""

    def shown(self) -> Iterable[tuple[UUID, list[tuple[Any, Any]]]]:
        """Each chosen one with what was opened of them just now."""
        for who in self.chosen:
            told = self.values.get(who, {})
            yield (
                who,
                [(words.FIELDS[name], words.shown(name, told[name])) for name in OPENED if told.get(name)],
            )

    @property
    def opened(self) -> dict[str, str]:
        """The values of whoever was chosen just now."""
        return next(iter(self.values.values()), {})


@once
def begin(request: Request, type: str) -> HttpResponse:
    """Open the matter, and send the same form on to its page."""
    matter = beginning.begin(type, by=request.actor, at=timezone.now(), station=here(request))
    response = HttpResponseRedirect(reverse("permits:fill", args=[matter.year, matter.number]))
    response.status_code = 307  # what was typed goes along in the body, and never into an address
    return response


def asks(request: Request) -> bool:
    return request.method == "POST" and (LOOK in request.POST or CHOOSE in request.POST)


def known(request: Request, matter: Matter | None) -> Known:
    """Ask the register what the page asks. Not inside a transaction."""
    told = Known(matter, chosen=ids(request.POST.getlist(CHOSEN)))
    if matter is None or not asks(request):
        return told
    if LOOK in request.POST:
        _find(request, matter, told)
    else:
        _choose(request, matter, told)
    return told


def _find(request: Request, matter: Matter, told: Known) -> None:
    told.place = _place(request.POST[LOOK])
    form = PersonForm(prefix=f"p{told.place}", data=request.POST, at_desk=True)
    form.is_valid()
    number, name = str(form["id_number"].value() or "").strip(), str(form["name"].value() or "").strip()
    born = form.cleaned_data.get("born_on")
    if not number and not (name and born):
        told.mistake = BY_WHAT
        return
    more = {"born": born.isoformat()} if born and not number else {}
    found = looks.find_person(matter, number or name, by=request.actor, at=timezone.now(), **more)
    told.found = [one for one in found if one.person.pk not in told.chosen]


def _choose(request: Request, matter: Matter, told: Known) -> None:
    place, _colon, who = request.POST[CHOOSE].partition(":")
    told.place, one = _place(place), ids([who])[0]
    told.values = looks.look_person(matter, [one], OPENED, by=request.actor, at=timezone.now())
    told.chosen = list(dict.fromkeys([*told.chosen, one]))


def _place(told: str) -> int:
    if not (told.isascii() and told.isdigit() and int(told) < MOST_PEOPLE):
        raise Absent
    return int(told)


def ids(told: Iterable[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(one) for one in told))[:MOST_PEOPLE]
    except ValueError:
        raise Absent from None


def belonging(matter: Matter | None, told: Iterable[UUID]) -> list[UUID]:
    """Those who were chosen: each must have been shown in this matter. Raises Absent."""
    if matter is None:
        return []
    return [looks.belongs(matter, who, at=timezone.now()) for who in told]


def without(data: dict[str, Any], place: int) -> dict[str, Any]:
    """The typed people without the one who turned out to be known; those behind move up."""
    count = int(data[COUNT]) if str(data.get(COUNT, "")).isdigit() else 1
    left = [typed(data, n) for n in range(min(count, MOST_PEOPLE)) if n != place]
    rest = {name: value for name, value in data.items() if not name.startswith("p") or "-" not in name}
    moved = {f"p{n}-{name}": value for n, one in enumerate(left) for name, value in one.items()}
    return {**rest, **moved, COUNT: str(len(left))}


def home_of(who: UUID) -> Any:
    """Where the register has them living now, or None."""
    return register.current_home(register.person(who), timezone.localdate())
