"""What inspectors write."""

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS = 4000


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": WORDS})


class TextForm(forms.Form):
    text = forms.CharField(label=_("Text"), max_length=WORDS, widget=area(4))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=WORDS, widget=area(3))
