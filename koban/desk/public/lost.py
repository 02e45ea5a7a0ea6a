"""Lost and found: look for what was handed in, tell what is missing, tell what was found."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from koban.desk.public import sending
from koban.desk.public.contact import ContactFields
from koban.desk.public.front import office_of, show
from koban.desk.public.language import speak
from koban.desk.public.places import PlaceFields
from koban.desk.public.report import MINUTES, posts
from koban.duties.incidents import things
from koban.duties.incidents.forms import CATEGORIES
from koban.duties.incidents.intake import Report
from koban.duties.incidents.models import Thing
from koban.kernel.access.edge import said_by
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told, day_input
from koban.lib.errors import Absent

WAYS = {"lost": "lost_property", "found": "found_property"}
MOST = 60
DAY = day_input()


class SearchForm(forms.Form):
    """Only what and when: whoever owns a thing can say the rest."""

    category = forms.ChoiceField(
        label=_("Kind of thing"), required=False, choices=[("", _("everything")), *CATEGORIES.items()]
    )
    since = forms.DateField(
        label=_("Found since"), required=False, widget=DAY, error_messages={"invalid": _("Choose a day.")}
    )


class ThingForm(PlaceFields, ContactFields):
    category = forms.ChoiceField(
        label=_("What is it?"), choices=list(CATEGORIES.items()),
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")},
    )  # fmt: skip
    on = forms.DateField(
        label=_("On which day?"), widget=DAY,
        error_messages={"required": _("Choose the day."), "invalid": _("Choose the day.")},
    )  # fmt: skip
    description = Told(
        label=_("What does it look like?"), limit=400, lines=True, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what it looks like; a few words are enough.")},
    )  # fmt: skip
    field_order = (
        "category", "on", "description", "place", "address", "lon", "lat",
        "reply_by", "name", "phone", "email",
    )  # fmt: skip

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["wants_secrecy"]
        place, told = self.fields["place"], self.fields["description"]
        place.label = _("Where did you lose it?") if way == "lost" else _("Where did you find it?")
        told.help_text = (
            _("Colour, brand, what is inside. It is not shown to anybody: so nobody else can claim it.")
            if way == "lost"
            else _(
                "Leave out what only its owner can know, such as names or numbers; tell us that at the desk."
            )
        )
        self.sections = [
            (_("The thing"), ["category", "on", "description", "place"]),
            (_("How we reach you"), ["reply_by", "name", "phone", "email"]),
        ]


@require_safe
def found_here(request: Request) -> HttpResponse:
    form = SearchForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    rows = Thing.objects.filter(way=Thing.Way.FOUND, ended_at=None)
    if told.get("category"):
        rows = rows.filter(category=told["category"])
    if told.get("since"):
        rows = rows.filter(on__gte=told["since"])
    # The day, the kind and whether it is here: the description, the place and the finder stay with the office.
    shown = rows.order_by("-on", "-id").values("category", "on", "state", "keep_until")[: MOST + 1]
    found = [row | {"label": CATEGORIES.get(row["category"], row["category"])} for row in shown]
    context = {"form": form, "found": found[:MOST], "more": len(found) > MOST, "searched": bool(request.GET)}
    return show(request, "desk/public/lost.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: Request, way: str) -> HttpResponseBase:
    if way not in WAYS:
        raise Absent
    if request.method != "POST":
        return _form(request, way, ThingForm(way=way, initial=_asked(request)))
    if spoken := speak(request):
        return spoken(_form(request, way, ThingForm(way=way, initial=request.POST.dict())))
    throttle("public.report", source(request), limit=posts(), minutes=MINUTES)
    return _store(request, way)


def _asked(request: Request) -> dict[str, str]:
    """ "This may be mine" brings kind and day along."""
    return {name: request.GET[name] for name in ("category", "on") if name in request.GET}


@once
def _store(request: Request, way: str) -> HttpResponse:
    form = ThingForm(request.POST, way=way)
    if form.is_valid():
        told, at, station = form.cleaned_data, timezone.now(), office_of(request)
        summary = str(CATEGORIES[told["category"]])
        language = translation.get_language() or "en"
        report = Report(WAYS[way], "public", summary, form.found_place(), form.reporter(), language=language)
        with said_by(form):
            taken = sending.take(report, [], by=request.actor, at=at, station=station, request=request)
            things.record(
                taken.matter, way, told["category"], told["description"], told["on"],
                by=request.actor, at=at, station=station,
            )  # fmt: skip
            return sending.receipt(request, taken.matter.printed, taken.secret, kind=way)
    return _form(request, way, form)


def _form(request: Request, way: str, form: ThingForm) -> HttpResponse:
    context = {"form": form, "way": way}
    return show(request, "desk/public/thing.html", context, status=422 if form.errors else 200)
