"""What can be done now, by whom: the buttons of one incident, the likeliest first."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.incidents.sheet import Sheet
from koban.kernel.access.roles import may
from koban.kernel.ledger import Actor
from koban.matters.duty import is_ours


@dataclass(frozen=True, slots=True)
class Step:
    """key: name of the address. asks: whether a form is shown first. states: where it makes sense."""

    key: str
    label: Any
    icon: str
    right: str
    states: tuple[str, ...]
    asks: bool = True
    mine: bool = False  # only for somebody who is sent


WAITING = ("received", "triaged", "reopened")
AT_WORK = ("dispatched", "on_scene", "handling")
OPEN = (*WAITING, *AT_WORK)

STEPS = (
    Step("accept", _("On my way"), "walk", "incidents.attend", ("dispatched",), asks=False, mine=True),
    Step(
        "arrive",
        _("I am there"),
        "map-pin",
        "incidents.attend",
        ("dispatched", "on_scene"),
        asks=False,
        mine=True,
    ),
    Step("send", _("Send somebody"), "send", "incidents.dispatch", (*WAITING, *AT_WORK)),
    Step("log", _("Scene log"), "clipboard-list", "incidents.log", ("on_scene", "handling")),
    Step("free", _("I am free again"), "user-check", "incidents.attend", AT_WORK, asks=False, mine=True),
    Step("answer", _("Answer the resident"), "message", "incidents.answer", (*OPEN, "referred_out")),
    Step("call-back", _("Call back"), "phone", "incidents.call_back", ("answered",)),
    Step("close", _("Close"), "circle-check", "incidents.close", ("answered", "referred_out"), asks=False),
    Step("triage", _("Type and priority"), "list-check", "incidents.triage", OPEN),
    Step("handle", _("Handle from the office"), "briefcase", "incidents.attend", WAITING, asks=False),
    Step("message", _("Write to the resident"), "message-report", "incidents.answer", (*OPEN, "answered")),
    Step("note", _("Write a note"), "note", "matters.note", (*OPEN, "answered", "referred_out", "closed")),
    Step("photo", _("Photo or file"), "camera", "files.add", (*OPEN, "answered")),
    Step("refer", _("Refer out"), "arrow-forward-up", "incidents.refer_out", OPEN),
    Step("referral", _("What they said"), "history", "incidents.refer_out", ("referred_out",)),
    Step("take-back", _("Take back"), "history", "incidents.refer_out", ("referred_out",)),
    Step("stand-down", _("Stand down"), "hand-stop", "incidents.dispatch", ("dispatched",)),
    Step("where", _("Correct the place"), "map-pin", "incidents.triage", OPEN),
    Step("reword", _("Correct the words"), "edit", "incidents.triage", OPEN),
    Step("split", _("Split in two"), "arrows-split-2", "incidents.merge", OPEN),
    Step("link", _("Link another report"), "link", "incidents.merge", (*OPEN, "answered", "referred_out")),
    Step("merge", _("Merge into another"), "arrow-merge", "incidents.merge", OPEN),
    Step("thing", _("Lost or found thing"), "package", "incidents.things", OPEN),
    Step(
        "close-unanswered",
        _("Close without an answer"),
        "circle-x",
        "incidents.close_unanswered",
        (*WAITING, "on_scene", "handling"),
    ),
    Step("cancel", _("Cancel"), "ban", "incidents.cancel", (*WAITING, "dispatched")),
    Step(
        "reopen", _("Open again"), "rotate", "incidents.reopen", ("answered", "closed", "merged", "cancelled")
    ),
)
RARE = frozenset(
    {
        "where",
        "reword",
        "split",
        "link",
        "merge",
        "thing",
        "stand-down",
        "take-back",
        "close-unanswered",
        "cancel",
    }
)
BY_KEY = {step.key: step for step in STEPS}
# What somebody most likely wants next, by state; the first that they may do is the big button.
NEXT = {
    "received": ("send", "handle", "triage"),
    "triaged": ("send", "handle", "answer"),
    "reopened": ("send", "handle", "answer"),
    "dispatched": ("arrive", "accept", "send"),
    "on_scene": ("log", "arrive", "free"),
    "handling": ("answer", "log"),
    "answered": ("call-back", "close"),
    "referred_out": ("referral", "close", "answer"),
}


@dataclass(frozen=True, slots=True)
class Button:
    step: Step
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """first: the likeliest steps; more: the usual others; rare: what mends, joins and ends."""

    first: tuple[Button, ...]
    more: tuple[Button, ...]
    rare: tuple[Button, ...]


def panel(sheet: Sheet, by: Actor) -> Panel:
    """The steps that the reader may take in this state. Says nothing about the rules: those answer when asked."""
    mine = next((row for row in sheet.running if row.post_id == by.post_id), None)
    done = {"accept": mine.accepted_at, "arrive": mine.arrived_at} if mine else {}
    state, matter = sheet.matter.state, sheet.matter
    if not is_ours(matter):
        return Panel((), (), ())
    fitting = (s for s in STEPS if state in s.states and may(by.role, s.right) and not done.get(s.key))
    steps = [s for s in fitting if mine or not s.mine]
    buttons = {
        s.key: Button(s, reverse(f"incidents:{s.key}", args=[matter.year, matter.number])) for s in steps
    }
    wanted = [key for key in NEXT.get(state, ()) if key in buttons]
    first = tuple(buttons[key] for key in wanted)
    others = {key: button for key, button in buttons.items() if key not in wanted}
    more = tuple(button for key, button in others.items() if key not in RARE)
    return Panel(first, more, tuple(button for key, button in others.items() if key in RARE))
