"""Django's settings. What an installation may change comes from DUOFENG_* variables, listed in docs/production.md.

SQLite by default, for one writing process; PostgreSQL as soon as two processes write.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from babel import Locale

from duofeng.tell.catalogue import compiled, sources

WEB = Path(__file__).resolve().parent
DATA = Path(os.environ.get("DUOFENG_DATA", "data")).resolve()
DESK = DATA / "desk"
ZONE = Path(os.environ.get("DUOFENG_ZONE", "zones"))


def secret_key() -> str:
    """The key of this installation: given, or made once and kept beside its database, readable by its owner only."""
    if given := os.environ.get("DUOFENG_SECRET_KEY"):
        return given
    kept = DESK / "secret-key"
    if not kept.exists():
        DESK.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64), "utf-8")
        fresh.replace(kept)
    return kept.read_text("utf-8")


def database(url: str | None) -> dict[str, object]:
    """`postgresql://user:password@host:port/name`, or nothing for SQLite under the data folder."""
    if not url:
        DESK.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DESK / "desk.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DUOFENG_DATABASE={url!r}: expected postgresql://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DUOFENG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
HTTPS = os.environ.get("DUOFENG_HTTPS", "false") == "true"
DATABASES = {"default": database(os.environ.get("DUOFENG_DATABASE"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "duofeng.desk.accounts",
    "duofeng.desk.disputes",
    "duofeng.desk.payments",
    "duofeng.desk.jobs",
    "duofeng.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "duofeng.web.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "duofeng.web.habits.ZoneHabits",
    "duofeng.web.security.UploadLimit",
    "duofeng.web.security.ProblemPages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "duofeng.web.security.PasswordFirst",
    "django_otp.middleware.OTPMiddleware",
    "duofeng.web.asking.LookingAt",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "duofeng.web.urls"
WSGI_APPLICATION = "duofeng.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A page's template lies beside its module, so the room itself is the template folder.
        "DIRS": [WEB],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "duofeng.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "pages/account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), *((each, Locale.parse(each).get_display_name(each)) for each in sources())]
LOCALE_PATHS = [compiled()]
TIME_ZONE = "UTC"  # pages show the time of the zone
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DESK / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Serving straight from the package needs no collectstatic step, so a new installation has nothing to forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
# A draft is tried in a process of its own, which is ended when it takes more than this.
TRIAL_SECONDS = int(os.environ.get("DUOFENG_TRIAL_SECONDS", "300"))
TRIAL_MEMORY = int(os.environ.get("DUOFENG_TRIAL_MEMORY_MB", "4096")) * 2**20
UPLOAD_LIMIT = int(os.environ.get("DUOFENG_UPLOAD_LIMIT_MB", "64")) * 2**20

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "duofeng.web.page.refuse_foreign"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
