"""Settings, all from the environment (KOBAN_...), with defaults that make one safe office on one machine."""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("KOBAN_VAR", BASE.parent / "var")).resolve()
DEMO = os.environ.get("KOBAN_DEMO", "") == "1"
DEBUG = os.environ.get("KOBAN_DEBUG", "") == "1"


def _secret() -> str:
    """The key that signs sessions: from the environment, else made once and kept beside the database."""
    if given := os.environ.get("KOBAN_SECRET_KEY"):
        return given
    path = VAR / "keys" / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret()
ALLOWED_HOSTS = os.environ.get("KOBAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("KOBAN_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("KOBAN_HTTPS", "") == "1"


def _duties() -> list[str]:
    folders = sorted((BASE / "duties").glob("*/duty.py"))
    return [f"koban.duties.{path.parent.name}" for path in folders]


def oidc_providers() -> dict[str, Any]:
    """One OpenID Connect provider, where the environment names it; accounts are connected to it, never made by it."""
    if not (issuer := os.environ.get("KOBAN_OIDC_ISSUER")):
        return {}
    app = {
        "provider_id": "oidc",
        "name": os.environ.get("KOBAN_OIDC_NAME", "OpenID Connect"),
        "client_id": os.environ.get("KOBAN_OIDC_CLIENT_ID", ""),
        "secret": os.environ.get("KOBAN_OIDC_SECRET", ""),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "koban.kernel.access",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
    "django_tasks",
    "koban.kernel.stations.apps.StationsConfig",
    "koban.kernel.search",
    "koban.kernel.ledger",
    "koban.kernel.law",
    "koban.kernel.flow",
    "koban.kernel.files",
    "koban.kernel.notices",
    "koban.kernel.jobs",
    "koban.registers.importing",
    "koban.registers.premises",
    "koban.registers.residents",
    "koban.registers.roster",
    "koban.registers.rentals",
    "koban.matters",
    "koban.matters.documents",
    "koban.matters.forms",
    *_duties(),
    "koban.desk",
    "koban.desk.field",
    "koban.town",
]

MIDDLEWARE = [
    "koban.kernel.access.edge.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "koban.kernel.access.edge.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "koban.kernel.access.edge.WhoAndWhere",
    "koban.kernel.access.edge.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "koban.urls"
WSGI_APPLICATION = "koban.wsgi.application"
ASGI_APPLICATION = "koban.asgi.application"
AUTH_USER_MODEL = "access.Account"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "koban.desk.context.desk",
            ],
        },
    }
]
FORM_RENDERER = "koban.desk.components.Renderer"


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "koban.kernel.stations.backends.sqlite",
            "NAME": parts.path or str(VAR / "koban.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: with NORMAL a power loss takes acknowledged commits (design.md, part 9).
                # Each thread has a connection with a cache of its own; what it misses, the system's cache has.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000;"
                "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;",
            },
            "TEST": {"NAME": os.environ.get("KOBAN_TEST_SQLITE") or None},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": dict(parse_qsl(parts.query)).get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 16}},
    }


DATABASES = {"default": _database(os.environ.get("KOBAN_DATABASE_URL", "sqlite://"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = os.environ.get("KOBAN_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]  # words of koban.lib and other places that are not apps
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
# `koban serve` puts the files there once, each also compressed; until then they come from where they lie.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "complete").exists()
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "koban.kernel.access.stored_sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "koban_session"
CSRF_COOKIE_NAME = "koban_csrf"
CSRF_FAILURE_VIEW = "koban.kernel.access.edge.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("KOBAN_BEHIND_PROXY") == "1" else None
)
X_FRAME_OPTIONS = "DENY"
# W002: our own SecurityHeaders sends it. W005, W021: an office speaks for its own host only, not for the whole domain.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W005", "security.W021"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "display_name", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600

ACCOUNT_ADAPTER = "koban.kernel.access.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "koban.kernel.access.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # they count in one process' memory; axes counts in the database
SOCIALACCOUNT_ADAPTER = "koban.kernel.access.adapter.SocialAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = oidc_providers()
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Koban"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
MFA_ADAPTER = "koban.kernel.access.adapter.MfaAdapter"
MFA_FORMS = {
    "authenticate": "koban.kernel.access.forms.CodeForm",
    "reauthenticate": "koban.kernel.access.forms.CodeAgainForm",
}
# How a session may prove its second step; an identity provider that asks for one itself can be trusted with it.
KOBAN_SECOND_STEPS = {"mfa", "socialaccount"} if os.environ.get("KOBAN_OIDC_MFA") == "1" else {"mfa"}
KOBAN_IDLE_MINUTES = int(os.environ.get("KOBAN_IDLE_MINUTES", "0"))  # 0: as the clause OFFICE-IDLE-LOCK says

# Wrong tries count per account, and per address (IPv4, or the /64 of IPv6): design.md, part 9.
AXES_FAILURE_LIMIT = "koban.kernel.access.lockout.limit"
AXES_COOLOFF_TIME = "koban.kernel.access.lockout.cool_off"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_CLIENT_IP_CALLABLE = "koban.kernel.access.throttle.source"
AXES_USERNAME_CALLABLE = "koban.kernel.access.lockout.name_of"
AXES_LOCKOUT_CALLABLE = "koban.kernel.access.lockout.answer"
AXES_RESET_ON_SUCCESS = False  # it would forgive a whole address; the adapter forgives the one account
AXES_SENSITIVE_PARAMETERS = ["login", "password", "code", "credential", "username", "ip_address"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

KOBAN_KEYS, KOBAN_FILES, KOBAN_OUTBOX = VAR / "keys", VAR / "files", VAR / "outbox"
KOBAN_ARCHIVE = Path(os.environ.get("KOBAN_ARCHIVE", VAR / "archive"))  # packages of closed files
KOBAN_SCANS = Path(os.environ.get("KOBAN_SCANS", VAR / "scans"))  # <office>/*.pdf and pictures are taken in
KOBAN_ROOTS = Path(
    os.environ.get("KOBAN_ROOTS", VAR / "roots")
)  # where signed roots are anchored: another disk, if there is one
KOBAN_FIELD_SPOOL = VAR / "field"  # parts of files that phones have not sent whole
KOBAN_TILES = VAR / "map.pmtiles"
KOBAN_STREETS = VAR / "streets.npz"
KOBAN_PUBLIC_URL = os.environ.get(
    "KOBAN_PUBLIC_URL", ""
)  # where the public reaches this house, ends in "/": printed in codes; "" takes the address of the request
KOBAN_OFFICE = os.environ.get(
    "KOBAN_OFFICE", ""
)  # code of the office that "/" shows; "" where there is but one

KOBAN_FILE_BYTES: dict[str, int] = json.loads(
    os.environ.get("KOBAN_FILE_BYTES", "{}")
)  # kind -> bytes at most
KOBAN_PICTURE_LIMITS: dict[str, Any] = json.loads(
    os.environ.get("KOBAN_PICTURE_LIMITS", "{}")
)  # of media.Limits
KOBAN_PUBLIC_POSTS = int(
    os.environ.get("KOBAN_PUBLIC_POSTS", "240")
)  # reports of one source in a quarter of an hour
KOBAN_SMTP_URL = os.environ.get(
    "KOBAN_SMTP_URL", ""
)  # smtp+starttls://user:password@host; "" fills the outbox folder
KOBAN_MAIL_FROM = os.environ.get("KOBAN_MAIL_FROM", "koban@localhost")
KOBAN_SMS: dict[str, Any] = json.loads(os.environ.get("KOBAN_SMS", "{}"))  # of notices.gateway.Gateway
KOBAN_TIME_ZONE = os.environ.get("KOBAN_TIME_ZONE", "Asia/Shanghai")  # of the periodic work
TASKS = {"default": {"BACKEND": "koban.kernel.jobs.backend.LeaseBackend"}}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"koban": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
