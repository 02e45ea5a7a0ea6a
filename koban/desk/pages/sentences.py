"""What a page says in words, also where no matter is concerned: sign-in, roster, files, keys, stations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koban.matters.timeline import sentence_of

SENTENCES: dict[str, Any] = {
    "access.sign_in": _("Somebody signed in"),
    "access.refused": _("A look or a step was refused"),
    "access.totp": _("A second step was set up"),
    "access.appoint": _("Somebody was appointed to a post"),
    "access.end_post": _("A post ended"),
    "access.disable": _("An account was closed"),
    "access.give_key": _("A key was given to another system"),
    "access.withdraw_key": _("A key was withdrawn"),
    "access.enrol_device": _("A telephone was enrolled for a shift"),
    "access.lose_device": _("A telephone was reported lost and shut out"),
    "stations.add": _("A station was added"),
    "roster.enter": _("A shift was entered"),
    "roster.cancel": _("A shift was cancelled"),
    "roster.pattern": _("The rotation was set"),
    "roster.plan": _("Shifts were planned from the rotation"),
    "roster.sign_on": _("Signed on"),
    "roster.sign_off": _("Signed off"),
    "roster.go_out": _("Went out"),
    "roster.come_back": _("Came back"),
    "roster.hand_over": _("A hand-over note was written"),
    "roster.take_over": _("A hand-over note was taken over"),
    "files.receive": _("A file was attached"),
    "files.look": _("A file was opened"),
    "files.withdraw": _("A file was withdrawn"),
    "files.publish": _("A picture was published"),
    "notices.write": _("A message was written"),
    "notices.sent": _("A message went out"),
    "notices.again": _("A message was sent again"),
    "jobs.retry": _("Background work was started again"),
    "desk.publish": _("A notice was put on the notice board"),
    "desk.withdraw": _("A notice was taken from the notice board"),
    "matters.export": _("The list of matters was taken out as a file"),
    "premises.enter": _("Addresses were entered"),
    "premises.add_street": _("A street was entered"),
    "premises.draw_beat": _("A beat was drawn"),
    "premises.assign_beats": _("Addresses were given their beats"),
    "premises.undo_import": _("Rows of an import were taken out again"),
    "importing.begin": _("A table was loaded up"),
    "importing.trying": _("The trial of a table began"),
    "importing.tried": _("A table was tried"),
    "importing.running": _("The import of a table began"),
    "importing.done": _("A table was imported"),
    "importing.failed": _("The import of a table stopped"),
    "importing.undoing": _("The undoing of an import began"),
    "importing.undone": _("An import was undone"),
    "premises.add": _("An address was entered"),
    "premises.export": _("The register of places was taken out as a file"),
    "premises.move_point": _("An address was put in its place"),
    "premises.rename_street": _("A street got a new name"),
    "premises.rename": _("An address got a new name"),
    "premises.end": _("An address ended"),
    "premises.merge": _("Addresses were merged"),
    "premises.split": _("An address was split"),
    "premises.open_unit": _("A unit was entered"),
    "premises.change_unit": _("A unit was changed"),
    "premises.name_responsible": _("A unit got another responsible person"),
    "premises.close_unit": _("A unit closed"),
    "premises.add_asset": _("A safety asset was entered"),
    "premises.change_asset": _("A safety asset was changed"),
    "premises.remove_asset": _("A safety asset was removed"),
    "residents.enter": _("Residents were entered"),
}


def sentence(verb: str, facts: dict[str, Any]) -> str:
    """The verb in the reader's language; the verb itself where no room has words for it."""
    return str(SENTENCES[verb]) if verb in SENTENCES else str(sentence_of(verb, facts))
