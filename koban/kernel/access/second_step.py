"""The second step: a session that just set one up has shown it; and the code of a demo account."""

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.http import HttpRequest

from koban.kernel.access.models import Account


def shown(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Let this session pass: whoever typed the first code of an app, or touched the key, proved to have it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def current_code(account: Account) -> str:
    """The six digits that the account's app shows now; "" outside a demo, and for an account without the app.

    Only accounts of an invented station are shown, so that a demo that grew into an office gives nothing away.
    """
    if not settings.DEMO or not account.posts.filter(station__is_invented=True).exists():
        return ""
    found = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    if found is None:
        return ""
    secret = get_adapter().decrypt(found.data["secret"])
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(secret, counter)))
