"""What each step does with its form: the bridge from what was typed to the action."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from koban.duties.mediation import actions, performing, protecting, sitting, taking
from koban.duties.mediation.models import Mediation, Performance, Side
from koban.duties.mediation.sitting import Came, Sitting
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent

Act = Callable[[Request, Mediation, Any], object]


def at(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def all_of(request: Request) -> dict[str, Any]:
    return {**at(request), "station": here(request)}


def side_of(mediation: Mediation, letter: str) -> Side:
    """Raises Absent for a letter that is no side."""
    row: Side | None = (
        Side.objects.filter(mediation=mediation, letter=letter).select_related("mediation__matter").first()
    )
    if row is None:
        raise Absent
    return row


def owed_of(mediation: Mediation, number: int) -> Performance:
    """A performance of the latest agreement. Raises Absent."""
    rows = Performance.objects.filter(agreement__mediation=mediation, number=number)
    row: Performance | None = (
        rows.select_related("agreement__mediation__matter").order_by("-agreement__agreed_on").first()
    )
    if row is None:
        raise Absent
    return row


def facts(request: Request, mediation: Mediation, form: Any) -> None:
    taking.set_facts(mediation, form.facts(), **all_of(request))


def evidence(request: Request, mediation: Mediation, form: Any) -> None:
    taking.write_evidence(mediation, form.cleaned_data["kind"], form.cleaned_data["words"], **at(request))


def decide(request: Request, mediation: Mediation, form: Any) -> None:
    actions.decide(mediation, **all_of(request))


def begin(request: Request, mediation: Mediation, form: Any) -> None:
    actions.begin(mediation, **all_of(request))


def people(request: Request, mediation: Mediation, form: Any) -> None:
    actions.send_to_people(mediation, form.cleaned_data["committee"], **at(request))


def tell(request: Request, mediation: Mediation, form: Any) -> None:
    actions.tell(mediation, **at(request))


def session(request: Request, mediation: Mediation, form: Any) -> None:
    data = form.cleaned_data
    a, b = (_came(data, letter) for letter in "ab")
    told = {
        name: data[name]
        for name in ("minutes", "relation", "is_recorded", "place", "guest", "guests", "ground")
    }
    sitting.hold(mediation, Sitting(**told, officers=int(data["officers"]), a=a, b=b), **all_of(request))


def _came(data: dict[str, Any], letter: str) -> Came:
    return Came(*(data[f"{letter}_{name}"] for name in ("there", "sends", "guardian", "interpreter")))


def propose(request: Request, mediation: Mediation, form: Any) -> None:
    data = form.cleaned_data
    sitting.propose(mediation, data["by_whom"], data["en"], data["zh"], **at(request))


def agree(request: Request, mediation: Mediation, form: Any) -> None:
    sitting.agree(mediation, form.content("session"), form.owed(), **all_of(request))


def spot(request: Request, mediation: Mediation, form: Any) -> None:
    sitting.settle_there(mediation, form.spot(), form.content("spot"), form.owed(), **all_of(request))


def recognise(request: Request, mediation: Mediation, form: Any) -> None:
    told = {**all_of(request), "reason": form.cleaned_data["reason"]}
    performing.recognise(mediation, form.settlement(), form.content("settlement"), form.owed(), **told)


def fail(request: Request, mediation: Mediation, form: Any) -> None:
    sitting.fail(mediation, reason=form.cleaned_data["reason"], **all_of(request))


def broken(request: Request, mediation: Mediation, form: Any) -> None:
    performing.break_(mediation, **all_of(request))


def court(request: Request, mediation: Mediation, form: Any) -> None:
    data, agreement = form.cleaned_data, performing.running_agreement(mediation)
    told = {**all_of(request), "both": data["both"]}
    performing.asked_court(agreement, data["about"], data["on"], data["number"], **told)


def hand_on(request: Request, mediation: Mediation, form: Any) -> None:
    actions.hand_on(mediation, form.cleaned_data["number"], reason=form.cleaned_data["reason"], **at(request))


def warn(request: Request, mediation: Mediation, form: Any) -> None:
    data = form.cleaned_data
    protecting.warn(mediation, data["facts"], identity=data["identity"], ban=data["ban"], **all_of(request))


def protect(request: Request, mediation: Mediation, form: Any) -> None:
    protecting.did(mediation, form.cleaned_data["key"], form.cleaned_data["words"], **at(request))


def follow_up(request: Request, mediation: Mediation, form: Any) -> None:
    data = form.cleaned_data
    performing.follow_up(mediation, data["key"], data["found"], data["words"], **at(request))


def close(request: Request, mediation: Mediation, form: Any) -> None:
    performing.close(mediation, **at(request))


def reopen(request: Request, mediation: Mediation, form: Any) -> None:
    actions.reopen(mediation, reason=form.cleaned_data["reason"], **at(request))
