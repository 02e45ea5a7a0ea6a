"""Telephones of the shift: enrolled for a post until it ends, shut out at once when one is lost.

device, key = devices.enrol(post, "phone 3", ends_at=…, by=by, at=at)      # `key` is shown this once
device = devices.by_password(login, key, at)    # Basic;  devices.by_login(login, at) and devices.ha1(device) for Digest
actor = devices.actor_of(device)                # acts as its post
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from koban.kernel import stations
from koban.kernel.access.models import Account, Device, Post
from koban.kernel.access.roles import DECIDERS, LINE, require
from koban.kernel.ledger import book
from koban.kernel.ledger.actor import Actor
from koban.kernel.stations import vault
from koban.lib.errors import Denied, Refused

REALM = "koban"
NOT_YOURS = _("A telephone is enrolled for the own post, or by who decides in the office.")
NOT_CARRIED = _("Only an officer, or whoever carries it, reports a phone as lost.")
ENDS_BEFORE = _("The key of a telephone ends after it begins: choose a later end.")
NO_FIELD_POST = _("This post does not work outside, so it gets no telephone.")


@transaction.atomic
def enrol(post: Post, name: str, *, ends_at: datetime, by: Actor, at: datetime) -> tuple[Device, str]:
    """Give a telephone its login and key, good until `ends_at` (the end of the shift). The key is returned this once.

    Raises Denied for somebody else's post, unless an officer or chief of its station asks; Refused for an end in the past.
    """
    require(by, "devices.enrol")
    _may_hold(post, by)
    if ends_at <= at:
        raise Refused(ENDS_BEFORE)
    key = secrets.token_urlsafe(24)
    device = Device(
        station_id=post.station_id, post=post, name=name.strip()[:80] or "-", made_at=at, ends_at=ends_at
    )
    device.login = secrets.token_hex(6)
    device.secret = vault.seal(device, "secret", digest_of(device.login, key))
    device.save(force_insert=True)
    with stations.scope(post.station_id):
        facts = {"post": str(post.pk), "until": ends_at.isoformat()}
        book.write("access.enrol_device", by=by, at=at, subject=device, facts=facts)
    return device, key


@transaction.atomic
def lose(device: Device, *, by: Actor, at: datetime) -> Device:
    """Shut a telephone out for good, from this moment on, and end every session of whoever carries it: one may be on it.

    Says so an officer of its station, or whoever carries it. Raises Denied.
    """
    require(by, "devices.lose")
    if by.station_id != device.station_id:
        raise Denied
    if by.role not in DECIDERS and device.post_id != by.at_post:
        raise Denied(NOT_CARRIED)
    row = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if row.lost_at is None:
        row.lost_at = at
        row.save(update_fields=["lost_at"])
        with stations.scope(row.station_id):
            book.write("access.lose_device", by=by, at=at, subject=row)
        Account.objects.filter(posts=row.post_id).update(epoch=F("epoch") + 1)
    return row


def by_login(login: str, at: datetime) -> Device | None:
    """The open telephone of this login, None where there is none or its post is not held any more."""
    found = Device.objects.select_related("post__account", "station").filter(login=login[:32]).first()
    return found if found and _works(found, at) else None


def by_id(device_id: UUID, at: datetime) -> Device | None:
    """The same by its id, for the field app, whose session remembers it."""
    found = Device.objects.select_related("post__account", "station").filter(pk=device_id).first()
    return found if found and _works(found, at) else None


def by_password(login: str, key: str, at: datetime) -> Device | None:
    """The open telephone that has this key. Takes as long where there is none."""
    found = by_login(login, at)
    known = ha1(found) if found else digest_of("", "")
    return found if constant_time_compare(known, digest_of(login, key)) and found else None


def ha1(device: Device) -> str:
    """What Digest is computed from: MD5 of login, realm and key, in hexadecimal."""
    return vault.unseal(device, "secret")


def digest_of(login: str, key: str) -> str:
    """The HA1 of RFC 7616 with MD5, which OpenRosa clients speak. The key is 24 random bytes: nobody guesses it."""
    return hashlib.md5(f"{login}:{REALM}:{key}".encode(), usedforsecurity=False).hexdigest()


def actor_of(device: Device) -> Actor:
    """Who acts by it: the person at its post."""
    post = device.post
    label = post.badge or post.title or post.role
    return Actor(post.role, post.station_id, post.account_id, post.pk, label)


def _works(device: Device, at: datetime) -> bool:
    today, post = at.astimezone(ZoneInfo(device.station.tz)).date(), device.post
    held = post.from_on <= today and (post.to_on is None or today <= post.to_on)
    return device.is_open(at) and held and post.account.is_active


def _may_hold(post: Post, by: Actor) -> None:
    if post.role not in LINE:
        raise Refused(NO_FIELD_POST)
    own = by.at_post == post.pk
    if not own and not (by.role in DECIDERS and by.station_id == post.station_id):
        raise Denied(NOT_YOURS)
