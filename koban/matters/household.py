"""Who lives at the address of a matter, by household, now and before: handles, until somebody who holds it opens them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from koban.kernel.access.who import Request
from koban.lib.errors import Absent
from koban.matters import duty, looks
from koban.matters.views import ours
from koban.registers.residents import queries as register
from koban.registers.residents import words

HOUSEHOLD, LIVING = _("Household"), _("Living here")


@dataclass(frozen=True, slots=True)
class House:
    """People who keep house together, or those of an address who belong to no household. since: of the household."""

    since: date | None
    homes: list[Any] = field(default_factory=list)

    @property
    def title(self) -> Any:
        return HOUSEHOLD if self.since else LIVING


@require_GET
def page(request: Request, matter: UUID) -> HttpResponse:
    found = ours(matter)
    if found.address is None:
        raise Absent
    today = timezone.localdate()
    now, before = register.lived_at(found.address, today)
    opens = duty.duty(found.kind).opens
    shown = {
        "matter": found, "back": duty.address(found), "address": found.address, "houses": grouped(now), "before": before,
        "people": [home.person_id for home in now],
        "holds": found.is_open and bool(opens) and looks.holds(request.actor, found.pk),
        "opens": [label for name, label in words.FIELDS.items() if name in opens],
    }  # fmt: skip
    return render(request, "matters/household.html", shown)


def grouped(homes: list[Any]) -> list[House]:
    """By household in the order of their coming; who belongs to none comes last."""
    houses: dict[UUID | None, House] = {}
    for home in sorted(homes, key=lambda home: home.household_id is None):
        since = home.household.from_on if home.household else None
        houses.setdefault(home.household_id, House(since)).homes.append(home)
    return list(houses.values())
