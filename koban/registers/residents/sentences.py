"""What the pages of the residents' register say: without a name, without a value."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "residents.declare": _("A resident was written down as declared"),
    "residents.confirm": _("A resident's particulars were confirmed"),
    "residents.move_in": _("Somebody moved in"),
    "residents.move_out": _("Somebody moved out"),
    "residents.confirm_residence": _("A residence was confirmed"),
    "residents.refuse_residence": _("A residence was not confirmed"),
    "residents.household": _("A household was changed"),
    "residents.seal": _("A file was sealed"),
    "residents.lift": _("A seal was lifted"),
    "residents.consent": _("A resident consented"),
    "residents.withdraw": _("A consent was withdrawn"),
    "residents.add_contact": _("A way to reach a resident was added"),
    "residents.end_contacts": _("Ways to reach a resident were closed"),
    "residents.merge": _("Two files of one person were merged"),
    "residents.unmerge": _("A merge of two files was undone"),
    "residents.give_key": _("A resident was given the key to their own page"),
    "residents.revoke_key": _("The key to a resident's page was revoked"),
    "residents.ask_delay": _("Somebody asked to hold back the notice of looks"),
    "residents.approve_delay": _("A second person let the notice of looks be held back until a day"),
    "residents.alarm": _("Looks at people stood out and were reported"),
    "residents.see_alarm": _("Looks that stood out were answered for"),
    "residents.undo_import": _("An import of residents was undone"),
    "residents.compare": _("Rows of a table were compared with residents who may be the same"),
}
