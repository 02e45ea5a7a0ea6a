"""Two people at one sheet: whoever comes second sees both versions and decides; what they typed stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.matters.models import Matter

CHANGED = _("Somebody changed this while you were writing. Look at both; sending again stores yours.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what was typed, and what stands on the sheet now."""

    label: Any
    yours: str
    stands: str

    @property
    def differs(self) -> bool:
        return self.yours != self.stands


def compared(typed: forms.Form, standing: forms.Form) -> list[Difference]:
    """Both versions, field by field. standing: the same form filled from the sheet as it is now."""
    return [
        Difference(
            field.label,
            _said(field, field.value()),
            _said(standing[field.name], standing[field.name].value()),
        )
        for field in typed.visible_fields()
        if field.name in standing.fields
    ]


def again(typed: forms.Form, now: Matter) -> None:
    """Let the form be sent once more, over the version that stands now."""
    data = typed.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = str(now.version)
    typed.data = data
    typed.add_error(None, CHANGED)


def _said(field: forms.BoundField, value: Any) -> str:
    choices = getattr(field.field, "choices", None)
    labels = _flat(choices) if choices else {}
    return str(labels.get(str(value), "" if value is None else value))


def _flat(choices: Iterable[Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, label in choices:
        found |= _flat(label) if isinstance(label, list | tuple) else {str(key): label}
    return found
