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
    "files.withdraw": _("A file was withdrawn"),
    "files.publish": _("A picture was published"),
    "notices.write": _("A message was written"),
    "notices.sent": _("A message went out"),
    "notices.again": _("A message was sent again"),
    "jobs.retry": _("Background work was started again"),
    "matters.export": _("The list of matters was taken out as a file"),
    "premises.enter": _("Addresses were entered"),
    "residents.enter": _("Residents were entered"),
}


def sentence(verb: str, facts: dict[str, Any]) -> str:
    """The verb in the reader's language; the verb itself where no room has words for it."""
    return str(SENTENCES[verb]) if verb in SENTENCES else str(sentence_of(verb, facts))
