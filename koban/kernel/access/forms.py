"""The second step, under the same lock-out as the first; and unlocking."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as PasswordLogin
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.lockout import counted
from koban.kernel.access.models import Account

LONGEST_PASSWORD = 256


class LoginForm(PasswordLogin):  # type: ignore[misc]
    """Name and password, without the way to a reset that an office does not have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # the label says it, and stays


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code, at sign-in."""

    def clean_code(self) -> str:
        code: str = counted(context.request, self.user.get_username(), super().clean_code)
        return code


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The same before a change of credentials."""

    def clean_code(self) -> str:
        code: str = counted(context.request, self.user.get_username(), super().clean_code)
        return code


class UnlockForm(forms.Form):
    """The password of whoever locked the screen, and of nobody else."""

    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        # Through the sign-in's own path, so that wrong tries count and lock as they do there.
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.account, password):
            raise ValidationError(_("This is not the password of this account."))
        return password
