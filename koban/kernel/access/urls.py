"""The addresses of sign-in and of the own account."""

from django.urls import include, path

from koban.kernel.access import lock, views
from koban.kernel.access.addresses import declare, route

urlpatterns = [
    route("language/", views.set_language, name="set_language", action="public.language"),
    route("about/rights", views.rights, name="rights", action="public.read"),
    route("lock/", lock.lock, name="lock", action="own.leave"),
    route("lock/now/", lock.lock_now, name="lock_now", action="own.leave"),
    route("lock/held/", lock.held, name="held", action="own.account"),
    route("accounts/", views.account, name="account", action="own.account"),
    route("accounts/post/", views.choose_post, name="choose_post", action="own.account"),
    route("accounts/sessions/", views.end_sessions, name="end_sessions", action="own.account"),
    path("accounts/", include("allauth.urls")),
]

# Of the library only what an office needs: no sign-up, no reset by mail. The rest of its addresses is refused.
declare(
    {
        "account_login": "public.sign_in",
        "mfa_authenticate": "public.sign_in",
        "mfa_login_webauthn": "public.sign_in",
        "openid_connect_login": "public.sign_in",
        "openid_connect_callback": "public.sign_in",
        "socialaccount_login_cancelled": "public.sign_in",
        "socialaccount_login_error": "public.sign_in",
        "account_inactive": "public.sign_in",
        "account_logout": "public.sign_in",
        "account_reauthenticate": "own.credentials",
        "account_change_password": "own.credentials",
        "socialaccount_connections": "own.credentials",
        "mfa_index": "own.credentials",
        "mfa_reauthenticate": "own.credentials",
        "mfa_activate_totp": "own.credentials",
        "mfa_deactivate_totp": "own.credentials",
        "mfa_view_recovery_codes": "own.credentials",
        "mfa_generate_recovery_codes": "own.credentials",
        "mfa_download_recovery_codes": "own.credentials",
        "mfa_list_webauthn": "own.credentials",
        "mfa_add_webauthn": "own.credentials",
        "mfa_edit_webauthn": "own.credentials",
        "mfa_remove_webauthn": "own.credentials",
        "mfa_reauthenticate_webauthn": "own.credentials",
    }
)
