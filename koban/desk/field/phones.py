"""The phones of a shift: taken out, ended, lost. Devices themselves are kernel/access."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.kernel import law
from koban.kernel.access import devices
from koban.kernel.access.models import Device, Post
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Denied, KobanError
from koban.registers.roster.models import Shift

HOURS, CLOCK, LATER = "OFFICE-FIELD-1", "OFFICE-FIELD-2", "OFFICE-FIELD-3"
SOON = timedelta(hours=1)  # a shift that begins so soon is the one that somebody packs for
GONE = _("This phone was reported lost or its shift is over. What it holds of the office is deleted now.")


class Gone(KobanError):
    """The phone opens nothing any more (410). It wipes what it has. is_lost: also what it has not sent."""

    def __init__(self, *, is_lost: bool) -> None:
        super().__init__(GONE)
        self.is_lost = is_lost


def own_post(by: Actor) -> UUID:
    """The post that somebody acts in. Raises Denied for who has none."""
    if by.at_post is None:
        raise Denied
    return by.at_post


def hours(clause: str, station: Station, at: datetime) -> timedelta:
    return timedelta(hours=law.clause(clause, station.pack, on=at.date()).value)


def tolerance(station: Station, at: datetime) -> timedelta:
    """How far a phone's clock may be off before that is said."""
    return timedelta(minutes=law.clause(CLOCK, station.pack, on=at.date()).value)


def shift_of(post_id: UUID, at: datetime) -> Shift | None:
    """The shift that runs, or the one that is about to begin (one query)."""
    near = Shift.objects.touching(at, at + SOON).filter(post_id=post_id)
    found: Shift | None = near.order_by("on_call", "starts_at").first()
    return found


@transaction.atomic
def take_out(name: str, *, by: Actor, at: datetime, station: Station) -> Device:
    """Enrol the phone in hand for the own post until its shift ends; without a planned shift, for so many hours."""
    require(by, "field.work")
    post = Post.objects.get(pk=own_post(by))
    shift = shift_of(post.pk, at)
    longest = at + hours(HOURS, station, at)
    ends_at = min(shift.ends_at, longest) if shift else longest
    device, _key = devices.enrol(post, name or "-", ends_at=ends_at, by=by, at=at)
    return device


@transaction.atomic
def end(device: Device, *, by: Actor, at: datetime) -> None:
    """The shift is over for this phone: it reads nothing more; what it still has to send comes in for a while."""
    require(by, "field.work")
    row = Device.objects.select_for_update(of=("self",)).get(pk=device.pk, post_id=own_post(by))
    row.ends_at = max(min(row.ends_at, at), row.made_at + timedelta(seconds=1))
    row.save(update_fields=["ends_at"])
    book.write("field.end", by=by, at=at, subject=row)


@transaction.atomic
def lose(device: Device, *, by: Actor, at: datetime) -> None:
    """Shut the phone out at once; what it holds it deletes when it next asks."""
    require(by, "field.phones")
    devices.lose(device, by=by, at=at)


def carried(device_id: UUID | None, *, by: Actor, at: datetime, station: Station, reads: bool) -> Device:
    """The phone that a request comes from. Raises Gone where it is lost, ended, or nobody's here.

    reads: whether it wants something of the office; what it sends is taken for some hours after the end of its shift.
    """
    found = Device.objects.filter(pk=device_id, post_id=own_post(by)).first() if device_id else None
    if found is None or found.lost_at is not None:
        raise Gone(is_lost=True)
    last = found.ends_at if reads else found.ends_at + hours(LATER, station, at)
    if at >= last:
        raise Gone(is_lost=False)
    return found


def state_of(device_id: UUID | None) -> str:
    """What a phone may know of itself without anybody signed in: "open", "lost", or "unknown"."""
    found = Device.objects.filter(pk=device_id).first() if device_id else None
    if found is None:
        return "unknown"
    return "lost" if found.lost_at else "open"


def of_station(station: Station, since: datetime) -> list[Device]:
    """The phones of an office that were taken out since then, the newest first."""
    found = Device.objects.filter(station=station, made_at__gte=since)
    return list(found.select_related("post").order_by("-made_at")[:200])
