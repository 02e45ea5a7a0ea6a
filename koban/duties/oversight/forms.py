"""What inspectors write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow.fields import Told

WORDS = 4000


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": WORDS})


class TextForm(forms.Form):
    text = Told(label=_("Text"), limit=WORDS, lines=True, widget=area(4))


class ReasonForm(forms.Form):
    reason = Told(label=_("Why"), limit=WORDS, lines=True, widget=area(3))
