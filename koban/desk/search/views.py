"""The answer of the command bar, and the same as a page for whoever has no script."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from koban.desk.search import parsing
from koban.desk.search.commands import answer, pages
from koban.desk.search.things import Asked
from koban.kernel.access.who import Request, here
from koban.kernel.flow.fields import Told

OF_EACH = 12


class SearchForm(forms.Form):
    q = Told(
        label=_("Search"), limit=parsing.LONGEST, required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("An address, a unit, a number on a lamp, the number of a matter or of a paper."),
    )  # fmt: skip


@require_safe
def commands(request: Request) -> JsonResponse:
    """`?q=` as typed so far; `{"items": [{"title", "url", "hint", "icon"}]}`."""
    told = JsonResponse(answer(request.GET.get("q", ""), request.actor, here(request)))
    told["Cache-Control"] = "no-store"
    return told


@require_safe
def search(request: Request) -> HttpResponse:
    """Everything that is found, in groups; a person is looked for in a matter, and nowhere else."""
    form = SearchForm(request.GET)
    typed = form.cleaned_data.get("q", "") if form.is_valid() else ""
    asked = Asked(typed, request.actor, here(request), OF_EACH)
    shown = {
        "form": form, "typed": typed, "groups": asked.groups(), "happened": list(asked.happened()),
        "pages": pages(typed, request.actor, here(request)), "people": list(asked.people()),
    }  # fmt: skip
    response = render(request, "desk/search.html", shown)
    response["Cache-Control"] = "no-store"
    return response
