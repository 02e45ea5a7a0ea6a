"""Closed files: packaged as they close, kept as long as the pack says, disposed of by two, handed over, and their paper."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.archive.flow import FLOW
from koban.duties.archive.models import Dossier, Roll
from koban.matters.duty import Duty, MenuItem
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    return reverse("archive:roll", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return dict(Roll.Kind.choices).get(code, code)


DUTY = Duty(
    key="archive",
    label=_("Lists of the archive"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    retention="permanent",
    menu=(MenuItem(_("Archive"), "archive:list", "package", "archive.read", 80),),
    facts={"why": dict(Dossier.Trouble.choices).get},
    sentences={
        "archive.open": _("A list was begun"),
        "archive.propose": _("The list was proposed"),
        "archive.back": _("The list was sent back"),
        "archive.approve": _("The list was approved by a second person"),
        "archive.finish": _("The list was carried out"),
        "archive.drop": _("The list was dropped"),
        "archive.certify": _("A certificate of disposal was issued: %(number)s"),
        "archive.ready": _("The packages for the next archive are ready"),
        "archive.file": _("The file was packaged"),
        "archive.trouble": _("The file could not be packaged: %(why)s"),
        "archive.hold": _("The file was held from disposal"),
        "archive.end_hold": _("A hold was ended"),
        "archive.keep_longer": _("The file is kept longer"),
        "archive.open_up": _("The entry in the catalogue was opened to the public"),
        "archive.look": _("The file was opened in the reading room"),
        "archive.erase": _("The file is gone; its number is kept"),
        "archive.box": _("A box was put up or moved"),
        "archive.volume": _("A paper volume was registered"),
        "archive.put": _("A paper volume was put into a box"),
        "archive.lend": _("A paper volume was lent"),
        "archive.give_back": _("A paper volume came back"),
        "archive.scan": _("Pages were scanned in"),
        "archive.take_stock": _("Stock was taken of a box"),
    },
)  # fmt: skip
