"""Accounts for tests and for the town: with a post, and sessions that have both steps behind them."""

from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.utils import timezone

from koban.kernel.access.models import Account, Post
from koban.kernel.access.who import METHODS_KEY, SEEN_KEY
from koban.kernel.ledger.actor import Actor
from koban.kernel.stations.models import Station

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "correct horse battery"  # noqa: S105  # of accounts that tests make
LONG_AGO = date(2020, 1, 1)


def make_account(
    username: str, *, role: str = "", station: Station | None = None, password: str = PASSWORD, **post: Any
) -> Account:
    """An account, with a post if `role` and `station` are given. A password of "" leaves the account without one."""
    account = Account.objects.create_user(username, password or None)
    if role and station:
        Post.objects.create(
            account=account, station=station, role=role, **{"from_on": LONG_AGO, "badge": username} | post
        )
    return account


def actor_of(account: Account) -> Actor:
    """The actor of the account's first post."""
    post = account.posts.order_by("from_on", "id")[0]
    return Actor(post.role, post.station_id, account.pk, post.pk, post.badge or post.title or post.role)


def sign_in(
    client: Client, account: Account, *, second_step: bool = True, now: datetime | None = None
) -> None:
    """Give `client` the session that the sign-in pages would give; they have tests of their own."""
    session = client.session
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[SEEN_KEY] = (now or timezone.now()).timestamp()
    session[METHODS_KEY] = [
        {"method": "password"},
        *([{"method": "mfa", "type": "totp"}] if second_step else []),
    ]
    session.save()
    client.cookies["koban_session"] = session.session_key or ""


def add_totp(account: Account, secret: str = "") -> str:
    """Give the account a second step; returns its secret."""
    secret = secret or generate_totp_secret()
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, secret)
    return secret
