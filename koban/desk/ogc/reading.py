"""A place as a page says it, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koban.registers.premises.models import Asset


@dataclass(frozen=True, slots=True)
class Place:
    """address, kind, state: "" where the layer has none."""

    id: Any
    name: str
    kind: str
    address: str
    state: str

    @classmethod
    def of(cls, feature: Mapping[str, Any]) -> Self:
        told = feature["properties"]
        kind = told.get("kind_name", "")
        name = _read(told, "name") or told.get("code") or kind or _("Without a name")
        state = str(Asset.State(told["state"]).label) if "state" in told else ""
        return cls(feature["id"], name, kind, _read(told, "address"), state)


def _read(told: Mapping[str, Any], name: str) -> str:
    """The English form where English is read and there is one."""
    english = told.get(f"{name}_en", "")
    return str(
        told.get(name, "") if (get_language() or "").startswith("zh") else english or told.get(name, "")
    )
