"""Kinds of certificate. A room declares its own in a `certificates.py` with `CERTIFICATES`; nothing lists them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from koban.lib.errors import Absent


@dataclass(frozen=True, slots=True)
class Line:
    """One fact on the paper. signed: it also stands in the printed code, and then on the public page: few do.

    needed: the paper is not issued without it.
    """

    key: str
    label: Any
    signed: bool = False
    needed: bool = True


HOLDS: Any = _("This paper was issued by the office and is good today.")


@dataclass(frozen=True)
class CertificateKind:
    """key: also the register in which numbers count. type: its name in the credential, as `ResidencePermit`.

    term: clause that says how long it is good; "" where `issue` is told, or where it has no end.
    right: the action that issues it; back: the one that revokes, suspends and restores.
    says: what the public page says while it is good. note: words under the facts.
    still: of the row and a moment, whether what it says is still so (does this person still serve here?).
    """

    key: str
    title: Any
    type: str
    lines: tuple[Line, ...]
    term: str = ""
    right: str = "documents.issue"
    back: str = "documents.withdraw"
    can_suspend: bool = False
    form: str = "certificate"
    note: Any = ""
    says: Any = HOLDS
    still: Callable[[Any, datetime], bool] | None = None

    def __post_init__(self) -> None:
        if len(self.key) > 32 or len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError(f"the certificate {self.key} has a long key, or two lines of one key")

    def label_of(self, claim: str) -> Any:
        """What a signed claim is called, in the reader's language."""
        known = {line.key: line.label for line in self.lines} | {"number": _("Number")}
        return known.get(claim, claim)


@lru_cache(maxsize=1)
def all_kinds() -> Mapping[str, CertificateKind]:
    """Every kind of this house by its key."""
    rooms = [app for app in settings.INSTALLED_APPS if app.startswith("koban.") and ".apps." not in app]
    found = [f"{room}.certificates" for room in rooms if find_spec(f"{room}.certificates")]
    kinds = [kind for module in found for kind in import_module(module).CERTIFICATES]
    return {kind.key: kind for kind in kinds}


def kind(key: str) -> CertificateKind:
    """Raises Absent for a kind that this house does not issue."""
    try:
        return all_kinds()[key]
    except KeyError:
        raise Absent from None
