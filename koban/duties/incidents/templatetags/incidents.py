"""What the pages of incidents say in the reader's language: `{% load incidents %}`."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents import step_forms as forms
from koban.duties.incidents.flow import FLOW
from koban.duties.incidents.forms import CATEGORIES
from koban.duties.incidents.types import CATALOGUE
from koban.kernel.flow import State, spoken
from koban.lib.sentence import Sentence, Words
from koban.matters.duty import address, is_ours, of_station
from koban.matters.models import Link, Matter, Note
from koban.matters.timeline import Entry

register = template.Library()

UNITS = {
    "sent": _("sent"),
    "accepted": _("on the way"),
    "on_scene": _("on scene"),
    "freed": _("free"),
}
TERMS = {
    "dispatch": _("send by"),
    "arrive": _("there by"),
    "answer": _("answer by"),
    "reply": _("reply by"),
    "refer_out": _("confirmed by"),
    "call_back": _("call back by"),
}
REFERRALS = {"sent": _("sent"), "received": _("received"), "refused": _("refused"), "done": _("done")}
ICONS = {
    "open": "bell", "triage": "list-check", "retriage": "list-check", "dispatch": "send", "reinforce": "send",
    "accept": "walk", "arrive": "map-pin", "also_there": "map-pin", "free": "user-check", "answer": "message",
    "log": "clipboard-list", "write_out": "message-circle", "refer_out": "arrow-forward-up", "close": "circle-check",
    "reopen": "rotate", "call_back": "phone", "merge": "arrow-merge", "look": "eye", "note": "note",
}  # fmt: skip


@register.filter
def said(words: Sentence | Words) -> str:
    """A sentence of the rules, or words of the catalogue, in the reader's language."""
    return str(spoken(words))


@register.simple_tag
def type_label(code: str) -> str:
    return str(spoken(CATALOGUE[code].name)) if code in CATALOGUE else code


@register.simple_tag
def body_label(key: str) -> str:
    return str(spoken(CATALOGUE.bodies[key].name)) if key in CATALOGUE.bodies else key


@register.filter
def flow_state(key: str) -> State:
    """The state of this key, for `{% state … %}`."""
    return FLOW.state(key)


@register.simple_tag
def unit_state(key: str) -> Any:
    return UNITS.get(key, key)


@register.simple_tag
def term_label(key: str) -> Any:
    return TERMS.get(key, "")


@register.simple_tag
def referral_status(key: str) -> Any:
    return REFERRALS.get(key, key)


@register.simple_tag
def act_label(key: str) -> Any:
    return forms.ACTS.get(key, key)


@register.simple_tag
def item_label(matter: Matter, key: str) -> Any:
    """The words of a checklist item; its key where the list no longer has it."""
    items = CATALOGUE.checklist(matter.type).items if matter.type in CATALOGUE else ()
    return next((spoken(item.words) for item in items if item.key == key), key)


@register.simple_tag
def category_label(key: str) -> Any:
    return CATEGORIES.get(key, key)


@register.simple_tag
def resident_notes(notes: Iterable[Note]) -> list[Note]:
    """What went to the resident and came from them, the newest first."""
    return [note for note in reversed(list(notes)) if note.direction != Note.Direction.INSIDE]


@register.simple_tag
def other_end(link: Link, matter: Matter) -> Any:
    return link.target if link.source_id == matter.pk else link.source


@register.filter
def matter_url(matter: Matter) -> str:
    return address(matter)


@register.filter
def ours(matter: Matter) -> bool:
    """Whether it can be changed from here; a matter of a station below is only read."""
    return is_ours(matter)


@register.filter
def of(url: str, matter: Matter) -> str:
    """An address that hangs on the matter, also for whoever reads it from above."""
    return of_station(url, matter)


@register.simple_tag
def steps_of(entries: Iterable[Entry], is_handed_over: bool = False) -> list[SimpleNamespace]:
    """The timeline as the design system draws it; after hand-over without anybody's words."""
    return [
        SimpleNamespace(
            at=entry.at, sentence=entry.sentence, by=entry.actor, detail="" if is_handed_over else entry.words,
            icon=ICONS.get(entry.verb.rpartition(".")[2], "circle-dot"),
        )
        for entry in entries
    ]  # fmt: skip


@register.simple_tag
def incident_files(matter: Matter, files: Iterable[Any]) -> list[dict[str, Any]]:
    """Attachments with the addresses at which this incident hands them out."""
    return [_file(matter, row) for row in files]


def _file(matter: Matter, row: Any) -> dict[str, Any]:
    def at(form: str) -> str:
        return of_station(reverse("incidents:file", args=[matter.year, matter.number, row.pk, form]), matter)

    ready = row.state == row.State.VIEWABLE
    shown = {"url": at("view"), "name": row.get_kind_display(), "size": row.size, "sha256": row.sha256}
    return shown | ({"thumb": at("thumb")} if ready and row.kind == "photo" else {})


TYPE_ICONS = {
    "noise": "volume", "dispute": "message-report", "domestic_violence": "hand-stop", "theft": "wallet",
    "fraud": "phone-call", "burglary": "door", "robbery": "alert-triangle", "assault": "hand-stop", "traffic": "car-crash",
    "fire": "flame", "gas": "alarm", "flood": "droplet", "missing_person": "user-search", "lost_property": "search",
    "found_property": "package", "medical": "first-aid-kit", "self_harm": "heart-handshake", "public_space": "ban",
    "facility": "bulb", "suspicious": "eye", "animal": "paw", "sos": "sos", "advice": "help-circle",
}  # fmt: skip


@register.filter
def type_icon(code: str) -> str:
    """The drawing that stands for a type."""
    return TYPE_ICONS.get(code, "circle-dot")
