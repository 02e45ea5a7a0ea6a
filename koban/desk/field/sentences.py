"""What the pages of the field app say in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "field.load": _("The tasks of a shift were taken along on a phone"),
    "field.end": _("The shift of a phone ended"),
    "field.entry": _("Something written outside was taken"),
    "field.keep": _("Something written outside was kept until an earlier entry is here"),
    "field.give_up": _("Something written outside was given up by its writer"),
    "field.forget": _("Words kept from phones were forgotten"),
}
