"""Why a bag is not valid, or valid with a warning: one sentence that names the file, and the rule behind it."""

from dataclasses import dataclass
from typing import Any

from koban.lib.bag.paths import shown
from koban.lib.sentence import Sentence
from koban.lib.sentence import gettext_noop as _

# rule: (section of RFC 8493, "" where the limit is ours; what is said)
RULES = {
    "declaration missing": ("2.1.1", _("%(file)s is missing: this is not a bag")),
    "declaration mark": ("2.1.1", _("%(file)s begins with a byte-order mark, which it must not")),
    "declaration": (
        "2.1.1",
        _(
            "%(file)s must be the lines “BagIt-Version: M.N” and “Tag-File-Character-Encoding: NAME”; line %(line)s is not"
        ),
    ),
    "version": (
        "2.1.1",
        _("%(file)s names version %(version)s; known are 0.93, 0.94, 0.95, 0.96, 0.97 and 1.0"),
    ),
    "encoding": ("2.3", _("%(file)s names the character encoding %(encoding)s, which is not known")),
    "text": ("2.3", _("%(file)s is not text in %(encoding)s")),
    "payload folder": ("2.1.2", _("%(file)s is missing: a bag must have a payload folder")),
    "no manifest": ("2.1.3", _("%(file)s is missing: a bag must have a payload manifest")),
    "algorithm": (
        "2.4",
        _("%(file)s uses the algorithm %(algorithm)s, which is not known here: it proves nothing"),
    ),
    "line": ("2.1.3", _("%(file)s: line %(line)s is not a checksum and a path")),
    "escape": ("5.1", _("%(file)s: line %(line)s names %(path)s, which leads out of the bag")),
    "outside payload": ("2.1.3", _("%(file)s: line %(line)s names %(path)s, which is not in the payload")),
    "inside payload": (
        "2.2.1",
        _("%(file)s: line %(line)s names %(path)s, which is not for a tag manifest to list"),
    ),
    "listed twice": ("2.1.3", _("%(file)s: line %(line)s lists %(path)s a second time")),
    "listed twice, differently": (
        "2.1.3",
        _("%(file)s: line %(line)s lists %(path)s a second time, with another checksum"),
    ),
    "asterisk": ("2.1.3", _("%(file)s: line %(line)s has an asterisk before %(path)s, as md5sum writes it")),
    "dot": ("2.1.3", _("%(file)s: line %(line)s writes %(path)s with a “./” that is not needed")),
    "missing": ("3", _("%(file)s is missing, but %(manifest)s lists it")),
    "not fetched": ("2.2.3", _("%(file)s is missing: fetch.txt says that it is still to be fetched")),
    "other capitals": (
        "5",
        _(
            "%(file)s is missing, but %(path)s, which differs only in capitals or accents, is there and the same"
        ),
    ),
    "other accents": (
        "5",
        _("%(file)s is missing, but %(path)s, which looks the same, is there and was taken for it"),
    ),
    "system file": ("3", _("%(file)s is missing, but it is only a file of some operating system")),
    "unlisted": ("3", _("%(file)s is in the payload, but %(manifest)s does not list it")),
    "checksum": ("3", _("%(file)s is not what it was: its %(algorithm)s is not the one in %(manifest)s")),
    "manifest unlisted": ("2.2.1", _("%(file)s does not list %(manifest)s")),
    "fetch line": ("2.2.3", _("%(file)s: line %(line)s is not an address, a length and a path")),
    "fetch unlisted": ("2.2.3", _("%(file)s names %(path)s, but %(manifest)s does not list it")),
    "info line": ("2.2.2", _("%(file)s: line %(line)s is not a label, a colon and a value")),
    "Payload-Oxum twice": ("2.2.2", _("%(file)s says Payload-Oxum more than once")),
    "Payload-Oxum form": ("2.2.2", _("%(file)s: the Payload-Oxum %(said)s is not BYTES.FILES")),
    "Payload-Oxum": (
        "2.2.2",
        _("%(file)s: the Payload-Oxum is %(said)s, but the payload is %(found)s (bytes.files)"),
    ),
    "unreadable": ("3", _("%(file)s cannot be read: %(why)s")),
    "link": ("5.1", _("%(file)s is a link: a bag must hold its files itself")),
    "special file": ("5.1", _("%(file)s is no regular file")),
    "archive": ("4", _("%(file)s is no folder, and no .tar or .zip that can be read: %(why)s")),
    "archive name": ("5.1", _("the archive holds %(file)s, which leads out of it")),
    "archive twice": ("4", _("the archive holds %(file)s twice")),
    "archive top": ("4", _("%(file)s must hold one folder, with the bag in it")),
    "locked": ("4", _("%(file)s is locked with a password")),
    "too many": ("", _("%(file)s holds more than %(limit)s files")),
    "too large": ("", _("%(file)s is larger than %(limit)s bytes")),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """rule: the key in RULES. file: the path in the bag that it is about, fit for showing."""

    rule: str
    file: str
    sentence: Sentence

    def __str__(self) -> str:
        return str(self.sentence)


def reason(rule: str, file: str, **values: Any) -> Reason:
    """The values that are names are made fit for one line."""
    clause, text = RULES[rule]
    fit = {name: shown(value) if isinstance(value, str) else value for name, value in values.items()}
    named = shown(file)
    return Reason(rule, named, Sentence(text, {"file": named} | fit, f"RFC 8493 {clause}" if clause else ""))


class Unfit(Exception):
    """The holder of the bag cannot be looked at, and why."""

    def __init__(self, why: Reason) -> None:
        super().__init__(str(why))
        self.why = why
