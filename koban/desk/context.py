"""What every page of the house may ask for. Nothing is computed before a template asks."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from koban.desk import menu
from koban.kernel.access.roles import ROLES


def desk(request: HttpRequest) -> dict[str, Any]:
    """`menu`, `role_label`, `station_name` and `office_name`; the sign at the door is the public pages' own."""
    station, actor = getattr(request, "station", None), getattr(request, "actor", None)
    role = ROLES.get(actor.role) if actor else None
    name = station.label if station else ""
    return {
        "menu": SimpleLazyObject(lambda: menu.lines(role.key, request.path) if role else []),
        "role_label": role.label if role else "",
        "station_name": name,
        "office_name": name,
    }
