"""Who is there, for which station, and which rows that opens."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from koban.kernel import law, stations
from koban.kernel.access.models import Account, Post
from koban.kernel.access.roles import READS_BELOW, WITHOUT_SECOND_STEP
from koban.kernel.access.stored_sessions import SessionStore
from koban.kernel.ledger.actor import PUBLIC, Actor
from koban.kernel.stations.asking import Question
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent, Denied

POST_KEY = "koban_post"
LOCKED_KEY = "koban_locked"
SEEN_KEY = "koban_seen"
IDLE_CLAUSE = "OFFICE-IDLE-LOCK"
IDLE_WITHOUT_POST = 30  # a resident's own device; no clause speaks of it
METHODS_KEY = "account_authentication_methods"  # allauth's record of how this session signed in


@dataclass(frozen=True)
class Who:
    """Somebody who signed in. posts: held today, oldest first; post: the one acted in, None without any.

    also: further stations whose rows may be read. is_locked: the session waits for its owner.
    needs_second_step: the post asks for a second step that this session has not shown.
    """

    account: Account
    posts: tuple[Post, ...]
    post: Post | None
    also: tuple[UUID, ...]
    is_locked: bool
    needs_second_step: bool

    @property
    def station(self) -> Station | None:
        return self.post.station if self.post else None

    @property
    def may_act(self) -> bool:
        return not (self.is_locked or self.needs_second_step)

    @property
    def actor(self) -> Actor:
        """Who acts; the public while the session is locked or half signed in."""
        return self.named if self.may_act else PUBLIC

    @property
    def named(self) -> Actor:
        """Who it is, whether or not they may act now; for pages about the sign-in itself."""
        if self.post is None:
            return Actor("resident", None, self.account.pk, None, "resident")
        label = self.post.badge or self.post.title or self.post.role
        return Actor(self.post.role, self.post.station_id, self.account.pk, self.post.pk, label)

    def scope(self, at: str = "") -> AbstractContextManager[Any]:
        """The rows this person works with, and the clock on their wall; no rows at all without a post.

        at: id of a station below, where only its rows are to be read: numbers are a station's own.
        """
        if self.post is None or not self.may_act:
            return stations.outside()
        one = next((below for below in self.also if str(below) == at), None)
        return looking_at(self.post.station, one) if one else working_at(self.post.station, *self.also)


class Request(HttpRequest):
    """What every view gets: a request whose visitor is known. `WhoAndWhere` sets these three."""

    who: Who | None
    actor: Actor
    station: Station | None


def who_of(session: SessionBase, now: datetime) -> Who | None:
    """Whoever owns the session, in one query (and one more for who reads the stations below); None for nobody."""
    account_id = session.get(SESSION_KEY)
    if account_id is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    posts = _posts(account_id, now)
    account = posts[0].account if posts else Account.objects.filter(pk=account_id).first()
    if account is None or not _is_theirs(session, account):
        return None
    held = tuple(post for post in posts if _is_held(post, now))
    post = next((post for post in held if str(post.pk) == session.get(POST_KEY)), held[0] if held else None)
    is_locked = bool(session.get(LOCKED_KEY)) or _is_idle(session, post, now)
    return Who(account, held, post, _below(post), is_locked, _lacks_second_step(session, post))


def who_of_session(session_key: str) -> Who | None:
    """The same for callers that only have the cookie's value (the live board, which is not a Django view)."""
    return who_of(SessionStore(session_key), timezone.now()) if session_key else None


# Both are asked on every visit, so their statements are written once.
_POSTS = Question(
    "FROM {post} JOIN {account} ON account.id = post.account_id JOIN {station} ON station.id = post.station_id "
    "WHERE post.account_id = %s AND post.from_on <= %s AND (post.to_on IS NULL OR post.to_on >= %s) "
    "ORDER BY post.from_on, post.id",
    post=Post,
    account=Account,
    station=Station,
)
_OFFICE = Question("FROM {office} WHERE office.code = %s AND office.kind = %s", office=Station)


def _posts(account_id: str, now: datetime) -> list[Post]:
    # A day is kept on both sides: what "today" is depends on the station's zone, which the rows bring along.
    day, today = timedelta(days=1), now.date()
    return [_whole(*row) for row in _POSTS.ask(UUID(account_id), today + day, today - day)]


def _whole(post: Post, account: Account, station: Station) -> Post:
    post.account, post.station = account, station
    return post


def _is_held(post: Post, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(post.station.tz)).date()
    return post.from_on <= today and (post.to_on is None or today <= post.to_on)


def _is_theirs(session: SessionBase, account: Account) -> bool:
    return account.is_active and constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()
    )


def _lacks_second_step(session: SessionBase, post: Post | None) -> bool:
    if post is None or post.role in WITHOUT_SECOND_STEP:
        return False
    methods = {step.get("method") for step in session.get(METHODS_KEY, [])}
    return not methods & settings.KOBAN_SECOND_STEPS


def _is_idle(session: SessionBase, post: Post | None, now: datetime) -> bool:
    seen = session.get(SEEN_KEY)
    return seen is not None and now.timestamp() - seen > idle_minutes(post, now) * 60


def idle_minutes(post: Post | None, now: datetime) -> int:
    """After how many minutes without use the screen locks: the clause of the station's pack, or KOBAN_IDLE_MINUTES."""
    if settings.KOBAN_IDLE_MINUTES or post is None:
        return int(settings.KOBAN_IDLE_MINUTES or IDLE_WITHOUT_POST)
    clause = law.clause(
        IDLE_CLAUSE, pack=post.station.pack, on=now.astimezone(ZoneInfo(post.station.tz)).date()
    )
    return clause.value


def _below(post: Post | None) -> tuple[UUID, ...]:
    if post is None or post.role not in READS_BELOW or post.station.kind == Station.Kind.OFFICE:
        return ()
    below = Station.objects.filter(path__startswith=post.station.path).exclude(pk=post.station_id)
    # Oversight stands beside the line: whoever leads the line does not read it, wherever it hangs in the tree.
    apart = [s.path for s in below if s.kind == Station.Kind.OVERSIGHT]
    return tuple(s.pk for s in below if not any(s.path.startswith(path) for path in apart))


def here(request: Request) -> Station:
    """The station of the post that is acted in, or of the office in the address. Raises Absent where there is none."""
    if request.station is None:
        raise Absent
    return request.station


def signed_in(request: Request) -> Who:
    """Whoever is signed in; for views that only they can reach. Raises Denied for everybody else."""
    if request.who is None:
        raise Denied
    return request.who


@contextmanager
def open_office(code: str, request: Request | None = None) -> Iterator[Station]:
    """Work on the public pages of one office; raises Absent for a code that no office has.

    Whoever comes through the public door acts as the public, also with a post somewhere.
    """
    found = _OFFICE.ask(code, Station.Kind.OFFICE.value)
    if not found:
        raise Absent
    station: Station = found[0][0]
    if request is not None:
        request.station = station
        request.actor = PUBLIC
    with working_at(station):
        yield station


@contextmanager
def looking_at(station: Station, one: UUID) -> Iterator[None]:
    """As `working_at`, reading only the station `one`."""
    with stations.looking(station.pk, one), timezone.override(ZoneInfo(station.tz)):
        yield


@contextmanager
def working_at(station: Station, *also: UUID) -> Iterator[None]:
    """The scope of `station`, with its local time for every instant that is shown or typed."""
    with stations.scope(station.pk, *also), timezone.override(ZoneInfo(station.tz)):
        yield
