"""What archivists and officers write down about files."""

import re
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.archive.models import Dossier, Roll
from koban.kernel.flow.fields import Told, day_input
from koban.lib import scans
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake
from koban.matters.models import Matter

WORDS = 400


def area() -> forms.Textarea:
    return forms.Textarea({"rows": 3})


class FindForm(forms.Form):
    q = forms.CharField(label=_("Number"), required=False, max_length=20)
    show = forms.ChoiceField(
        label=_("Which"), required=False,
        choices=[("", _("all")), ("dispose", _("to be disposed of")), ("hand_over", _("for the next archive")),
                 ("held", _("held")), ("trouble", _("not packaged")), ("gone", _("gone"))],
    )  # fmt: skip


class HoldForm(forms.Form):
    reason = Told(label=_("Why it is still needed"), limit=WORDS, lines=True, widget=area())
    asked_by = Told(label=_("Who asks"), limit=120, required=False)
    until = forms.DateField(label=_("Held until"), widget=day_input())


class LongerForm(forms.Form):
    reason = Told(label=_("Why it is kept longer"), limit=WORDS, lines=True, widget=area())
    until = forms.DateField(label=_("New last day"), widget=day_input())


class ReadForm(forms.Form):
    purpose = Told(label=_("What it is read for"), limit=WORDS, lines=True, widget=area())
    ground = forms.ChoiceField(label=_("For which of your open matters"), required=False)

    def __init__(self, *args: Any, grounds: list[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ground"]
        field.choices = [("", "–"), *((str(one.pk), one.printed) for one in grounds)]
        self._grounds = {str(one.pk): one for one in grounds}

    @property
    def chosen(self) -> Matter | None:
        return self._grounds.get(self.cleaned_data["ground"])


class RollForm(forms.Form):
    """Which of the files that are due go on the list."""

    chosen_files = forms.MultipleChoiceField(label=_("Files"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, due: list[tuple[Dossier, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen_files"]
        field.choices = [(str(one.pk), said) for one, said in due]
        self._due = {str(one.pk): one for one, _said in due}

    @property
    def chosen(self) -> list[Dossier]:
        return [self._due[key] for key in self.cleaned_data["chosen_files"]]


class TransferForm(RollForm):
    body = Told(label=_("Which archive takes them"), limit=120)


class ReasonForm(forms.Form):
    reason = Told(label=_("Why"), limit=WORDS, lines=True, widget=area())


class ReceiptForm(forms.Form):
    number = Told(label=_("Number of their receipt"), limit=60)


class BoxForm(forms.Form):
    code = Told(label=_("Code of the box"), limit=20)
    shelf = Told(label=_("Shelf"), limit=40)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not re.fullmatch(r"[A-Z0-9-]+", code):
            raise forms.ValidationError(_("Letters, digits and hyphens only."))
        return code


class PutForm(forms.Form):
    volume = Told(label=_("Volume"), limit=60, help_text=_("As printed, 2026-000123/1, or its scanned code"))


class LendForm(PutForm):
    to = Told(label=_("Who takes it"), limit=120)


class Photos(forms.FileField):
    """Several pictures at once."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Photos, self).clean(one, initial) for one in given]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class StockForm(forms.Form):
    """Codes as a scanner types them, and photographs of the shelf on which we read them."""

    seen = Told(label=_("Scanned codes, one a line"), limit=20_000, lines=True, required=False, widget=area())
    photos = Photos(
        label=_("Photographs of the labels"),
        required=False,
        widget=ManyFiles({"accept": "image/*", "capture": "environment"}),
    )

    def codes(self) -> list[str]:
        """Raises Refused for a picture that cannot be read."""
        found: list[str] = self.cleaned_data["seen"].splitlines()
        for photo in self.cleaned_data["photos"]:
            found += codes_on(photo)
        return found


def codes_on(photo: Any) -> list[str]:
    """The codes on one picture, read in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        for piece in photo.chunks():
            file.write(piece)
        file.flush()
        try:
            return [code for page in scans.codes(Path(file.name)) for code in page]
        except Mistake:
            raise Refused(_("A picture could not be read. Take it again, in JPEG or PNG.")) from None


def roll_form(kind: str) -> type[RollForm]:
    return TransferForm if kind == Roll.Kind.TRANSFER else RollForm
