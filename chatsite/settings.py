"""Every setting comes from the environment (or `.env` in development); the defaults give a working demo on SQLite."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from chatsite import __version__
from chatsite.database.url import from_url
from chatsite.environment import Environment, demanded

BASE_DIR = Path(__file__).resolve().parent.parent
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
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-none-match", "range",
    "x-request-id",
]  # fmt: skip
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID"]

# --- Apps, middleware and templates

INSTALLED_APPS = [
    "accounts",
    "appointments",
    "audit",
    "chat",
    "demo",
    "notifications",
    "backups",
    "practice",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "chatsite",
]

MIDDLEWARE = [
    "chatsite.serving.health.HealthMiddleware",
    "chatsite.http.request_id.RequestIdMiddleware",
    # All that is left out of its time and its line is what the health checks and the metrics take.
    "chatsite.http.observed.ObservingMiddleware",
    # Before whatever answers itself: a preflight has no credentials, and a refusal needs the headers, too.
    "corsheaders.middleware.CorsMiddleware",
    "chatsite.http.compression.CompressionMiddleware",
    "chatsite.http.middleware.ApiEnvelopeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chatsite.http.middleware.PolicyMiddleware",
    "chatsite.http.middleware.BodyLimitMiddleware",
    "chatsite.http.middleware.FileNamesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.lock.IdleLockMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "chatsite.http.middleware.OwnErrorPagesMiddleware",
    "chatsite.http.middleware.MethodMiddleware",
    "audit.middleware.AuditMiddleware",
]

ROOT_URLCONF = "chatsite.urls"
WSGI_APPLICATION = "chatsite.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatsite.context.clinic",
                "accounts.look.look",
                "accounts.lock.idle_lock",
                "accounts.second_factor.nudge.second_factor_due",
            ],
        },
    },
]

# --- Data

# Seconds for one query, and for a whole search; 0 for no limit. The processes that serve set it.
DATABASE_PATIENCE = env.whole("DATABASE_PATIENCE", default=0, least=0)
_max_age = env.whole("DATABASE_MAX_AGE", default=0, least=0)
_url = env("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
_how = "Write mysql://user:password@host/name or sqlite:////path/to/file; the files of ?ssl_ca=… have to exist."
with demanded("DATABASE_URL", _how):
    DATABASES = {"default": from_url(_url, patience=DATABASE_PATIENCE, max_age=_max_age)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# allauth has conditional unique constraints, which MariaDB does not support; ours are not conditional. HSTS for other
# hosts is a choice (`HSTS`). Our own check says what is no origin.
SILENCED_SYSTEM_CHECKS = ["models.W036", "security.W005", "security.W021", "corsheaders.E013", "corsheaders.E014"]

REDIS_URL = env("REDIS_URL", default="")

# --- People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# In characters. More than that many would be hashed for whoever sends them.
PASSWORD_LEAST, PASSWORD_MOST = 10, 1024
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LEAST},
    },
    {"NAME": "accounts.breached.BreachedPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# An invitation is such a link, too, and some people read their mail once a week.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "user_token": "accounts.forms.UserTokenForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An administrator enters the addresses. They are stored with the person only.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a name
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# `chatsite.limiter` limits tries, for the pages and the API together, in all processes.
ACCOUNT_RATE_LIMITS = False
# For so long after a person gave the password or a factor again, they are not asked once more.
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.whole("REAUTHENTICATION_MINUTES", default=10, most=60) * 60

# --- The second factor

MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.second_factor.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.forms.AuthenticateForm",
    "reauthenticate": "accounts.second_factor.forms.ReauthenticateForm",
    "activate_totp": "accounts.second_factor.forms.ActivateTotpForm",
    "add_webauthn": "accounts.second_factor.forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.second_factor.forms.PasskeyForm",
    "login_webauthn": "accounts.second_factor.forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "accounts.second_factor.forms.PasskeyReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# The device asks for a finger, a face or its PIN, also where the password was given: whoever finds it has neither.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# An administrator entered the address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The code before and the one after are right, too: the clocks of phones differ, and slow hands need time.
MFA_TOTP_TOLERANCE = 1
# Since when doctors and admins need one: a function () -> datetime | None, as a dotted path.
SECOND_FACTOR_DEMANDED_SINCE = "practice.services.second_factor_demanded_since"
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

# When a sign-in that nobody uses is locked: a function () -> IdleLock, as a dotted path.
IDLE_LOCK = "practice.services.idle_lock"

# Who else may see a profile picture: functions (viewer, owner) -> bool, as dotted paths.
PROFILE_VIEWERS = ["chat.services.chats.share_a_chat", "appointments.services.share_an_appointment"]

# --- Files: uploads are private, static files are public

ASSETS_ROOT = env.folder("ASSETS_ROOT", default=BASE_DIR / "assets")
# "accel": nginx sends the bytes (X-Accel-Redirect to /_assets/). "django": this process sends them.
ASSETS_SERVED_BY = env("ASSETS_SERVED_BY", default="django")
MEDIA_ROOT = ASSETS_ROOT
MEDIA_URL = "/assets/"
S3_BUCKET = env("S3_BUCKET", default="")
# Of the uploads, and of backups in a bucket.
S3_ACCESS = {
    "aws_access_key_id": env("S3_ACCESS_KEY", default=None),
    "aws_secret_access_key": env("S3_SECRET_KEY", default=None),
    "region_name": env("S3_REGION", default=None),
    "endpoint_url": env("S3_ENDPOINT_URL", default=None),
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
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only developer tools fetch source maps, and compressing them took most of the time of collectstatic.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map", "wav")
# Browsers play no file of an unknown type.
WHITENOISE_MIMETYPES = {".wav": "audio/wav"}
# The group may read, for a proxy that sends the bytes.
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
# More than a message takes: with too many files, the person sees why they are refused, and keeps the text.
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# Megabytes that a process may use to open pictures and PDFs, all together, and for a single one that needs more than
# that. The others wait meanwhile.
IMAGE_MEMORY_MB = env.whole("IMAGE_MEMORY_MB", default=512, least=128)
IMAGE_MEMORY_LARGEST_MB = env.whole("IMAGE_MEMORY_LARGEST_MB", default=1_792, least=128)
# Where clamd listens, tcp://host:3310 or unix:///run/clamav/clamd.ctl. Each file is scanned before it is stored.
CLAMD_URL = env.scanner("CLAMD_URL")

# --- The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, because DRF takes the WWW-Authenticate header from the first; without one, 401 becomes 403.
        "accounts.api.authentication.BearerAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["chatsite.http.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "chatsite.http.renderers.Negotiation",
    "DEFAULT_PARSER_CLASSES": [
        "chatsite.http.parsers.JSONParser",
        "chatsite.http.parsers.FormParser",
        "chatsite.http.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "chatsite.http.envelope.exception_handler",
    # OPTIONS is answered like any other method that does not exist.
    "DEFAULT_METADATA_CLASS": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chat",
    "DESCRIPTION": (
        "One doctor and one patient talk per conversation. Every answer has `success` and `message`, a sentence for "
        "people; a refusal also `error`, a stable code for programs. Times are UTC, ids whole numbers of 64 bits. "
        "A JSON body may also be sent as a form; the schema has the JSON. Ignore keys and codes you do not know: new "
        "ones may come."
    ),
    "VERSION": __version__,
    "CONTACT": {"name": "The clinic that operates this server", "url": PUBLIC_URL},
    # Relative, so that the page of the documentation works under every name of the server.
    "SERVERS": [{"url": "/", "description": "The server that this description came from"}],
    "TAGS": [
        {"name": "Signing in", "description": "Tokens for apps, and who is signed in."},
        {"name": "Conversations", "description": "The chats of a person, what they have read, and drafts."},
        {"name": "Devices", "description": "Browsers and apps that show notifications."},
        {"name": "Messages", "description": "Sending, reading, changing and finding messages and their files."},
    ],
    # The first version that declares null as JSON Schema does.
    "OAS_VERSION": "3.1.1",
    # What is sent is named `…Request`, and its files are bytes, not addresses.
    "COMPONENT_SPLIT_REQUEST": True,
    # The body of a PATCH is a whole object.
    "COMPONENT_SPLIT_PATCH": False,
    # Two keys have these choices, so drf-spectacular cannot name them.
    "ENUM_NAME_OVERRIDES": {"MessageTypeEnum": "chat.api.serializers.MESSAGE_TYPES"},
    "PREPROCESSING_HOOKS": ["chat.api.file_schema.add_files"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "chatsite.http.openapi_hooks.open_operations",
        "chatsite.http.openapi_hooks.plain_nulls",
        "chatsite.http.openapi_hooks.name_codes",
        "chatsite.http.openapi_hooks.share_refusals",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Language and time

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["chatsite.formats"]
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
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = SIGN_IN_UNUSED_DAYS * 24 * 3600
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "chatsite.http.error_pages.csrf_failure"
# What no page uses; what is left out stays with the browser's default.
_UNUSED = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
# Our own pages may play the sound of a message.
PERMISSIONS_POLICY = ", ".join([*(f"{feature}=()" for feature in _UNUSED.split()), "autoplay=(self)"])
_s3_origin = [env("S3_ENDPOINT_URL", default=f"https://{S3_BUCKET}.s3.amazonaws.com")] if S3_BUCKET else []
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
