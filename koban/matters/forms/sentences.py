"""What the pages of forms say: a form's name and version, never an answer."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "forms.add": _("A form was added: %(form)s, version %(version)s"),
    "forms.media": _("A form got its files: %(form)s, version %(version)s"),
    "forms.publish": _("A form was published: %(form)s, version %(version)s"),
    "forms.close": _("A form was closed: %(form)s, version %(version)s"),
    "forms.receive": _("A form came in: %(form)s"),
    "forms.complete": _("The files of a form are all there: %(form)s"),
    "forms.files": _("Files of a form came in: %(form)s"),
    "forms.edit": _("A form came in that replaces an earlier one: %(form)s"),
    "forms.entity": _("A form told of a place or thing: %(dataset)s"),
    "forms.settle": _("Two versions of a place or thing were settled"),
    "forms.look": _("The answers of a form were opened: %(form)s"),
    "forms.export": _("The answers of a form were taken out as a file: %(form)s"),
    "forms.link": _("A form was put to its matter"),
}
