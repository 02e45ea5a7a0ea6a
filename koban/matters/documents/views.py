"""The page where anybody asks whether a paper holds, and what machines need to find out without asking."""

from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from koban.kernel.access.who import Request, here
from koban.lib.credential.status import REVOCATION, SUSPENSION
from koban.lib.errors import Absent
from koban.matters.documents import keys, verifying

LONGEST = 8000
LIST_SECONDS = 300


class PaperForm(forms.Form):
    paper = forms.CharField(
        label=_("What the code says"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Point the camera of a telephone at the code on the paper, or paste here what a scanner read."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    """The form, and after it the verdict. The paper comes in the body and is written down nowhere."""
    form = PaperForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "documents/verify.html", {"form": form}, status=422 if form.errors else 200)
    answer = verifying.ask(form.cleaned_data["paper"], at=timezone.now())
    with timezone.override(ZoneInfo(answer.tz)):
        return render(request, "documents/verify.html", {"form": PaperForm(), "answer": answer})


@require_safe
def jwks(request: Request) -> HttpResponse:
    """The public keys of this house, as a JWK Set."""
    return _open_to_all(keys.jwks(), "application/jwk-set+json")


@require_safe
def status_list(request: Request, purpose: str, number: int) -> HttpResponse:
    """A status list of the office: which of its papers were taken back, without saying whose."""
    if purpose not in (REVOCATION, SUSPENSION):
        raise Absent
    path = reverse("documents:status", args=[here(request).code, purpose, number])
    url = verifying.url_of(request, path)
    token = verifying.status_list(url, purpose, number, at=timezone.now())
    return _open_to_all(token, "application/vc+jwt")


def _open_to_all(body: str, kind: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Cache-Control"] = f"public, max-age={LIST_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
