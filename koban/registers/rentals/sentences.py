"""What the pages of the register of lettings say: without a name."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "rentals.landlord": _("A landlord was entered"),
    "rentals.unit": _("A let unit was entered"),
    "rentals.confirm": _("A let unit was confirmed"),
    "rentals.close": _("A unit is no longer let"),
    "rentals.check": _("A let unit was checked by its landlord"),
    "rentals.letter": _("A letter of responsibility was signed"),
    "rentals.start": _("A letting began"),
    "rentals.end": _("A letting ended"),
    "rentals.prolong": _("Another end of a letting was agreed"),
    "rentals.dispute": _("A tenant said that a letting is wrong"),
    "rentals.settle": _("A disputed letting was settled"),
    "rentals.remind": _("A reminder of an end was sent"),
    "rentals.own": _("A landlord read their own list"),
    "rentals.agent": _("A firm was entered"),
    "rentals.undo_import": _("An import of lettings was undone"),
    "rentals.key": _("A firm was given its key"),
    "rentals.revoke": _("The key of a firm was revoked"),
}
