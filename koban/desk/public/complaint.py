"""A complaint about the police: taken at the office's door, and past the office to the body of oversight.

Nothing of it is written in the office's scope: neither row nor page nor the key of its sending.
"""

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from koban.desk.public import sending
from koban.desk.public.fields import Phone
from koban.desk.public.front import office_of, posts_at, show
from koban.desk.public.language import speak
from koban.desk.public.report import MINUTES, posts
from koban.duties.oversight import actions as oversight
from koban.duties.oversight.door import past
from koban.duties.oversight.models import Complaint
from koban.duties.oversight.queries import body_for
from koban.kernel.access.edge import said_by
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.flow.fields import Told
from koban.kernel.stations.models import Station

WORDS = 4000


class ComplaintForm(forms.Form):
    subject = forms.ChoiceField(
        label=_("What is it about?"), choices=Complaint.Subject.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose what it is about.")},
    )  # fmt: skip
    words = Told(
        label=_("What happened?"), limit=WORDS, lines=True, widget=forms.Textarea({"rows": 6}),
        help_text=_("When, where, and what was done or left undone."),
        error_messages={"required": _("Write what happened; a few words are enough.")},
    )  # fmt: skip
    about = Told(
        label=_("Whom is it about?"), limit=200, required=False,
        help_text=_("A badge number, a name, or what the person looked like."),
    )  # fmt: skip
    is_happening_now = forms.BooleanField(label=_("It is going on right now"), required=False)
    name = Told(label=_("Name"), limit=80, required=False, widget=forms.TextInput({"autocomplete": "name"}))
    phone = Phone(label=_("Telephone"), required=False)
    email = forms.EmailField(
        label=_("E-mail"), max_length=120, required=False,
        error_messages={"invalid": _("This is not an e-mail address. It has an @ in the middle.")},
    )  # fmt: skip

    def told(self, language: str) -> oversight.Told:
        return oversight.Told(**self.cleaned_data, language=language)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: Request) -> HttpResponseBase:
    office = office_of(request)
    if request.method != "POST":
        return _form(request, ComplaintForm())
    if spoken := speak(request):
        return spoken(_form(request, ComplaintForm(initial=request.POST.dict())))
    throttle("public.report", source(request), limit=posts(), minutes=MINUTES)
    with past(office) as body:
        posts_at(request, body)
        return _store(request, office, body)


@once
def _store(request: Request, office: Station, body: Station) -> HttpResponse:
    form = ComplaintForm(request.POST)
    if form.is_valid():
        told = form.told(translation.get_language() or "en")
        with said_by(form):
            taken = oversight.complain(told, about=office, by=request.actor, at=timezone.now(), station=body)
            return sending.receipt(request, taken.matter.printed, taken.secret, kind="complaint", body=body)
    return _form(request, form)


def _form(request: Request, form: ComplaintForm) -> HttpResponse:
    office = office_of(request)
    body = body_for(office)
    context = {"form": form, "body": body, "above": office.parent}
    return show(request, "desk/public/complaint.html", context, status=422 if form.errors else 200)
