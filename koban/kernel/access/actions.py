"""Every write of accounts, posts and keys. Each leaves a page in the ledger of the station that it concerns."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koban.kernel import stations
from koban.kernel.access.models import Account, ApiKey, Post
from koban.kernel.access.roles import ACTIONS, ROLES, conflict, require
from koban.kernel.ledger import book
from koban.kernel.ledger.actor import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused

KEY_PREFIX = "koban_"


@transaction.atomic
def add_account(
    username: str, password: str | None, *, by: Actor, at: datetime, name: str = "", language: str = ""
) -> Account:
    """A new account that can sign in but do nothing: appoint it to a post. Raises Refused for a name that is taken."""
    require(by, "accounts.manage")
    if Account.objects.filter(username=username.casefold()).exists():
        raise Refused(_("There is an account of this name already."))
    fields = {"display_name": name} | ({"language": language} if language else {})
    return Account.objects.create_user(username, password, **fields)


@transaction.atomic
def add_station(code: str, parent: Station | None, *, by: Actor, at: datetime, **told: str) -> Station:
    """A new station under `parent`; the first page of its ledger tells of it. told: kind, name and more columns.

    Raises Refused for a code that is taken or is no slug.
    """
    require(by, "stations.manage")
    station = Station(code=code, parent=parent, path=f"{parent.path if parent else ''}{code}/", **told)
    try:
        station.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    station.save(force_insert=True)
    with stations.scope(station.pk):
        facts = {"code": code, "kind": station.kind, "parent": parent.code if parent else ""}
        book.write("stations.add", by=by, at=at, subject=station, facts=facts)
    return station


@transaction.atomic
def appoint(
    account: Account,
    role: str,
    station: Station,
    *,
    by: Actor,
    at: datetime,
    from_on: date,
    to_on: date | None = None,
    badge: str = "",
) -> Post:
    """Give the account a post. Raises Refused for a role that it may not hold beside one it holds in that time."""
    require(by, "accounts.manage")
    if role not in ROLES or not ROLES[role].is_post:
        raise Refused(_("There is no such role to appoint to."))
    _stand_apart(Account.objects.select_for_update().get(pk=account.pk), role, from_on, to_on)
    post = Post.objects.create(
        account=account, station=station, role=role, from_on=from_on, to_on=to_on, badge=badge
    )
    with stations.scope(station.pk):
        facts = {"account": str(account.pk), "role": role, "from": str(from_on), "to": str(to_on or "")}
        book.write("access.appoint", by=by, at=at, subject=post, facts=facts)
    return post


def _stand_apart(account: Account, role: str, from_on: date, to_on: date | None) -> None:
    overlap = Q(to_on=None) | Q(to_on__gte=from_on)
    if to_on is not None:
        overlap &= Q(from_on__lte=to_on)
    held = account.posts.filter(overlap).values_list("role", flat=True)
    if other := conflict(held, role):
        sentence = format_lazy(
            _("One account is never both: {one} and {other}."),
            one=ROLES[role].label,
            other=ROLES[other].label,
        )
        raise Refused(sentence)


@transaction.atomic
def end_post(post: Post, on: date, *, by: Actor, at: datetime) -> Post:
    """End a post with the day `on`; its last day if it began later."""
    require(by, "accounts.manage")
    post.to_on = max(on, post.from_on)
    post.save(update_fields=["to_on"])
    with stations.scope(post.station_id):
        book.write("access.end_post", by=by, at=at, subject=post, facts={"to": str(post.to_on)})
    return post


@transaction.atomic
def disable(account: Account, *, by: Actor, at: datetime) -> None:
    """Shut the account out at once; its sessions end, what it did stays."""
    require(by, "accounts.manage")
    Account.objects.filter(pk=account.pk).update(is_active=False, epoch=F("epoch") + 1)
    for station_id in set(account.posts.values_list("station_id", flat=True)):
        with stations.scope(station_id):
            book.write("access.disable", by=by, at=at, facts={"account": str(account.pk)})


@transaction.atomic
def give_key(
    name: str, station: Station, actions: Collection[str], *, by: Actor, at: datetime, days: int = 365
) -> tuple[ApiKey, str]:
    """A key for another system, and its secret, which is shown this once. Raises Refused for what no machine may do."""
    require(by, "keys.manage")
    if wrong := [key for key in actions if key not in ACTIONS or "machine" not in ACTIONS[key].roles]:
        raise Refused(format_lazy(_("No machine may do this: {what}."), what=", ".join(wrong)))
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        station=station,
        name=name,
        secret=digest(secret),
        actions=sorted(actions),
        made_at=at,
        ends_at=at + timedelta(days=days),
    )
    with stations.scope(station.pk):
        book.write("access.give_key", by=by, at=at, subject=key, facts={"actions": sorted(actions)})
    return key, secret


@transaction.atomic
def withdraw_key(key: ApiKey, *, by: Actor, at: datetime) -> None:
    """From now on the key opens nothing."""
    require(by, "keys.manage")
    key.withdrawn_at = at
    key.save(update_fields=["withdrawn_at"])
    with stations.scope(key.station_id):
        book.write("access.withdraw_key", by=by, at=at, subject=key)


def digest(secret: str) -> str:
    """How a key is stored. One round is enough: 32 random bytes cannot be guessed from their hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
