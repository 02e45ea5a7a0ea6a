"""Accounts of the demonstration. Their passwords and second steps are printed: they open an invented town alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.contrib.auth.hashers import make_password

from koban.kernel.access import actions
from koban.kernel.access.models import Account, Post
from koban.kernel.access.testing import add_totp
from koban.kernel.ledger import Actor
from koban.kernel.stations.models import Station
from koban.town import names
from koban.town.cast import PAIRS, Member
from koban.town.chance import stream

PASSWORD = "lake-lantern-bridge"  # noqa: S105  of invented people, and printed at every start
APPOINTER = Actor("security", label="koban town")
TEAM = ("officer", *(f"aux{n}" for n in range(1, 7)))
SHORT = {"denghu": "", "wangqiao": "wq-"}


@dataclass(frozen=True, slots=True)
class Part:
    """An account with one post. at: code of the station."""

    username: str
    role: str
    at: str
    badge: str


OTHERS = (
    Part("chief", "chief", "station", "DH001"),
    Part("bureau", "bureau", "county", "LJ001"),
    Part("inspector", "inspector", "oversight", "DC001"),
    Part("archivist", "archivist", "denghu", "DH090"),
    Part("admin", "administrator", "county", "LJ091"),
    Part("security", "security", "county", "LJ092"),
    Part("auditor", "auditor", "county", "LJ093"),
    Part("volunteer", "volunteer", "denghu", ""),
    Part("resident", "resident", "denghu", ""),
)


def team_parts(office: str, number: int) -> list[Part]:
    """One officer and six auxiliaries of an office."""
    short = SHORT.get(office, f"{office}-")
    roles = ["officer", *["auxiliary"] * 6]
    return [
        Part(f"{short}{name}", role, office, f"{'FJ' if role == 'auxiliary' else 'MJ'}{number}{n:02d}")
        for n, (name, role) in enumerate(zip(TEAM, roles, strict=True), 1)
    ]


def appoint(part: Part, stations: Mapping[str, Station], seed: int, *, from_on: date, at: datetime) -> Post:
    """Make the account with its password and second step, and give it its post."""
    account = actions.add_account(part.username, None, by=APPOINTER, at=at, name=_name(part, seed))
    account.password = _hashed()
    account.save(update_fields=["password"])
    if part.role not in ("volunteer", "resident"):
        add_totp(account, totp_secret(part.username))
    return actions.appoint(
        account, part.role, stations[part.at], by=APPOINTER, at=at, from_on=from_on, badge=part.badge
    )


@lru_cache(maxsize=1)
def _hashed() -> str:
    """One hash for all, as all have one password: making it is slow on purpose."""
    return make_password(PASSWORD)


def _name(part: Part, seed: int) -> str:
    chance = stream(seed, "account", part.username)
    return names.person(
        names.surnames().draw(chance), chance.choice("fm"), chance.randint(1970, 2000), chance
    ).text


def totp_secret(username: str) -> str:
    """The same for everybody who runs the town: 160 bits in base 32."""
    return base64.b32encode(
        hashlib.sha1(f"koban town {username}".encode(), usedforsecurity=False).digest()
    ).decode()


def member(post: Post, number: int) -> Member:
    """A post of a team, with the pair it stands in. number: 0 the officer, 1 to 6 the auxiliaries."""
    team = "officer" if number == 0 else PAIRS[(number - 1) // 2]
    return Member(post, actor_of(post), team)


def actor_of(post: Post) -> Actor:
    """Who acts from this post, as the sign-in makes it."""
    account: Account = post.account
    return Actor(post.role, post.station_id, account.pk, post.pk, post.badge or post.title or post.role)
