"""The standard answers beside the form: a press fills the words in, in the resident's language, to be read and changed."""

from typing import Any

from django import forms

from koban.duties.incidents import answers
from koban.kernel.stations.models import Station
from koban.matters.models import Matter


def fill(form: forms.Form, matter: Matter, station: Station, key: str) -> dict[str, Any]:
    """Put the standard answer `key` into an empty form; what the page needs to offer them all."""
    offered = answers.offered(matter.type)
    chosen = next((one for one in offered if one.key == key), None)
    if chosen and not form.is_bound:
        form.initial = {"outcome": chosen.outcome, "text": _said(chosen, matter, station)}
    return {"standards": offered, "chosen": chosen.key if chosen else ""}


def _said(chosen: answers.Standard, matter: Matter, station: Station) -> str:
    chinese = matter.language.startswith("zh")
    office = station.name if chinese else station.name_en or station.name
    return chosen.filled(matter.language, number=matter.printed, office=office, phone=station.phone)
