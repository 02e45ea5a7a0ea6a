"""What the fields of a person's file are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koban.registers.residents.models import Residence

FIELDS = {
    "name": pgettext_lazy("person", "name"), "birth_on": _("birth date"), "sex": _("sex"), "id_kind": _("kind of document"),
    "id_number": _("number of the document"), "phone": _("telephone number"), "email": _("e-mail address"),
    "origin": _("place of the household register"), "home": _("home address"), "surname": _("first character of the name"),
    "contacts": _("whom to call for you"),
}  # fmt: skip
"""Name of a field, or of what a look showed → its words."""

DATA = ("name", "birth_on", "sex", "id_kind", "id_number", "phone", "email", "origin")
"""Every field of a person's file, in the order of a sheet."""

RELATIONS = {
    "self": _("themselves"), "family": _("family"), "friend": _("friend"), "neighbour": _("neighbour"),
    "work": _("work or school"),
}  # fmt: skip
"""Relation of a contact → its words."""

DOCUMENTS = {
    "id_card": _("resident identity card"), "hk_macau_permit": _("residence permit, Hong Kong and Macau"),
    "taiwan_permit": _("residence permit, Taiwan"), "hk_macau_pass": _("travel permit, Hong Kong and Macau"),
    "taiwan_pass": _("travel permit, Taiwan"), "foreign_pr": _("permanent residence card of a foreigner"),
    "passport": _("passport"),
}  # fmt: skip
"""Kind of document → its words."""

ID_KINDS = (
    ("id_card", _("Resident identity card")),
    ("hk_macau_permit", _("Residence permit for Hong Kong and Macau residents")),
    ("taiwan_permit", _("Residence permit for Taiwan residents")),
    ("hk_macau_pass", _("Travel permit for Hong Kong and Macau residents")),
    ("taiwan_pass", _("Travel permit for Taiwan residents")),
    ("foreign_pr", _("Permanent residence card of a foreigner")),
    ("passport", _("Passport")),
)
"""The same as choices of a form, the commonest first."""

SEXES = {"f": pgettext_lazy("sex", "female"), "m": pgettext_lazy("sex", "male")}
KINDS = dict(Residence.Kind.choices)
SOURCES = dict(Residence.Source.choices)
STATES = dict(Residence.State.choices)


def shown(field: str, value: str) -> object:
    """A value as people read it: codes in words, the rest as it is."""
    return {"sex": SEXES, "id_kind": DOCUMENTS}.get(field, {}).get(value, value)
