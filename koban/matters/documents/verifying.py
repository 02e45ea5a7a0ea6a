"""Whether a paper holds, asked online: the signature first, then what the register says at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.lib import credential as vc
from koban.lib.credential import State
from koban.lib.credential.lists import sign_list
from koban.matters.documents import keys, printing
from koban.matters.documents.kinds import CertificateKind, all_kinds
from koban.matters.documents.models import STATE_LABELS, Certificate, tone_of

LIST_GOOD_FOR = timedelta(hours=24)


SENTENCES: dict[State, Any] = {
    State.NOT_YET: _("This paper was issued by the office, but does not begin to hold before the day below."),
    State.EXPIRED: _("This paper was issued by the office, but it no longer holds: its time is over."),
    State.SUSPENDED: _("This paper was issued by the office, but it is suspended for now."),
    State.REVOKED: _("This paper was issued by the office and was taken back. It does not hold."),
    State.NOT_OURS: _("No office of this house issued this paper. Do not rely on it; ask the office."),
    State.BROKEN: _(
        "This is no code of ours, or something in it was changed. Scan it again; if it stays so, do not rely on it."
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the public page says. kind, credential: None where nothing is proven. tz: of the office that issued it."""

    state: State
    kind: CertificateKind | None = None
    credential: vc.Credential | None = None
    tz: str = "UTC"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return tone_of(self.state)

    @property
    def symbol(self) -> str:
        return {State.VALID: "circle-check", State.EXPIRED: "clock-exclamation"}.get(
            self.state, "alert-triangle"
        )

    @property
    def sentence(self) -> Any:
        return self.kind.says if self.kind and self.state is State.VALID else SENTENCES[self.state]

    @property
    def claims(self) -> list[tuple[Any, str]]:
        """Label and value of what the code discloses."""
        if self.credential is None or self.kind is None:
            return []
        return [(self.kind.label_of(name), value) for name, value in self.credential.claims.items()]


def ask(text: str, *, at: datetime) -> Answer:
    """The answer to what somebody scanned or pasted."""
    verdict = vc.check(text, keys.public_keys(), at=at)
    if verdict.credential is None:
        return Answer(verdict.state)
    sort = next((one for one in all_kinds().values() if one.type == verdict.credential.kind), None)
    station = _station(verdict.credential)
    if sort is None or station is None:
        return Answer(State.NOT_OURS)
    with stations.scope(station.pk):
        return _of_register(sort, verdict.credential, station, at)


def _of_register(sort: CertificateKind, credential: vc.Credential, station: Station, at: datetime) -> Answer:
    place = credential.entries[0]
    list_number = int(place.url.rpartition("/")[2])
    row = Certificate.objects.filter(kind=sort.key, list_number=list_number, list_index=place.index).first()
    if row is None or row.printed != credential.claims.get("number"):
        return Answer(State.NOT_OURS)
    state = row.state_at(at)
    if state is State.VALID and sort.still is not None and not sort.still(row, at):
        state = State.EXPIRED
    return Answer(state, sort, credential, station.tz)


def _station(credential: vc.Credential) -> Station | None:
    """The office that its status list names; None where it names none."""
    parts = urlsplit(credential.entries[0].url).path.split("/") if credential.entries else []
    if len(parts) < 6 or parts[-3] != "status" or not parts[-1].isascii() or not parts[-1].isdigit():
        return None
    return Station.objects.filter(code=parts[-4]).first()


def status_list(url: str, purpose: str, number: int, *, at: datetime) -> str:
    """The signed status list of the open office."""
    indexes = Certificate.objects.marked(purpose, number).values_list("list_index", flat=True)
    return sign_list(url, purpose, indexes, at=at, until=at + LIST_GOOD_FOR, key=keys.secret_key())


def url_of(request: Any, path: str) -> str:
    """The public address of a path of ours, as it was printed."""
    return printing.base_of(request).rstrip("/") + path
