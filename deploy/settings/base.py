"""The settings of every environment; what differs is read from the environment through env.py."""

import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deploy.settings import apps, env, logs
from deploy.settings.accounts import *  # noqa: F403 - allauth's settings, in a file of their own
from tenants.db.pooled import forget

BASE_DIR = Path(__file__).resolve().parents[2]
MARQUE_ENV = env.text("MARQUE_ENV", "dev")
if MARQUE_ENV not in {"dev", "test", "production"}:
    env.refuse(f"MARQUE_ENV must be dev, test or production, not “{MARQUE_ENV}”.")
PRODUCTION = MARQUE_ENV == "production"
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
DEBUG = False
logs.configure(production=PRODUCTION)

_DEV_KEY = "development-only-key-never-used-in-production"
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else _DEV_KEY)
if PRODUCTION and (len(SECRET_KEY) < 32 or SECRET_KEY == _DEV_KEY):
    env.refuse("SECRET_KEY must be at least 32 random characters in production.")

FIELD_KEYS = env.text("FIELD_KEYS", "").split()
"""What encrypts secrets at rest, the newest first; without any it is made of SECRET_KEY."""
if any(len(key) < 32 for key in FIELD_KEYS):
    env.refuse("Each of FIELD_KEYS must be at least 32 random characters.")

# --- who we are, for addresses we hand out; never taken from a request -------------------------------------
PORT = env.number("PORT", 8000)
WS_PORT = env.number("WS_PORT", PORT + 1)
SITE_SCHEME = "https" if PRODUCTION else "http"
SITE_PORT = env.number("SITE_PORT", 0 if PRODUCTION else PORT)
WS_PUBLIC_PORT = env.number("WS_PUBLIC_PORT", 0 if PRODUCTION else WS_PORT)
BASE_HOST = env.text("BASE_HOST", None if PRODUCTION else "localhost")
PLATFORM_NAME = env.text("PLATFORM_NAME", "Marque")
# SiteMiddleware answers registered domains only, so Django's own list has nothing left to refuse.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False
SITE_URLCONFS = {
    "platform": "deploy.urls.platform",
    "reseller": "deploy.urls.reseller",
    "workspace": "deploy.urls.workspace",
}
ROOT_URLCONF = "deploy.urls.none"
OPEN_PATHS = ("/static/", "/brand/")
"""What a suspended site still serves, so that its notice is branded."""
FORM_PATHS = ("/f/", "/chat/")
"""What a workspace's customers see of it: while it is suspended a closed form, and not why."""
API_PATHS = ("/api/", "/chat/")
"""Where programs are answered, which read no pages."""
READ_ONLY_PATHS = (
    *(f"/account/{part}/" for part in ("login", "logout", "password", "confirm-email", "welcome", "join")),
    "/support/",
)
"""What can be written to while a payment is past due: signing in and out, passwords, support's way in."""

# --- apps ---------------------------------------------------------------------------------------------------
SHARED_APPS = [*apps.BOTH, *apps.PLATFORM_ONLY]
TENANT_APPS = [*apps.BOTH, *apps.WORKSPACE_ONLY]
INSTALLED_APPS = [*apps.BOTH, *apps.PLATFORM_ONLY, *apps.WORKSPACE_ONLY, *apps.TABLELESS]
TENANT_APP_NAMES = frozenset(TENANT_APPS)
APPEND_ONLY_TABLES = tuple(apps.APPEND_ONLY)
OWNERS_OWN_TABLES = tuple(apps.OWNERS_OWN)
TENANT_MODEL = "tenants.Workspace"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
MIGRATION_MODULES = {**apps.MIGRATION_MODULES}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.ui.policy.PolicyMiddleware",
    "tenants.middleware.SiteMiddleware",
    "core.ui.bodies.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.accounts.middleware.AccountsMiddleware",
    "core.timeline.middleware.SupportLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

# --- Postgres: the web's login, the owner's for migrating ---------------------------------------------------
_OWNER_COMMANDS = ("migrate", "makemigrations", "sqlmigrate", "showmigrations")
OWNER_DSN = env.text("OWNER_DATABASE_URL", "")
WEB_DSN = env.text("DATABASE_URL", "postgresql://marque_web@/marque")
_as_owner = (
    len(sys.argv) > 1 and sys.argv[0].endswith("manage.py") and sys.argv[1].startswith(_OWNER_COMMANDS)
)
if _as_owner and sys.argv[1] != "makemigrations" and not OWNER_DSN:
    env.refuse(f"OWNER_DATABASE_URL is not set, and `{sys.argv[1]}` needs the owner's login.")
_url = OWNER_DSN if _as_owner and OWNER_DSN else WEB_DSN
_login = "owner" if _as_owner else "web"
DB_POOL_MAX = env.number("DB_POOL_MAX", 8)


def _pool(*, least: int, most: int, idle: int) -> dict[str, Any] | None:
    """None for the owner, who comes once. A backend that visits many schemas grows by 1.6 MB each and never
    gives back, hence the short lives (seconds)."""
    if _as_owner:
        return None
    sizes = {"min_size": least, "max_size": most}
    return {**sizes, "max_lifetime": 600, "max_idle": idle, "timeout": 10, "reset": forget}


DATABASES = {
    "default": env.database(_url, login=_login, pool=_pool(least=1, most=DB_POOL_MAX, idle=120)),
    # The same login, over connections that are held for single reads only (tenants/db/shared.py).
    "shared": env.database(_url, login=_login, pool=_pool(least=0, most=4, idle=60)),
}
PG_DUMP = env.text("PG_DUMP", "")
SPARE_SCHEMAS = env.number("SPARE_SCHEMAS", 4)

# --- life cycle and archives --------------------------------------------------------------------------------
ARCHIVE_DAYS = env.number("ARCHIVE_DAYS", 30)
PURGE_DAYS = env.number("PURGE_DAYS", 30)
EXPORT_DAYS = env.number("EXPORT_DAYS", 7)
ARCHIVE_MAX_BYTES = env.number("ARCHIVE_MAX_GB", 50) * 1024**3
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_GB", 10) * 1024**3


def _files() -> dict[str, Any]:
    """Where attachments are: a private folder, or a private bucket once one is named."""
    if bucket := env.text("FILES_S3_BUCKET", ""):
        if find_spec("storages") is None or find_spec("boto3") is None:
            env.refuse("FILES_S3_BUCKET is set, but django-storages[s3] is not installed.")
        options = {
            "bucket_name": bucket,
            "endpoint_url": env.text("FILES_S3_ENDPOINT", "") or None,
            "region_name": env.text("FILES_S3_REGION", "") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    private: dict[str, Any] = {
        "location": env.text("FILES_DIR", "/var/lib/marque/files" if PRODUCTION else ".marque/files"),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": private}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept in it
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "archives": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.text(
                "ARCHIVE_DIR", "/var/lib/marque/archives" if PRODUCTION else ".marque/archives"
            ),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "files": _files(),
}

# --- files that people attach -------------------------------------------------------------------------------
FILE_MAX_BYTES = env.number("FILE_MAX_MB", 15) * 1_000_000
MESSAGE_FILES_MAX_BYTES = env.number("MESSAGE_FILES_MAX_MB", 18) * 1_000_000
MESSAGE_FILES_MAX = env.number("MESSAGE_FILES_MAX", 20)
if max(FILE_MAX_BYTES, MESSAGE_FILES_MAX_BYTES) > 50_000_000:
    env.refuse("FILE_MAX_MB and MESSAGE_FILES_MAX_MB can be at most 50: mail takes no more.")
CHAT_FILE_MAX_BYTES = min(FILE_MAX_BYTES, env.number("CHAT_FILE_MAX_MB", 10) * 1_000_000)
CHAT_FILES_DAILY_BYTES = env.number("CHAT_FILES_DAILY_MB", 1_000) * 1_000_000

# --- Redis, Celery ------------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "core.accounts.limits_store.LimitsCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "tenants.keys.cache_key",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
}

# --- mail ---------------------------------------------------------------------------------------------------
SMTP_URL = env.text("SMTP_URL", None if PRODUCTION else f"smtp://127.0.0.1:{PORT + 3}")
MAIL_PROVIDER = env.text("MAIL_PROVIDER", "")
if MAIL_PROVIDER not in {"", "mailgun", "postmark"}:
    env.refuse(f"MAIL_PROVIDER must be mailgun, postmark or nothing, not “{MAIL_PROVIDER}”.")
MAIL_WEBHOOK_SECRET = env.text("MAIL_WEBHOOK_SECRET", "")
if MAIL_WEBHOOK_SECRET and (len(MAIL_WEBHOOK_SECRET) < 24 or ":" not in MAIL_WEBHOOK_SECRET):
    env.refuse("MAIL_WEBHOOK_SECRET must look like user:password and have at least 24 characters.")
MAILGUN_SIGNING_KEY = env.text("MAILGUN_SIGNING_KEY", "")
DNS_RESOLVERS = env.text("DNS_RESOLVERS", "").split()
INBOUND_SMTP_PORT = env.number("INBOUND_SMTP_PORT", PORT + 4)
INBOUND_SMTP_HOST = env.text("INBOUND_SMTP_HOST", "127.0.0.1")

# --- sessions, cookies, security ----------------------------------------------------------------------------
SESSION_ENGINE = "core.accounts.sessions"
SESSION_COOKIE_DOMAIN = None
CSRF_COOKIE_DOMAIN = None
SESSION_COOKIE_NAME = "__Host-marque" if PRODUCTION else "marque"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "core.ui.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Browsers ignore it, and complain, where the site is not on https.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The builder of forms with all the questions, options and conditions that it lets one have sends some 2,300.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- pages --------------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.context.frame",
                "core.accounts.context.support",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", "/var/lib/marque/static") if PRODUCTION else None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000 if PRODUCTION else 0
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "core/ui/static/dist/manifest.json",
        "static_url_prefix": "dist",
    }
}
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
WSGI_APPLICATION = "deploy.wsgi.application"
