"""The shape of what people type about forms at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow.fields import Told
from koban.matters.forms.models import Submission


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class NewForm(forms.Form):
    """A workbook, and the pictures and tables that it names."""

    workbook = forms.FileField(
        label=_("XLSForm"), help_text=_("Excel, with the sheets survey, choices and settings.")
    )
    media: Any = FilesField(label=_("Pictures, sounds and tables"), required=False)


class MediaForm(forms.Form):
    media: Any = FilesField(label=_("Files that the form needs"))


class AnswersFilter(forms.Form):
    """What the list of answers shows."""

    form = forms.ChoiceField(label=_("Form"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: Any = self.fields["form"]
        every.choices = [("", _("all")), *names]
        states: Any = self.fields["state"]
        states.choices = [("", _("all")), *Submission.State.choices]


class PhoneForm(forms.Form):
    """A telephone for a shift."""

    name = Told(label=_("Name of the telephone"), limit=80)
    hours = forms.IntegerField(label=_("Hours until the shift ends"), min_value=1, max_value=24, initial=12)
