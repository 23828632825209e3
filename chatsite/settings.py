"""What an installation chooses, from the environment (or `.env` in development); by default a demo on SQLite.

What is the same in every installation is in `framework_settings.py`.
"""

import sys
from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

from chatsite import framework_settings
from chatsite.database.url import from_url
from chatsite.environment import Environment, demanded
from chatsite.framework_settings import *  # noqa: F403 - Django reads them here
from chatsite.framework_settings import BASE_DIR

VAR_DIR = BASE_DIR / "var"

env = Environment()
env.file("ENV_FILE", BASE_DIR / ".env")

# --- What kind of run this is

DEBUG = env.switch("DEBUG", default=True)
TESTING = "pytest" in sys.modules
# With DEBUG off, a missing or weak secret is refused at start (`chatsite.checks.demand_production_settings`).
SECRET_KEY = env.secret("SECRET_KEY", default="django-insecure-development-only")
# Earlier keys: what they signed stays valid. Remove a key 30 days, the life of a refresh token, after it was replaced.
SECRET_KEY_FALLBACKS = [key.strip() for key in env.list("SECRET_KEY_FALLBACKS", default=[])]
PROCESSES = env.whole("PROCESSES", default=1)

# Nothing there means nothing: an empty address would be every one of this machine.
HOST = env("HOST", default="127.0.0.1").strip() or "127.0.0.1"
PORT = env.whole("PORT", default=8000, most=65_535)
# The number of requests that a `web` process answers at the same time.
WEB_THREADS = env.whole("WEB_THREADS", default=64, most=10_000)
_public = env.address("PUBLIC_URL", default=f"http://[{HOST}]:{PORT}" if ":" in HOST else f"http://{HOST}:{PORT}")
PUBLIC_URL = _public.geturl()
HTTPS = _public.scheme == "https"
# Only this machine can reach it: a demo, or a server of the tests.
IS_LOCAL_SITE = not HTTPS and _public.hostname in ("127.0.0.1", "localhost", "::1")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [_public.hostname or HOST]
if DEBUG:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
# The origins a browser page may come from: forms (CSRF) and sockets (Origin).
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# The pages and apps of other origins that use the API, with a token and never with our cookie: they are no
# CSRF_TRUSTED_ORIGINS.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ORIGINS")
CORS_URLS_REGEX = r"^/(api|assets)/" if CORS_ALLOWED_ORIGINS else r"(?!)"
SPECTACULAR_SETTINGS = framework_settings.SPECTACULAR_SETTINGS | {
    "CONTACT": {"name": "The clinic that operates this server", "url": PUBLIC_URL}
}

# --- Data

# Seconds for one query, and for a whole search; 0 for no limit. The processes that serve set it.
DATABASE_PATIENCE = env.whole("DATABASE_PATIENCE", default=0, least=0)
_max_age = env.whole("DATABASE_MAX_AGE", default=0, least=0)
_url = env("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
_how = "Write mysql://user:password@host/name or sqlite:////path/to/file; the files of ?ssl_ca=… have to exist."
with demanded("DATABASE_URL", _how):
    DATABASES = {"default": from_url(_url, patience=DATABASE_PATIENCE, max_age=_max_age)}

REDIS_URL = env("REDIS_URL", default="")

# --- People

# For so long after a person gave the password or a factor again, they are not asked once more.
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.whole("REAUTHENTICATION_MINUTES", default=10, most=60) * 60

# --- The second factor

# What encrypts the secrets of factors: keys of Fernet. The first encrypts, and all of them decrypt, so a new one is put
# before the present one. Processes on several machines need the same. Empty: the one that `bin/run prepare` made.
SECOND_FACTOR_KEYS = env.encryption_keys("SECOND_FACTOR_KEY")
SECOND_FACTOR_KEY_FILE = VAR_DIR / "second-factor.key"

# A sign-in ends by itself: in days without use, in days at most, and in hours at most on a shared computer.
SIGN_IN_UNUSED_DAYS = env.whole("SIGN_IN_UNUSED_DAYS", default=30, most=400)
SIGN_IN_MOST_DAYS = env.whole("SIGN_IN_MOST_DAYS", default=180, least=8, most=3_650)
SIGN_IN_SHARED_HOURS = env.whole("SIGN_IN_SHARED_HOURS", default=12, most=24 * 7)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=SIGN_IN_UNUSED_DAYS),
}

# --- Files: uploads are private, static files are public

ASSETS_ROOT = env.folder("ASSETS_ROOT", default=BASE_DIR / "assets")
# "accel": nginx sends the bytes (X-Accel-Redirect to /_assets/). "django": this process sends them.
ASSETS_SERVED_BY = env("ASSETS_SERVED_BY", default="django")
MEDIA_ROOT = ASSETS_ROOT
S3_BUCKET = env("S3_BUCKET", default="")
# Of the uploads, and of backups in a bucket. Its library takes an empty text for an address.
S3_ACCESS = {
    "aws_access_key_id": env("S3_ACCESS_KEY", default=None) or None,
    "aws_secret_access_key": env("S3_SECRET_KEY", default=None) or None,
    "region_name": env("S3_REGION", default=None) or None,
    "endpoint_url": env("S3_ENDPOINT_URL", default=None) or None,
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "chatsite.files.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "access_key": S3_ACCESS["aws_access_key_id"],
            "secret_key": S3_ACCESS["aws_secret_access_key"],
            "region_name": S3_ACCESS["region_name"],
            "endpoint_url": S3_ACCESS["endpoint_url"],
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": 60,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "chatsite.files.storage.DurableFileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "chatsite.bundles.storage.BundledStaticFilesStorage"
    },
}
STATIC_ROOT = VAR_DIR / "static"

# Megabytes that a process may use to open pictures and PDFs, all together, and for a single one that needs more than
# that. The others wait meanwhile.
IMAGE_MEMORY_MB = env.whole("IMAGE_MEMORY_MB", default=512, least=128)
IMAGE_MEMORY_LARGEST_MB = env.whole("IMAGE_MEMORY_LARGEST_MB", default=1_792, least=128)
# Where clamd listens, tcp://host:3310 or unix:///run/clamav/clamd.ctl. Each file is scanned before it is stored.
CLAMD_URL = env.scanner("CLAMD_URL")

# --- Language and time

TIME_ZONE = env.zone("TIME_ZONE", default="Europe/Paris")

# --- Mail

vars().update(env.mail("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
# An address of IPv6 is no domain of a mail address.
_mail_host = "localhost" if ":" in str(_public.hostname) else _public.hostname
DEFAULT_FROM_EMAIL = env.sender("FROM_EMAIL", default=f"no-reply@{_mail_host}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A mail server that hangs must not delay the mails behind this one for longer.
EMAIL_TIMEOUT = 5

# --- Pushes

# The key by which push services know this server (P-256, the private number in base64url). Processes on several
# machines need the same one. Empty: the one that `bin/run prepare` made. With another key, browsers have to be asked
# again.
PUSH_KEY = env.push_key("PUSH_KEY")
PUSH_KEY_FILE = VAR_DIR / "push.key"
# Whom a push service writes to when something is wrong.
PUSH_CONTACT = PUBLIC_URL if HTTPS else f"mailto:no-reply@{_mail_host}"
# Push services beside those of the browsers: push.example.org, or .example.org for all names below it.
CHAT_PUSH_HOSTS = [name.strip().lower() for name in env.list("CHAT_PUSH_HOSTS", default=[])]

# The service account by which Google knows the owner of the Android app: a file, or its JSON. Empty: no such app.
FCM_ACCOUNT = env.service_account("FCM_CREDENTIALS")
FCM_URL = env.stand_in("FCM_URL", default="https://fcm.googleapis.com", is_local=IS_LOCAL_SITE)
FCM_TOKEN_URL = f"{FCM_URL}/token" if env("FCM_URL", default="") else "https://oauth2.googleapis.com/token"
# The key by which Apple knows the owner of its app: APNS_KEY (a file, or what it has), APNS_KEY_ID, APNS_TEAM_ID, and
# in APNS_TOPIC the bundle id. Empty: no such app. An app from Xcode needs APNS_SANDBOX.
APNS = env.apns()
_apns = "api.sandbox.push.apple.com" if env.switch("APNS_SANDBOX", default=False) else "api.push.apple.com"
APNS_URL = env.stand_in("APNS_URL", default=f"https://{_apns}", is_local=IS_LOCAL_SITE)

# --- Text messages

# How they are sent: a function (number, text) -> Result, as a dotted path. Empty: none are, and nobody can choose them.
SMS_SENDER = env("SMS_SENDER", default="")

# --- Security headers and cookies

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Beyond this host only where its owner says so: other sites of the domain may have no certificate.
_hsts = env.hsts("HSTS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and bool(_hsts)
SECURE_HSTS_PRELOAD = HTTPS and _hsts == "preload"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = SIGN_IN_UNUSED_DAYS * 24 * 3600
_s3_origin = [S3_ACCESS["endpoint_url"] or f"https://{S3_BUCKET}.s3.amazonaws.com"] if S3_BUCKET else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:", *_s3_origin],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- The product

# /metrics needs this as a Bearer token; while it is empty, nobody may read them.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# Where to report a weakness of this installation: mailto:… or https://…; /.well-known/security.txt names it.
SECURITY_CONTACT = env("SECURITY_CONTACT", default="")
# As people know it, on every page and mail. With DEBUG off it has to be set, or the start is refused.
CLINIC_NAME = env("CLINIC_NAME", default="Cabinet des Tilleuls" if DEBUG else "")
CHAT_EMERGENCY_NUMBERS = env.numbers("CHAT_EMERGENCY_NUMBERS", default=["15", "112"])
# Who may open a conversation with whom: a function (doctor, patient) -> bool, as a dotted path.
CHAT_MAY_TALK = env("CHAT_MAY_TALK", default="chat.services.chats.anyone_active")
# When the recipient of a message was told of it: a function (message) -> Notified, as a dotted path; and whether the
# patient of its chat was: () -> Exists, for a query of messages. Empty: nothing tells people of messages.
CHAT_MESSAGE_DETAILS = env("CHAT_MESSAGE_DETAILS", default="notifications.services.told.notified")
CHAT_TOLD = env("CHAT_TOLD", default="notifications.services.told.patient_was_told")
CHAT_MAX_FILE_BYTES = 10 * 1024 * 1024
CHAT_CORRECTION_HOURS = env.hours("CHAT_CORRECTION_HOURS", default=24)
# "👍=Bien compris,🙏=Merci"; by default the four of `chat.services.reactions`, translated.
CHAT_REACTIONS = env.pairs("CHAT_REACTIONS")
CHAT_SOCKET_RATE = env.whole("CHAT_SOCKET_RATE", default=50)
CHAT_WRITER_QUEUE = env.whole("CHAT_WRITER_QUEUE", default=2_000)
# Rows of the audit that wait for their commit in one process; and for how many years they are kept.
AUDIT_QUEUE = env.whole("AUDIT_QUEUE", default=20_000)
AUDIT_YEARS = env.whole("AUDIT_YEARS", default=6, most=100)
# For how many years what administrators changed is kept in the log of the admin. The audit notes the same.
ADMIN_LOG_YEARS = env.whole("ADMIN_LOG_YEARS", default=6, most=100)
# Where the head of the audit is published every day, outside of the database: a mail address, a file, or both.
AUDIT_HEAD_MAIL = env("AUDIT_HEAD_MAIL", default="")
AUDIT_HEAD_FILE = env("AUDIT_HEAD_FILE", default="")

# What the commands about backups do when nothing else is said: a folder or s3://bucket/folder; a public key of age or
# GnuPG; and how many are kept, 0 for all.
BACKUP_PLACE = env("BACKUP_PLACE", default="")
BACKUP_ENCRYPT_TO = env("BACKUP_ENCRYPT_TO", default="")
BACKUP_KEEP = env.whole("BACKUP_KEEP", default=0, least=0)

# Where errors are reported, too: the address that a Sentry gives a project. What leaves is in `chatsite.reports`.
SENTRY_DSN = env("SENTRY_DSN", default="").strip()

# --- Logs: no query strings, no message text

# "line" for people, "json" for programs that collect them.
LOG_FORMAT = env.choice("LOG_FORMAT", "line", "json")
# A line for each request, also behind a proxy that writes one: this names the route, how long it took in this process,
# and nobody's address. A developer's terminal stays readable without.
ACCESS_LOG = env.switch("ACCESS_LOG", default=not DEBUG)

# A developer looks for the address that was not found.
_log_filters = ["request_id"] if DEBUG else ["request_id", "route"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "chatsite.http.request_id.RequestIdFilter"},
        "route": {"()": "chatsite.http.observed.RouteFilter"},
    },
    "formatters": {"line": {"()": "chatsite.logs.LineFormatter"}, "json": {"()": "chatsite.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": _log_filters},
    },
    "root": {"handlers": ["console"], "level": env.level("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Whatever LOG_LEVEL is.
        "chat.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
        # They write the address of each request, which for a push is a secret of the device.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "hpack": {"level": "WARNING"},
        # It writes which passkey was used.
        "fido2": {"level": "WARNING"},
        # Its warnings quote what is wrong in a document.
        "pikepdf": {"level": "CRITICAL"},
    },
}
