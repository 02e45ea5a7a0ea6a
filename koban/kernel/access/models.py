"""Accounts and posts. An account is a person who signs in; a post is what that person may be, where, and until when."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from koban.kernel.stations.models import Station
from koban.lib.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(username=username.casefold(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who can sign in. What the account may do is said by its posts alone: there is no superuser."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    display_name = models.CharField(_("name"), max_length=80, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    language = models.CharField(
        _("language"), max_length=10, blank=True, default=""
    )  # "": as the browser asks
    is_active = models.BooleanField(_("active"), default=True)
    epoch = models.PositiveIntegerField(default=0)  # counted up to end every session of the account
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        told = f"{self.password}|{self.epoch}"
        return salted_hmac("koban.access.session", told, secret=secret, algorithm="sha256").hexdigest()


class PostQuerySet(models.QuerySet["Post"]):
    def held(self, today: date) -> Self:
        return self.filter(from_on__lte=today).filter(Q(to_on=None) | Q(to_on__gte=today))


class Post(models.Model):
    """account x station x role x from-to. Not a station row: a bureau reads the posts of its offices."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    station = models.ForeignKey(Station, models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=24)  # a key of access.roles.ROLES
    badge = models.CharField(_("badge"), max_length=24, blank=True, default="")
    title = models.CharField(_("title"), max_length=80, blank=True, default="")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="post_ends_after_it_begins"
            ),
            models.UniqueConstraint(fields=["account", "station", "role", "from_on"], name="post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.badge}".strip()


class OnceKey(models.Model):
    """One write that was asked for under an idempotency key, with the answer it got. Kept for a while, then swept.

    place: the station, or the nil UUID where no station is known. slot: hash of the actor and the key.
    answer: status, headers and body, encrypted under the key itself, which the database does not have.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.UUIDField()
    slot = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, default="")
    answer = models.BinaryField(default=bytes)
    repeats = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "slot"], name="once_key")]

    def __str__(self) -> str:
        return self.slot


class Tries(models.Model):
    """A leaking bucket of tries. slot: keyed hash of what is counted; due: Unix seconds when it is empty again."""

    slot = models.CharField(primary_key=True, max_length=64)
    due = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return self.slot


class ApiKey(models.Model):
    """The key of another system. secret: SHA-256 of 32 random bytes; the bytes themselves were shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    secret = models.CharField(max_length=64, unique=True)
    actions = models.JSONField(default=list)  # keys of access.roles.ACTIONS
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("made_at")), name="api_key_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A telephone that works for a post until the end of its shift, with a key of its own.

    login: random, tells nothing. secret: the HA1 of Digest (RFC 7616, MD5) for `login` and the device's key, sealed; the
    key itself was shown once. lost_at: from then on it opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="devices")
    name = models.CharField(_("name"), max_length=80)
    login = models.CharField(max_length=32, unique=True)
    secret = models.BinaryField(default=bytes)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="device_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["station", "-made_at"], name="device_newest")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        """Whether it may work at that moment."""
        return self.lost_at is None and at < self.ends_at
