"""What the pages of the imports ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.registers.importing.importer import Importer
from koban.registers.importing.models import Import

DATUM_LABELS = (
    ("wgs84", _("WGS 84, CGCS2000 (satellite, GPS)")),
    ("gcj02", _("GCJ-02 (Amap, Tencent)")),
    ("bd09", _("BD-09 (Baidu)")),
)
ENCODINGS = (("", _("found out by itself")), ("utf-8", "UTF-8"), ("gb18030", "GB 18030"), ("big5", "Big5"))


class LoadForm(forms.Form):
    """A table, and which register it goes into."""

    kind = forms.ChoiceField(label=_("Into which register"))
    file = forms.FileField(label=_("Table"), help_text=_("CSV or Excel; the first row names the columns."))
    encoding = forms.ChoiceField(label=_("Encoding of a CSV"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, importers: Sequence[Importer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.key, one.label) for one in importers]  # type: ignore[attr-defined]


class MapForm(forms.Form):
    """For each field of the register the column that says it."""

    def __init__(self, *args: Any, importer: Importer, one: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer = importer
        columns = [("", "–"), *((column, column) for column in one.heading if column)]
        for field in importer.fields:
            self.fields[f"column_{field.key}"] = forms.ChoiceField(
                label=field.label,
                choices=columns,
                required=field.needed,
                initial=one.columns.get(field.key, ""),
            )
        if any(field.key == "lon" for field in importer.fields):
            self.fields["datum"] = forms.ChoiceField(
                label=_("Positions rest on"), choices=DATUM_LABELS, initial=one.datum
            )

    def columns(self) -> dict[str, str]:
        told = self.cleaned_data
        return {field.key: told[f"column_{field.key}"] for field in self.importer.fields}

    def datum(self) -> str:
        return str(self.cleaned_data.get("datum", "wgs84"))
