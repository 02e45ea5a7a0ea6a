"""Send somebody from the board or the command bar: one form, everybody on duty, checked by the duty itself."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.desk.board import fieldwork, slips
from koban.desk.board.slips import Slip
from koban.desk.board.units import Unit, units
from koban.kernel.access.edge import said_by
from koban.kernel.access.models import Post
from koban.kernel.access.once import once
from koban.kernel.access.who import Request, here
from koban.lib.errors import Absent, Refused
from koban.matters.models import Matter


class SendForm(forms.Form):
    """Who goes. Everybody on duty can be chosen; whether they may go together is the duty's rule."""

    posts = forms.MultipleChoiceField(
        label=_("Who goes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who goes.")},
    )

    def __init__(self, told: Any, team: list[Unit], **more: Any) -> None:
        super().__init__(told, **more)
        self.team = {str(unit.post.pk): unit for unit in team if unit.post.role in fieldwork.SENT}
        self.fields["posts"].choices = [  # type: ignore[attr-defined]
            (key, f"{unit.label} · {unit.role} · {unit.look.label}") for key, unit in self.team.items()
        ]

    def chosen(self) -> list[Post]:
        return [self.team[key].post for key in self.cleaned_data["posts"]]


@once
def send(request: Request, year: int, number: int) -> HttpResponse:
    """Show who could go; on POST send them and go to the board. `?to=003` ticks badges beforehand."""
    at, slip = timezone.now(), _slip(year, number, here(request).pack)
    form = _form(request, units([*_busy(slip.pack), slip], at))
    if request.method == "POST" and form.is_valid():
        with said_by(form):
            fieldwork.send(slip.matter, form.chosen(), by=request.actor, at=at)
        if not form.errors:
            return redirect("desk:board")
    status = 422 if form.is_bound else 200
    return render(request, "desk/board/send.html", {"slip": slip, "form": form, "now": at}, status=status)


def _slip(year: int, number: int, pack: str) -> Slip:
    matter = Matter.objects.filter(year=year, number=number).only("pk").first()
    found = slips.read([matter.pk], pack) if matter else []
    if not found:
        raise Absent
    if not fieldwork.can_be_sent(found[0].matter):
        raise Refused(_("Nobody can be sent to this in its state."))
    return found[0]


def _busy(pack: str) -> list[Slip]:
    rows = fieldwork.running()
    return slips.read({row.matter_id for row in rows}, pack) if rows else []


def _form(request: Request, team: list[Unit]) -> SendForm:
    if request.method == "POST":
        return SendForm(request.POST, team)
    badges = request.GET.get("to", "").split(",")
    ticked = [str(unit.post.pk) for unit in team if unit.post.badge and unit.post.badge in badges]
    return SendForm(None, team, initial={"posts": ticked})
