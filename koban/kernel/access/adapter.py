"""Where allauth asks us: nobody makes an account by themselves, secrets are sealed, sign-ins are recorded."""

import base64
import io
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from koban.kernel import stations
from koban.kernel.access.lockout import forgive
from koban.kernel.access.models import Account
from koban.kernel.access.roles import WITHOUT_SECOND_STEP
from koban.kernel.access.who import LOCKED_KEY, SEEN_KEY, who_of
from koban.kernel.ledger import book
from koban.kernel.stations.vault import keyring

# The page that follows says it already.
SILENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
SECRET_PLACE = b"access.totp"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *rest, **more)

    def login(self, request: HttpRequest, user: Account) -> None:
        """After every step is done: a new session key, forgiven tries, and a page in the station's ledger."""
        super().login(request, user)
        now = timezone.now()
        request.session.pop(LOCKED_KEY, None)
        request.session[SEEN_KEY] = now.timestamp()
        forgive(user.get_username())
        who = who_of(request.session, now)
        if who and who.post:
            with stations.scope(who.post.station_id), transaction.atomic():
                book.write("access.sign_in", by=who.named, at=now)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """None: what changes in an account stands in the ledger, and an office has no mail server by itself."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring().seal(text, aad=SECRET_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().unseal(base64.b64decode(encrypted_text), aad=SECRET_PLACE)

    def build_totp_svg(self, url: str) -> str:
        """On a white ground of its own, so that a phone reads it in the dark theme too."""
        drawn = io.BytesIO()
        segno.make(url).save(drawn, kind="svg", border=3, scale=4, light="white")
        return drawn.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last second step of somebody whose post asks for one."""
        posts = authenticator.user.posts.held(timezone.localdate()).exclude(role__in=WITHOUT_SECOND_STEP)
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return not posts.exists() or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
