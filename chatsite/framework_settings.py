"""What Django and its packages are told in every installation. What an installation chooses is in `settings.py`."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from chatsite import __version__

BASE_DIR = Path(__file__).resolve().parent.parent

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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# allauth has conditional unique constraints, which MariaDB does not support; ours are not conditional. HSTS for other
# hosts is a choice (`HSTS`). Our own check says what is no origin.
SILENCED_SYSTEM_CHECKS = ["models.W036", "security.W005", "security.W021", "corsheaders.E013", "corsheaders.E014"]

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
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.services.link_tokens.LinkTokens"  # noqa: S105 - a name
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# `chatsite.limiter` limits tries, for the pages and the API together, in all processes.
ACCOUNT_RATE_LIMITS = False

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

# --- What apps ask of those below them

# Since when doctors and admins need one: a function () -> datetime | None, as a dotted path.
SECOND_FACTOR_DEMANDED_SINCE = "practice.services.second_factor_demanded_since"
# When a sign-in that nobody uses is locked: a function () -> IdleLock, as a dotted path.
IDLE_LOCK = "practice.services.idle_lock"
# Who else may see a profile picture: functions (viewer, owner) -> bool, as dotted paths.
PROFILE_VIEWERS = ["chat.services.chats.share_a_chat", "appointments.services.share_an_appointment"]

# --- Files

MEDIA_URL = "/assets/"
STATIC_URL = "/static/"
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

# --- The API

CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-none-match", "range",
    "x-request-id",
]  # fmt: skip
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID"]
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

# --- Headers of browsers

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "chatsite.http.error_pages.csrf_failure"
# What no page uses; what is left out stays with the browser's default.
_UNUSED = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
# Our own pages may play the sound of a message.
PERMISSIONS_POLICY = ", ".join([*(f"{feature}=()" for feature in _UNUSED.split()), "autoplay=(self)"])
